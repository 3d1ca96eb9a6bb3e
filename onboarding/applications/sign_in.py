"""Signing in at the joining host: by a mailed link with its code, bound to one file, without a password."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from maerker.database.base import session
from maerker.database.scope import current_file
from maerker.identity.sessions import hash_token, new_token
from maerker.jobs.outbox import Posting
from onboarding.applications.actions import person_by_email
from onboarding.applications.history import do_later
from onboarding.applications.links import make_link
from onboarding.applications.models import FilePerson, FileSession, LinkPurpose

LONGEST = timedelta(days=14)
IDLE = timedelta(hours=12)
FRESH = timedelta(minutes=15)


@dataclass(frozen=True)
class PersonOfSession:
    """An open sign-in and whose it is."""

    id: int
    name: str
    email: str
    roles: tuple[str, ...]
    let_in: bool
    seen_at: datetime
    asked_again_at: datetime | None


def open_session(person: FilePerson, *, by_mail: bool = True, at: datetime) -> str:
    """Sign someone in. The token carries the file: `<file>.<secret>` goes into the cookie and is nowhere else.

    `by_mail`: the code came by mail, so grave acts are open for a while. A code that was read from the screen of
    another device proves no mailbox; there a grave act asks for one first.
    """
    secret = new_token()
    session().execute(delete(FileSession).where(FileSession.account_id == person.id, FileSession.expires_at <= at))
    session().execute(insert(FileSession).values(
        token_hash=hash_token(secret), account_id=person.id, created_at=at, seen_at=at, expires_at=at + LONGEST,
        asked_again_at=at if by_mail else None,
    ))
    person.seen_at = at
    session().flush()
    return f"{current_file().hex}.{secret}"


def read_token(token: str) -> tuple[uuid.UUID, str] | None:
    """File and secret of a cookie; None for anything else."""
    file, dot, secret = token.partition(".")
    try:
        return (uuid.UUID(hex=file), secret) if dot and secret else None
    except ValueError:
        return None


def person_of_session(secret: str, at: datetime) -> PersonOfSession | None:
    """Who is behind the secret, in the scope of its file. None: unknown, over, idle too long, or removed."""
    row = session().execute(
        select(FilePerson, FileSession.seen_at, FileSession.asked_again_at)
        .join(FileSession, (FileSession.account_id == FilePerson.id) & (FileSession.file_id == FilePerson.file_id))
        .where(
            FileSession.token_hash == hash_token(secret), FileSession.expires_at > at,
            FileSession.seen_at > at - IDLE, FilePerson.removed_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    person, seen_at, asked = row
    return PersonOfSession(
        person.id, person.name, person.email, tuple(person.roles), person.let_in_at is not None, seen_at, asked,
    )


def keep_awake(secret: str, *, at: datetime) -> None:
    """Note that the sign-in is in use; the caller asks for it once in some minutes."""
    session().execute(update(FileSession).where(FileSession.token_hash == hash_token(secret)).values(seen_at=at))


def note_asked_again(secret: str, *, at: datetime) -> None:
    """A code was asked for anew: for a quarter of an hour grave acts are open."""
    session().execute(
        update(FileSession).where(FileSession.token_hash == hash_token(secret)).values(asked_again_at=at)
    )


def close_session(secret: str) -> None:
    """End one sign-in; a copied cookie opens nothing any more."""
    session().execute(delete(FileSession).where(FileSession.token_hash == hash_token(secret)))


def end_sessions(person_id: int) -> None:
    """End all sign-ins of someone, wherever they are open."""
    session().execute(delete(FileSession).where(FileSession.account_id == person_id))


def ask_for_link(email: str, *, at: datetime) -> None:
    """Mail a link with a code if the address works in the current file; nobody is told whether it does."""
    person = person_by_email(email.strip())
    if person is not None and person.removed_at is None:
        send_link(person, LinkPurpose.sign_in, at=at)


def send_link(person: FilePerson, purpose: LinkPurpose, *, at: datetime) -> int:
    """Mail someone of the current file a link with a code. Returns the link's id."""
    link = make_link(person.id, purpose, at=at)
    do_later(Posting("mail_link", person.id, link.id), at=at)
    return int(link.id)
