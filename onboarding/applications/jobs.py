"""Mails of a joining file, sent by the worker of the console's role. Each may run twice and does it once."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import current_file
from maerker.jobs.handlers import FinishedWithProblem, Handler
from maerker.mail.delivery import Letter, MailRefused, deliver
from maerker.settings import Settings
from onboarding.applications.actions import this_file
from onboarding.applications.links import VALID, link_code, link_path
from onboarding.applications.models import FILE_OUTBOX, FileEvent, FileLink, FilePerson, JoiningFile
from onboarding.applications.notices import FileNotice, link_notice, plain_notice
from onboarding.applications.people import everybody_inside
from onboarding.applications.permissions import FilePermission, rights_of
from tenants.registry.models import Municipality


def mail_link(posting: Any, settings: Settings) -> None:
    """To one person: link and code. A link that was used or has run out meanwhile is not mailed any more."""
    person = session().get_one(FilePerson, (current_file(), posting.subject_id))
    link = session().get_one(FileLink, (current_file(), posting.detail_id))
    if link.used_at is not None or link.expires_at <= now() or person.removed_at is not None:
        return
    file, kommune = this_file(), kommune_of(this_file())
    notice = link_notice(
        link.purpose, person, file, kommune, url=joining_url(settings) + link_path(settings, file.file_id, link.id),
        code=link_code(settings, file.file_id, link.id), days=VALID[link.purpose].days,
    )
    send_to([person], notice, posting, settings)


def mail_news(posting: Any, settings: Settings) -> None:
    """To everybody in the file: what is new in it. `detail_id` may name the event whose words are quoted."""
    file = this_file()
    people = everybody_inside()
    if posting.kind == "mail_wants_in":
        people = [one for one in people if FilePermission.invite_people in rights_of(one.roles)]
    if posting.kind in ("mail_let_in", "mail_application_received"):
        people = [session().get_one(FilePerson, (current_file(), posting.subject_id))]
    notice = plain_notice(posting.kind, file, kommune_of(file), url=f"{joining_url(settings)}/akte",
                          about=_about(posting, file))
    send_to(people, notice, posting, settings)


def _about(posting: Any, file: JoiningFile) -> str:
    if posting.kind == "mail_refused":
        return file.refused_reason
    if posting.kind == "mail_wants_in":
        return session().get_one(FilePerson, (current_file(), posting.subject_id)).name
    if posting.detail_id is not None:
        details = session().get_one(FileEvent, (current_file(), posting.detail_id)).details
        return str(details.get("text", ""))
    return ""


def send_to(
    people: Iterable[FilePerson], notice: FileNotice, posting: Any, settings: Settings, *, mailboxes: Sequence[str] = ()
) -> None:
    """One mail to each person and to each function mailbox ('' is none).

    For several readers the posting becomes one for each, in its own transaction: a full mailbox delays nobody else's
    mail and has nobody mailed twice. The Message-ID comes from the posting, so that a repeat carries the same (law 6).
    """
    readers = {person.id: person.email for person in people}
    readers |= {-place: address for place, address in enumerate(mailboxes, 1) if address}
    if posting.recipient_id is None and len(readers) > 1:
        session().execute(insert(FILE_OUTBOX).values([
            {"kind": posting.kind, "subject_id": posting.subject_id, "detail_id": posting.detail_id,
             "posted_at": posting.posted_at, "recipient_id": reader} for reader in readers
        ]))
        return
    for reader, address in readers.items():
        if posting.recipient_id in (None, reader):
            _send(reader, address, notice, posting, settings)


def _send(reader: int, address: str, notice: FileNotice, posting: Any, settings: Settings) -> None:
    letter = Letter(
        town=None, notice=notice, to=address, language="de",
        message_name=f"file.{posting.file_id.hex}.{posting.id}.{reader}", thread_name="",
        sender_name=settings.operator_name, sender_local="beitritt", reply_to="",
    )
    try:
        deliver(letter, settings)
    except MailRefused as refusal:
        whose = f"person {reader}" if reader > 0 else f"mailbox {-reader}"
        raise FinishedWithProblem(f"MailRefused: {whose}: {refusal}"[:300]) from None


def kommune_of(file: JoiningFile) -> str:
    """The Kommune's name as it stands in the catalogue."""
    return str(session().scalars(select(Municipality.name).where(Municipality.id == file.municipality_id)).one())


def joining_url(settings: Settings) -> str:
    return settings.public_url(f"beitritt.{settings.base_host}")


NEWS = ("mail_application_received", "mail_wants_in", "mail_let_in", "mail_admitted", "mail_refused",
        "mail_withdrawn", "mail_copy_accepted")
HANDLERS = (Handler("mail_link", "file_mail", mail_link), *(Handler(kind, "file_mail", mail_news) for kind in NEWS))
