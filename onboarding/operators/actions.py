"""What is done with the accounts of the operator's people and their sign-ins at the console."""

from datetime import datetime

from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.identity.sign_ins import Opened, SignIns, checked_password
from maerker.wording import gettext as _
from onboarding.operators.models import OperatorAccount, OperatorAudit, OperatorRole, OperatorSession

OPERATORS = SignIns(OperatorAccount, OperatorSession, OperatorAudit)


def sign_in(username: str, password: str, *, at: datetime, source: str = "") -> Opened | None:
    """Let someone of the operator's people in. None means no, and does not tell why."""
    return OPERATORS.open(username, password, at=at, source=source)


def sign_out(token: str, *, at: datetime) -> bool:
    """End one sign-in; the cookie that held the token opens nothing any more."""
    return OPERATORS.close(token, at=at)


def create_operator(
    *, username: str, display_name: str, role: OperatorRole | str, password: str, email: str = "",
    by: int | None = None, at: datetime | None = None,
) -> OperatorAccount:
    """Give someone an account at the console. `by` is the id of another operator; None: from the command line.

    Raises Invalid with the sentence for each field.
    """
    name, problems = username.strip().lower(), {}
    if not 2 <= len(name) <= 100 or not name.isprintable() or " " in name:
        problems["username"] = _(
            "Bitte geben Sie einen Benutzernamen ohne Leerzeichen an, mindestens zwei Zeichen."
        )
    elif OPERATORS.taken(name):
        problems["username"] = _("Diesen Benutzernamen gibt es schon.")
    hashed = ""
    try:
        hashed = checked_password(password)
    except ValueError as sentence:
        problems["password"] = str(sentence)
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    account = OperatorAccount(
        username=name, display_name=display_name.strip(), email=email.strip(), role=OperatorRole(role),
        password_hash=hashed,
    )
    session().add(account)
    session().flush()
    OPERATORS.write(account.id, "account_created", at=at or now(), by=by, role=str(account.role))
    return account


def disable_operator(account_id: int, *, by: int | None, at: datetime) -> None:
    """Close an account at the console and end its sign-ins at once."""
    account = session().scalars(select(OperatorAccount).where(OperatorAccount.id == account_id)).one_or_none()
    if account is None:
        raise NotThere()
    if account.disabled_at is None:
        account.disabled_at = at
        session().flush()
        OPERATORS.revoke(account.id, at=at, by=by)
        OPERATORS.write(account.id, "account_disabled", at=at, by=by)
