"""The person behind a request at the joining host, as Flask-Login's `current_user`; their file is in scope."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g
from werkzeug.wrappers import Request

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import enter_file, leave_scopes
from maerker.web.cookies import SESSION, read_cookie
from onboarding.applications.permissions import rights_of
from onboarding.applications.sign_in import FRESH, keep_awake, person_of_session, read_token

NOTED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class SignedInPerson:
    """Someone of a Kommune. Who is not let in yet holds no right."""

    id: int
    file_id: uuid.UUID
    name: str
    email: str
    roles: tuple[str, ...]
    let_in: bool
    asked_again_at: datetime | None
    permissions: frozenset[str]
    departments: frozenset[int] = frozenset()
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return str(self.id)

    @property
    def display_name(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        return Actor(kind="joining", id=self.id, name=self.name, permissions=self.permissions)

    def is_fresh(self, at: datetime) -> bool:
        """Whether a code was asked for within the last quarter of an hour: grave acts ask again."""
        return self.asked_again_at is not None and at - self.asked_again_at <= FRESH


def load_signed_in(_request: Request) -> SignedInPerson | None:
    """Flask-Login's request loader: opens the scope of the file that the cookie names, if the sign-in holds there."""
    named, at = read_token(read_cookie(SESSION)), now()
    if named is None:
        return None
    file_id, secret = named
    enter_file(file_id)
    found = person_of_session(secret, at)
    if found is None:
        session().rollback()  # what PostgreSQL was told of the file ends with the transaction
        leave_scopes()
        return None
    if at - found.seen_at > NOTED_AFTER:
        keep_awake(secret, at=at)
    g.file_id = file_id
    return SignedInPerson(
        id=found.id, file_id=file_id, name=found.name, email=found.email, roles=found.roles, let_in=found.let_in,
        asked_again_at=found.asked_again_at, permissions=rights_of(found.roles) if found.let_in else frozenset(),
    )
