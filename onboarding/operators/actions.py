"""What is done with the accounts of the operator's people: inviting, roles, closing, renewing the access."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from maerker.audit.actor import SYSTEM, Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotAllowed, NotThere
from maerker.identity.passwords import password_matches
from maerker.identity.sessions import hash_token, new_token
from maerker.identity.sign_ins import LONGEST_PASSWORD, checked_password
from maerker.wording import gettext as _
from onboarding.operators.models import OperatorAccount, OperatorRole
from onboarding.operators.permissions import may_grant
from onboarding.operators.second_factor import forget_second_factor
from onboarding.operators.sign_ins import OPERATORS, end_half_sign_ins, end_other_sessions
from onboarding.operators.weak_passwords import is_weak

LINK_LASTS = timedelta(hours=24)
LONGEST_NAME = 100
LONGEST_ADDRESS = 254


def sign_out(token: str, *, at: datetime) -> bool:
    """End one sign-in; the cookie that held the token opens nothing any more."""
    return OPERATORS.close(token, at=at)


def create_operator(
    *, username: str, display_name: str, role: OperatorRole | str, password: str, email: str = "",
    by: Actor = SYSTEM, at: datetime | None = None,
) -> OperatorAccount:
    """Give someone an account with a password, from the command line. The second factor comes at the first sign-in.

    Raises Invalid with the sentence for each field.
    """
    problems = _name_problems(username, display_name, email)
    hashed = _hashed(password, username, problems)
    account = _new_account(username, display_name, email, OperatorRole(role), hashed, problems)
    OPERATORS.write(account.id, "account_created", at=at or now(), by=_whose_act(by), role=str(account.role))
    return account


def invite_operator(
    *, username: str, display_name: str, role: str, email: str = "", by: Actor, at: datetime
) -> tuple[OperatorAccount, str]:
    """Make an account for a colleague; the answer holds the one-time token of its set-up link, good for 24 hours.

    Raises Invalid with the sentence for each field, NotAllowed for a role with more rights than one's own.
    """
    problems = _name_problems(username, display_name, email)
    if role not in set(OperatorRole):
        problems["role"] = _("Bitte wählen Sie eine Rolle.")
    elif by.kind == "operator":
        _demand_grantable(OperatorRole(role), by)
    account = _new_account(
        username, display_name, email, OperatorRole(role) if "role" not in problems else None, "", problems
    )
    OPERATORS.write(account.id, "account_invited", at=at, by=_whose_act(by), role=str(account.role))
    return account, _new_link(account, at)


def invited(token: str, *, at: datetime) -> OperatorAccount:
    """Whose set-up link this is. Looking spends nothing. Raises NotThere: unknown, used or too old."""
    rows = OperatorAccount
    account = session().scalars(
        select(rows).where(
            rows.setup_hash == hash_token(token), rows.setup_until > at, rows.disabled_at.is_(None)
        ).with_for_update()
    ).one_or_none()
    if account is None:
        raise NotThere(_("Dieser Link gilt nicht mehr: Er wurde schon benutzt oder ist älter als 24 Stunden. "
                         "Bitte lassen Sie sich einen neuen geben."))
    return account


def accept_invitation(token: str, password: str, *, at: datetime) -> OperatorAccount:
    """Set the password by the set-up link, which is thereby used. Raises NotThere, Invalid."""
    account, problems = invited(token, at=at), dict[str, str]()
    hashed = _hashed(password, account.username, problems)
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    account.password_hash, account.setup_hash, account.setup_until = hashed, None, None
    session().flush()
    end_half_sign_ins(account.id)
    OPERATORS.write(account.id, "invitation_accepted", at=at)
    return account


def change_role(account_id: int, role: str, *, by: Actor, at: datetime) -> OperatorAccount:
    """Give someone another role.

    Raises NotThere, Invalid, NotAllowed (oneself, the last admin, more rights than one's own).
    """
    account = _locked(account_id)
    if role not in set(OperatorRole):
        raise Invalid(fields={"role": _("Bitte wählen Sie eine Rolle.")})
    new = OperatorRole(role)
    if new is account.role:
        return account
    _demand_not_oneself(account, by)
    _demand_manageable(account, by)
    if by.kind == "operator":
        _demand_grantable(new, by)
    _demand_another_admin(account)
    old, account.role = account.role, new
    session().flush()
    OPERATORS.write(account.id, "role_changed", at=at, by=_whose_act(by), before=str(old), role=str(new))
    return account


def disable_operator(account_id: int, *, by: Actor, at: datetime) -> OperatorAccount:
    """Close an account at the console and end its sign-ins at once.

    Raises NotThere, NotAllowed for oneself and for the last admin.
    """
    account = _locked(account_id)
    _demand_not_oneself(account, by)
    _demand_manageable(account, by)
    if account.disabled_at is None:
        _demand_another_admin(account)
        account.disabled_at, account.setup_hash, account.setup_until = at, None, None
        session().flush()
        end_other_sessions(account.id, "", at=at, by=_whose_act(by))
        OPERATORS.write(account.id, "account_disabled", at=at, by=_whose_act(by))
    return account


def enable_operator(account_id: int, *, by: Actor, at: datetime) -> OperatorAccount:
    """Open a closed account again, as it was. Raises NotThere, NotAllowed."""
    account = _locked(account_id)
    _demand_manageable(account, by)
    if account.disabled_at is not None:
        account.disabled_at = None
        session().flush()
        OPERATORS.write(account.id, "account_enabled", at=at, by=_whose_act(by))
    return account


def renew_access(account_id: int, *, by: Actor, at: datetime) -> tuple[OperatorAccount, str]:
    """For a lost telephone or a forgotten password: everything old opens nothing, a new set-up link does.

    Password, app, codes and passkeys are gone and open sign-ins end; so nobody who knows only the password can
    connect an app of their own. The answer holds the token of the link. Raises NotThere, NotAllowed (oneself).
    """
    account = _locked(account_id)
    _demand_not_oneself(account, by)
    _demand_manageable(account, by)
    if account.disabled_at is not None:
        raise NotAllowed(_("Dieses Konto ist gesperrt. Bitte entsperren Sie es zuerst."))
    account.password_hash = ""
    forget_second_factor(account)
    end_other_sessions(account.id, "", at=at, by=_whose_act(by))
    OPERATORS.write(account.id, "access_renewed", at=at, by=_whose_act(by))
    return account, _new_link(account, at)


def change_password(account_id: int, old: str, new: str, *, at: datetime) -> None:
    """Change one's own password. Raises Invalid. Other sign-ins are ended by the caller."""
    account, problems = _locked(account_id), dict[str, str]()
    if not password_matches(account.password_hash, old[:LONGEST_PASSWORD]):
        problems["password"] = _("Das ist nicht Ihr jetziges Passwort.")
    hashed = _hashed(new, account.username, problems, "new_password")
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    account.password_hash = hashed
    session().flush()
    OPERATORS.write(account.id, "password_changed", at=at)


def _whose_act(by: Actor) -> int | str:
    """For the record: the id of one of the operator's people, or `system` for the command line."""
    return by.id if by.kind == "operator" and by.id is not None else by.kind


def _name_problems(username: str, display_name: str, email: str) -> dict[str, str]:
    name, problems = username.strip().lower(), {}
    if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable() or " " in name:
        problems["username"] = _(
            "Bitte geben Sie einen Benutzernamen ohne Leerzeichen an, mindestens zwei Zeichen."
        )
    elif OPERATORS.taken(name):
        problems["username"] = _("Diesen Benutzernamen gibt es schon.")
    if not 2 <= len(display_name.strip()) <= LONGEST_NAME or not display_name.strip().isprintable():
        problems["display_name"] = _("Bitte geben Sie den Namen an, höchstens 100 Zeichen.")
    if len(email.strip()) > LONGEST_ADDRESS or not email.strip().isprintable():
        problems["email"] = _("Diese E-Mail-Adresse ist nicht vollständig. Sie sieht zum Beispiel so aus: "
                              "name@beispiel.de")
    return problems


def _hashed(password: str, username: str, problems: dict[str, str], field: str = "password") -> str:
    try:
        if is_weak(password, username):
            raise ValueError(_("Dieses Passwort errät man leicht. Bitte nehmen Sie ein anderes, zum Beispiel mehrere "
                               "Wörter, die nichts miteinander zu tun haben."))
        return checked_password(password)
    except ValueError as sentence:
        problems[field] = str(sentence)
        return ""


def _new_account(
    username: str, display_name: str, email: str, role: OperatorRole | None, hashed: str, problems: dict[str, str]
) -> OperatorAccount:
    if problems or role is None:
        raise Invalid(" ".join(problems.values()), fields=problems)
    account = OperatorAccount(
        username=username.strip().lower(), display_name=display_name.strip(), email=email.strip(), role=role,
        password_hash=hashed,
    )
    session().add(account)
    session().flush()
    return account


def _new_link(account: OperatorAccount, at: datetime) -> str:
    token = new_token()
    account.setup_hash, account.setup_until = hash_token(token), at + LINK_LASTS
    session().flush()
    return token


def _locked(account_id: int) -> OperatorAccount:
    """The row as it is now. Acts on accounts happen one after the other: two admins at each other wait, not clash."""
    session().execute(select(func.pg_advisory_xact_lock(func.hashtextextended("operators", 0))))
    rows = OperatorAccount
    account = session().scalars(
        select(rows).where(rows.id == account_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if account is None:
        raise NotThere()
    return account


def _demand_not_oneself(account: OperatorAccount, by: Actor) -> None:
    if by.kind == "operator" and by.id == account.id:
        raise NotAllowed(_("Das geht nicht am eigenen Konto. Bitte lassen Sie es eine andere Person tun."))


def _demand_manageable(account: OperatorAccount, by: Actor) -> None:
    """Nobody acts on an account that may do more than oneself."""
    if by.kind == "operator":
        _demand_grantable(account.role, by)


def _demand_grantable(role: OperatorRole, by: Actor) -> None:
    if not may_grant(role, by.permissions):
        raise NotAllowed(_("Diese Rolle hat mehr Rechte als Sie selbst. Niemand vergibt mehr, als er hat."))


def _demand_another_admin(account: OperatorAccount) -> None:
    """Locks the admins' rows, so that two who close each other at the same moment do not both succeed."""
    rows = OperatorAccount
    if account.role is not OperatorRole.admin or account.disabled_at is not None:
        return
    session().scalars(
        select(rows.id).where(rows.role == OperatorRole.admin).order_by(rows.id).with_for_update()
    ).all()
    others = session().scalar(
        select(func.count()).select_from(rows).where(
            rows.role == OperatorRole.admin, rows.disabled_at.is_(None), rows.id != account.id,
            rows.password_hash != "",
        )
    )
    if not others:
        raise NotAllowed(_("Das ist das letzte Konto mit allen Rechten. Geben Sie sie zuerst einer anderen Person."))
