"""What is done with staff accounts and their sign-ins. Each act writes its audit row in the same transaction."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, insert, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.identity.sign_ins import Opened, SignIns, checked_password
from maerker.wording import gettext as _
from tenants.departments.models import Department
from tenants.staff.models import Role, StaffAccount, StaffAudit, StaffMembership, StaffSession

STAFF = SignIns(StaffAccount, StaffSession, StaffAudit)


def sign_in(username: str, password: str, *, at: datetime, source: str = "") -> Opened | None:
    """Let someone of the town's staff in. None means no, and does not tell why (domain of `SignIns.open`)."""
    opened = STAFF.open(username, password, at=at, source=source)
    if opened is not None:
        _account(opened.account_id).last_seen_at = at
        session().flush()
    return opened


def sign_out(token: str, *, at: datetime) -> bool:
    """End one sign-in; the cookie that held the token opens nothing any more."""
    return STAFF.close(token, at=at)


def revoke_sessions(account_id: int, *, by: Actor, at: datetime) -> int:
    """Sign someone out everywhere at once, for example after a lost laptop. Returns how many sign-ins ended."""
    return STAFF.revoke(_account(account_id).id, at=at, by=by.id)


def create_account(
    *, username: str, display_name: str, role: Role, by: Actor, at: datetime, password: str = "", email: str = "",
    trained_on: date | None = None, departments: Iterable[int] = (),
) -> StaffAccount:
    """Give someone an account. Without a password nobody can sign in with it yet; without training no release.

    `departments` are ids of the town's own. Raises Invalid with the sentence for each field.
    """
    name = username.strip().lower()
    own = tuple(departments)
    problems = _problems(name, display_name, own)
    hashed = ""
    if password:
        try:
            hashed = checked_password(password)
        except ValueError as sentence:
            problems["password"] = str(sentence)
    if problems:
        raise Invalid(fields=problems)
    account = StaffAccount(
        username=name, display_name=display_name.strip(), email=email.strip(), role=Role(role), password_hash=hashed,
        trained_on=trained_on,
    )
    session().add(account)
    session().flush()
    if own:
        rows = [{"account_id": account.id, "department_id": item} for item in own]
        session().execute(insert(StaffMembership).values(rows))
    STAFF.write(account.id, "account_created", at=at, by=by.id, role=str(account.role), departments=list(own))
    return account


def disable_account(account_id: int, *, by: Actor, at: datetime) -> None:
    """Close an account: its sign-ins end at once and no new one opens. What was done with it stays in history."""
    account = _account(account_id)
    if account.disabled_at is None:
        account.disabled_at = at
        session().flush()
        STAFF.revoke(account.id, at=at, by=by.id)
        STAFF.write(account.id, "account_disabled", at=at, by=by.id)


def set_password(account_id: int, password: str, *, by: Actor, at: datetime) -> None:
    """Set a new password and end every sign-in made with the old one. Raises Invalid if it is too short."""
    account = _account(account_id)
    try:
        account.password_hash = checked_password(password)
    except ValueError as sentence:
        raise Invalid(fields={"password": str(sentence)}) from None
    session().flush()
    STAFF.revoke(account.id, at=at, by=by.id)
    STAFF.write(account.id, "password_set", at=at, by=by.id)


def _problems(username: str, display_name: str, departments: tuple[int, ...]) -> dict[str, str]:
    problems = {}
    if not 2 <= len(username) <= 100 or not username.isprintable() or " " in username:
        problems["username"] = _(
            "Bitte geben Sie einen Benutzernamen ohne Leerzeichen an, mindestens zwei Zeichen."
        )
    elif STAFF.taken(username):
        problems["username"] = _("Diesen Benutzernamen gibt es schon.")
    if not display_name.strip():
        problems["display_name"] = _("Bitte geben Sie den Namen an.")
    if departments and len(set(departments)) != session().scalar(
        select(func.count()).select_from(Department).where(Department.id.in_(departments))
    ):
        problems["departments"] = _("Diesen Fachbereich gibt es hier nicht.")
    return problems


def _account(account_id: int) -> StaffAccount:
    account = session().scalars(select(StaffAccount).where(StaffAccount.id == account_id)).one_or_none()
    if account is None:
        raise NotThere()
    return account
