"""Links that are mailed, with a code: how they are made and what they open.

Link and code follow from the row's ids and the instance's secret, so the database holds neither. Opening the link (a
GET, or a mail scanner's visit) spends nothing; the code does, once, within its time and with five attempts.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from maerker.database.base import session
from maerker.errors import Invalid
from maerker.identity.sessions import same_token
from maerker.settings import Settings
from maerker.wording import gettext as _
from onboarding.applications.models import FileLink, FilePerson, LinkPurpose

VALID = {
    LinkPurpose.confirm: timedelta(days=7), LinkPurpose.invite: timedelta(days=7),
    LinkPurpose.sign_in: timedelta(hours=2), LinkPurpose.device: timedelta(minutes=15),
    LinkPurpose.ask_again: timedelta(minutes=30),
}
ATTEMPTS = 5


@dataclass(frozen=True)
class LinkName:
    """What a link says of itself before anything is checked: which file, which row."""

    file_id: uuid.UUID
    link_id: int
    proof: str


def make_link(person_id: int, purpose: LinkPurpose, *, at: datetime) -> FileLink:
    """Make a link for someone of the current file. What they got before for the same purpose stays valid."""
    link = FileLink(person_id=person_id, purpose=purpose, made_at=at, expires_at=at + VALID[purpose])
    session().add(link)
    session().flush()
    return link


def link_path(settings: Settings, file_id: uuid.UUID, link_id: int) -> str:
    """`/zugang/<file>-<row>-<proof>`: what is mailed, handed to a second device, shown as a QR code."""
    return f"/zugang/{file_id.hex}-{link_id}-{_proof(settings, file_id, link_id)}"


def link_code(settings: Settings, file_id: uuid.UUID, link_id: int) -> str:
    """Six figures, mailed beside the link and typed after opening it."""
    number = int.from_bytes(settings.derive("file-link-code", file_id.hex, str(link_id))[:8], "big")
    return f"{number % 1_000_000:06d}"


def read_link_name(name: str) -> LinkName | None:
    """What stands in the address of a link; None for what is no such address."""
    file, _, rest = name.partition("-")
    number, _, proof = rest.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18 or len(proof) != 32:
        return None
    try:
        return LinkName(uuid.UUID(hex=file), int(number), proof)
    except ValueError:
        return None


def find_link(settings: Settings, name: LinkName, *, at: datetime) -> FileLink | None:
    """The link behind an address, in the scope of its file. None: forged, over, used, or its person is gone."""
    if not same_token(name.proof, _proof(settings, name.file_id, name.link_id)):
        return None
    link = session().scalars(select(FileLink).where(FileLink.id == name.link_id)).one_or_none()
    if link is None or link.used_at is not None or link.expires_at <= at or link.attempts >= ATTEMPTS:
        return None
    person = session().get_one(FilePerson, (name.file_id, link.person_id))
    return None if person.removed_at else link


def person_of_link(settings: Settings, name: LinkName) -> FilePerson | None:
    """Whose link this was, used or over as it may be; None for a forged one, and when the person is gone.

    Who holds a link may have a new one mailed to the address that it went to.
    """
    if not same_token(name.proof, _proof(settings, name.file_id, name.link_id)):
        return None
    link = session().scalars(select(FileLink).where(FileLink.id == name.link_id)).one_or_none()
    if link is None:
        return None
    person = session().get_one(FilePerson, (name.file_id, link.person_id))
    return None if person.removed_at else person


def spend_link(settings: Settings, link: FileLink, code: str, *, at: datetime) -> bool:
    """Use a link with its code, once. False: the code is wrong; the attempt counts and must be committed."""
    locked = session().scalars(
        select(FileLink).where(FileLink.id == link.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if locked.used_at is not None or locked.attempts >= ATTEMPTS:
        raise Invalid(fields={"code": _("Dieser Zugang ist schon benutzt. Bitte fordern Sie einen neuen an.")})
    typed = "".join(char for char in code if char not in " -\u00a0\u202f\t\r\n")
    if not same_token(typed, link_code(settings, locked.file_id, locked.id)):
        locked.attempts += 1
        session().flush()
        return False
    locked.used_at = at
    session().flush()
    return True


def _proof(settings: Settings, file_id: uuid.UUID, link_id: int) -> str:
    return settings.derive("file-link", file_id.hex, str(link_id)).hex()[:32]
