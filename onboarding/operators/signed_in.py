"""The person behind a request at the console, as Flask-Login's `current_user`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from werkzeug.wrappers import Request

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.web.cookies import SESSION, read_cookie
from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.operators.models import OperatorRole
from onboarding.operators.permissions import ROLE_PERMISSIONS
from onboarding.operators.queries import operator_of_session
from onboarding.operators.sign_ins import OPERATORS

NOTED_AFTER = timedelta(minutes=5)
ROLE_LABELS = {
    OperatorRole.admin: marked("Betrieb, Administration"),
    OperatorRole.support: marked("Betrieb, Unterstützung"),
    OperatorRole.trainer: marked("Betrieb, Schulung"),
    OperatorRole.reader: marked("Betrieb, Leserecht"),
}


@dataclass(frozen=True, kw_only=True)
class SignedInOperator:
    """Someone of the operator's people. `verified_at`: when they last proved the second factor."""

    id: int
    username: str
    display_name: str
    role: OperatorRole
    permissions: frozenset[str]
    verified_at: datetime
    departments: frozenset[int] = frozenset()
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
        return Actor(kind="operator", id=self.id, name=self.display_name, permissions=self.permissions)


def load_signed_in(_request: Request) -> SignedInOperator | None:
    """Flask-Login's request loader for the console: the account behind the session cookie, or None."""
    token, at = read_cookie(SESSION), now()
    found = operator_of_session(token, at) if token else None
    if found is None:
        return None
    if at - found.seen_at > NOTED_AFTER:
        OPERATORS.keep_awake(token, at=at)
    return SignedInOperator(
        id=found.id, username=found.username, display_name=found.display_name, role=found.role,
        verified_at=found.verified_at,
        permissions=frozenset(str(right) for right in ROLE_PERMISSIONS[found.role]),
    )
