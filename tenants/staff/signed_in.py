"""The person behind a request at the desk, as Flask-Login's `current_user`."""

from dataclasses import dataclass
from datetime import timedelta

from werkzeug.wrappers import Request

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.web.cookies import SESSION, read_cookie
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.reports.permissions import permissions_of, waits_for_training
from tenants.staff.actions import STAFF
from tenants.staff.models import Role
from tenants.staff.queries import account_of_session

NOTED_AFTER = timedelta(minutes=5)
ROLE_LABELS = {
    Role.admin: marked("Administration"),
    Role.editor: marked("Redaktion"),
    Role.clerk: marked("Sachbearbeitung"),
    Role.reader: marked("Leserecht"),
}


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Someone of the town's staff, with what they may do. What Flask-Login asks of a user, and no more."""

    id: int
    username: str
    display_name: str
    role: Role
    permissions: frozenset[str]
    departments: frozenset[int]
    waits_for_training: bool = False
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return str(self.id)

    @property
    def role_label(self) -> str:
        return _(ROLE_LABELS[self.role])

    @property
    def actor(self) -> Actor:
        """For `by=`: written to events and audit rows."""
        return Actor(
            kind="staff", id=self.id, name=self.display_name, permissions=self.permissions,
            departments=self.departments,
        )


def load_signed_in(_request: Request) -> SignedIn | None:
    """Flask-Login's request loader: the account behind the session cookie, or None.

    One statement, and a second one at most once in five minutes, to note that the session is in use.
    """
    token, at = read_cookie(SESSION), now()
    found = account_of_session(token, at) if token else None
    if found is None:
        return None
    if at - found.seen_at > NOTED_AFTER:
        STAFF.keep_awake(token, at=at)
    return SignedIn(
        id=found.id, username=found.username, display_name=found.display_name, role=found.role,
        permissions=permissions_of(found.role, trained=found.trained), departments=found.departments,
        waits_for_training=waits_for_training(found.role, trained=found.trained),
    )
