"""What is done with staff accounts and their sign-ins. Each act writes its audit row in the same transaction."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select, update

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import current_tenant
from maerker.errors import Invalid, NotThere, Stale
from maerker.identity.sign_ins import Opened, SignIns, checked_password
from maerker.wording import gettext as _
from tenants.departments.models import Department
from tenants.staff.links import forget_links
from tenants.staff.models import Role, StaffAccount, StaffAudit, StaffMembership, StaffSession
from tenants.staff.permissions import demand_grant

LONGEST_NAME = 254
STAFF = SignIns(StaffAccount, StaffSession, StaffAudit)


def sign_in(username: str, password: str, *, at: datetime, source: str = "") -> Opened | None:
    """Let someone of the town's staff in. None means no, and does not tell why (domain of `SignIns.open`)."""
    opened = STAFF.open(username, password, at=at, source=source)
    if opened is not None:
        _account(opened.account_id).last_seen_at = at
        session().flush()
    return opened


def role_of(account_id: int) -> Role:
    """What somebody of the town in scope is there for."""
    return Role(_account(account_id).role)


def sign_out(token: str, *, at: datetime) -> bool:
    """End one sign-in; the cookie that held the token opens nothing any more."""
    return STAFF.close(token, at=at)


def revoke_sessions(account_id: int, *, by: Actor, at: datetime) -> int:
    """Sign someone out everywhere at once, for example after a lost laptop. Returns how many sign-ins ended."""
    account = locked_account(account_id)
    demand_grant(by, account.role)
    ended = STAFF.revoke(account.id, at=at, by=by.id)
    STAFF.write(account.id, "signed_out_everywhere", at=at, by=by.id)
    return ended


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
    _set_departments(account.id, own)
    STAFF.write(account.id, "account_created", at=at, by=by.id, role=str(account.role), departments=list(own))
    return account


def change_account(
    account_id: int, *, display_name: str, email: str, role: Role, departments: Iterable[int], seen: str, by: Actor,
    at: datetime,
) -> StaffAccount:
    """Correct who someone is and what they may do. Their next click is judged by the new rights.

    Whoever signs in with the address signs in with the new one from now on; a link that went to the former address
    opens nothing any more, it may have been somebody else's, and a training does not count for the new one until the
    gate finds it there. `seen` is the mark of what the form
    began with (`mark_of`). Raises Stale if someone was faster, Invalid with the sentence for each field (also when
    the town would be left without an administrator), NotAllowed for a role beyond one's own.
    """
    account, own = locked_account(account_id), tuple(departments)
    demand_grant(by, account.role, role)
    if seen != mark_of(account.display_name, account.email, account.role, _departments_of(account.id)):
        raise Stale(_("Jemand anderes hat dieses Konto gerade geändert. Ihre Eingaben stehen noch im Formular."))
    follows = account.username == account.email.strip().lower() != ""
    username = email.strip().lower() if follows else account.username
    problems = _problems(username, display_name, own, besides=account.username)
    if "username" in problems:
        problems["email" if follows else "form"] = problems.pop("username")
    if problems:
        raise Invalid(fields=problems)
    if role is not Role.admin:
        demand_an_admin_left(account, field="role")
    before = {"role": str(account.role), "email": account.email}
    account.display_name, account.email, account.role = display_name.strip(), email.strip(), role
    account.username = username
    session().flush()
    if before["email"].lower() != account.email.lower():
        forget_links(account.id)
        account.trained_on = None  # it may be somebody else's account now; the gate knows whose training it was
        session().flush()
    _set_departments(account.id, own)
    STAFF.write(
        account.id, "account_changed", at=at, by=by.id, role=str(role), departments=list(own),
        role_before=before["role"] if before["role"] != role else None, email_changed=before["email"] != account.email,
    )
    return account


def disable_account(account_id: int, *, by: Actor, at: datetime) -> None:
    """Close an account: its sign-ins end at once and no new one opens. What was done with it stays in history.

    Raises Invalid for the last one who can administer the town, and for one's own account.
    """
    account = locked_account(account_id)
    demand_grant(by, account.role)
    if by.kind == "staff" and by.id == account.id:
        raise Invalid(_("Das eigene Konto können Sie nicht sperren. Bitten Sie eine andere Administratorin darum."))
    if account.disabled_at is None:
        demand_an_admin_left(account)
        close_account(account, at=at, by=by.id)


