"""Who works in a file, who has been invited, who waits to be let in; the devices they are signed in at."""

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.identity.sessions import hash_token
from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.applications.actions import change_roles, let_in, the_person
from onboarding.applications.history import note
from onboarding.applications.models import FilePerson, FileRole, FileSession, LinkPurpose
from onboarding.applications.sign_in import IDLE, send_link


class Membership(enum.StrEnum):
    """How somebody stands to the file."""

    inside = "inside"
    invited = "invited"
    waiting = "waiting"
    unconfirmed = "unconfirmed"


MEMBERSHIP_LABELS = {
    Membership.inside: marked("arbeitet mit"),
    Membership.invited: marked("eingeladen, noch nicht angemeldet"),
    Membership.waiting: marked("bittet um Zugang"),
    Membership.unconfirmed: marked("hat die Adresse noch nicht bestätigt"),
}


def membership(person: FilePerson) -> Membership:
    """How somebody who has not been removed stands to the file."""
    if person.let_in_at is not None:
        return Membership.inside if person.confirmed_at is not None else Membership.invited
    return Membership.waiting if person.confirmed_at is not None else Membership.unconfirmed


def people() -> list[FilePerson]:
    """Everybody of the current file who has not been removed, in the order they came."""
    return list(session().scalars(
        select(FilePerson).where(FilePerson.removed_at.is_(None)).order_by(FilePerson.added_at, FilePerson.id)
    ))


def everybody_inside() -> list[FilePerson]:
    """Those who work in the current file: what is new in it is mailed to them."""
    return [person for person in people() if membership(person) is Membership.inside]


def waiting_people() -> list[FilePerson]:
    """Those who confirmed their address and wait to be let in."""
    return [person for person in people() if membership(person) is Membership.waiting]


def let_in_as(person_id: int, roles: list[FileRole], *, by: Actor, at: datetime) -> None:
    """Let somebody in and say what they stand for. Raises Invalid without a role."""
    if not roles:
        raise Invalid(fields={"roles": _("Bitte wählen Sie, wofür die Person steht.")})
    if the_person(person_id).let_in_at is None:
        let_in(person_id, by=by, at=at)
        change_roles(person_id, roles, by=by, at=at)


def invite_again(person_id: int, *, by: Actor, at: datetime) -> None:
    """Mail somebody who never came a new link with a new code."""
    person = the_person(person_id)
    if membership(person) is Membership.waiting:
        raise Invalid(_("Diese Person wartet darauf, eingelassen zu werden."))
    purpose = LinkPurpose.invite if membership(person) is Membership.invited else LinkPurpose.sign_in
    send_link(person, purpose, at=at)
    note("link_sent_again", by=by, at=at, person=person.name)


def change_details(person_id: int, *, function: str, phone: str) -> None:
    """Function and telephone of somebody; name and address stay, since links were mailed to them."""
    person = the_person(person_id)
    if max(len(function), len(phone)) > 200:
        raise Invalid(fields={"function": _("Bitte höchstens %(number)s Zeichen.", number=200)})
    person.function, person.phone = function.strip(), phone.strip()
    session().flush()


@dataclass(frozen=True)
class OpenSignIn:
    """A device somebody is signed in at. `own`: the one that asks."""

    since: datetime
    seen_at: datetime
    own: bool


def open_sign_ins(person_id: int, secret: str, *, at: datetime) -> list[OpenSignIn]:
    """Where somebody is signed in now; the device with this secret is named."""
    rows = session().scalars(
        select(FileSession).where(
            FileSession.account_id == person_id, FileSession.expires_at > at, FileSession.seen_at > at - IDLE,
        ).order_by(FileSession.created_at.desc())
    )
    return [OpenSignIn(row.created_at, row.seen_at, row.token_hash == hash_token(secret)) for row in rows]


def end_other_sign_ins(person_id: int, secret: str, *, by: Actor, at: datetime) -> None:
    """End somebody's sign-ins at every device but this one."""
    session().execute(delete(FileSession).where(
        FileSession.account_id == person_id, FileSession.token_hash != hash_token(secret),
    ))
    note("other_sign_ins_ended", by=by, at=at)