def close_account(account: StaffAccount, *, at: datetime, by: int | None, reason: str = "") -> None:
    """The closing itself, for someone's act and for the nightly end of unused accounts. Links in mails end too."""
    account.disabled_at = at
    session().flush()
    forget_links(account.id)
    STAFF.revoke(account.id, at=at, by=by)
    nobody = by is None
    STAFF.write(
        None if nobody else account.id, "account_disabled", at=at, by=by, account=account.id, reason=reason
    )


def enable_account(account_id: int, *, by: Actor, at: datetime) -> None:
    """Open a closed account again, with the password it had. Its inactivity counts anew from today."""
    account = locked_account(account_id)
    demand_grant(by, account.role)
    if account.disabled_at is not None:
        account.disabled_at, account.ends_warned_at, account.enabled_at = None, None, at
        session().flush()
        STAFF.write(account.id, "account_enabled", at=at, by=by.id)


def record_training(account_id: int, trained_on: date | None, *, by: Actor, at: datetime) -> None:
    """Note the day of someone's training, or that it does not count any more. Without one nobody publishes.

    The gate calls it, in the town's scope; the town itself cannot. Raises NotThere.
    """
    changed = session().scalar(
        update(StaffAccount).where(StaffAccount.id == account_id).values(trained_on=trained_on)
        .returning(StaffAccount.id).execution_options(synchronize_session=False)
    )
    if changed is None:
        raise NotThere()
    day = trained_on.isoformat() if trained_on else "none"
    STAFF.write(
        None, "training_recorded", at=at, account=account_id, trained_on=day, by_kind=by.kind, by_name=by.name
    )


def demand_an_admin_left(account: StaffAccount, *, field: str = "") -> None:
    """Raises Invalid if nobody but this person could administer the town. Ask with the people held (`hold_people`)."""
    if account.role is not Role.admin or account.disabled_at is not None:
        return
    admins = session().scalars(
        select(StaffAccount.id)
        .where(StaffAccount.role == Role.admin, StaffAccount.disabled_at.is_(None), StaffAccount.has_password)
    ).all()
    if admins and set(admins) <= {account.id}:
        sentence = _("Das ist das letzte Konto, das diese Kommune verwalten kann. Bitte laden Sie zuerst jemand ein.")
        raise Invalid(sentence, fields={field: sentence} if field else None)


def hold_people() -> None:
    """Changes of a town's people happen one after the other: two admins who disable each other cannot both succeed."""
    key = func.hashtextextended(f"people of {current_tenant()}", 0)
    session().execute(select(func.pg_advisory_xact_lock(key)))


def locked_account(account_id: int) -> StaffAccount:
    """The account's row, with the town's people held. Raises NotThere, also for another town's."""
    hold_people()
    account = session().scalars(
        select(StaffAccount).where(StaffAccount.id == account_id).with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if account is None:
        raise NotThere()
    return account


def mark_of(display_name: str, email: str, role: str, departments: Iterable[int]) -> str:
    """A short mark of what a form showed: another mark means that someone has changed it since."""
    shown = repr((display_name, email, str(role), sorted(departments)))
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _departments_of(account_id: int) -> set[int]:
    rows = StaffMembership
    return set(session().scalars(select(rows.department_id).where(rows.account_id == account_id)))


def _set_departments(account_id: int, departments: tuple[int, ...]) -> None:
    """The person's departments from now on; rows that stay keep what is written in them."""
    rows, wanted, had = StaffMembership, set(departments), _departments_of(account_id)
    if had - wanted:
        session().execute(
            delete(rows).where(rows.account_id == account_id, rows.department_id.in_(had - wanted))
            .execution_options(synchronize_session=False)
        )
    if wanted - had:
        session().execute(insert(rows).values(
            [{"account_id": account_id, "department_id": item} for item in sorted(wanted - had)]
        ))


def _problems(
    username: str, display_name: str, departments: tuple[int, ...], *, besides: str = ""
) -> dict[str, str]:
    """`besides` is the name that the account has now, which it may keep."""
    problems = {}
    if not 2 <= len(username) <= LONGEST_NAME or not username.isprintable() or " " in username:
        problems["username"] = _(
            "Bitte geben Sie einen Benutzernamen ohne Leerzeichen an, mindestens zwei Zeichen."
        )
    elif username != besides and STAFF.taken(username):
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
