"""How people come to a password of their own: by invitation, and by asking for a new one.

Nobody but the person ever types it. A link goes to the person's address by mail; looking at it changes nothing, so
that a mail server that opens every link to look for harm spends none.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.identity.sign_ins import checked_password
from maerker.settings import Settings
from maerker.wording import gettext as _
from tenants.staff.actions import STAFF, create_account, demand_an_admin_left, hold_people, locked_account
from tenants.staff.links import OpenLink, find_link, forget_links, made_since, make_link, use_up
from tenants.staff.models import LinkPurpose, Role, StaffAccount
from tenants.staff.permissions import demand_grant

PAUSE = timedelta(minutes=10)
"""Asking for a new password again within this time sends no second mail."""
_MOST_ACCOUNTS = 3


def invite(
    *, display_name: str, email: str, role: Role, departments: Iterable[int], settings: Settings, by: Actor,
    at: datetime,
) -> StaffAccount:
    """Give someone an account and send the invitation to their address, which is also the name to sign in with.

    Raises Invalid with the sentence for each field, NotAllowed for a role beyond the own rights.
    """
    demand_grant(by, role)
    if not email.strip():
        raise Invalid(fields={"email": _("Bitte geben Sie die E-Mail-Adresse an. An sie geht die Einladung.")})
    try:
        account = create_account(
            username=email, display_name=display_name, role=role, email=email, departments=departments, by=by, at=at,
        )
    except Invalid as problem:
        renamed = dict(problem.fields)
        if "username" in renamed:
            renamed.pop("username")
            renamed["email"] = _("Diese Adresse hat hier schon ein Konto, oder sie ist nicht vollständig.")
        raise Invalid(fields=renamed) from None
    make_link(account.id, LinkPurpose.invitation, settings, at=at)
    return account


def invite_again(account_id: int, settings: Settings, *, by: Actor, at: datetime) -> StaffAccount:
    """Send a fresh invitation; the link of the one before opens nothing any more. Raises Invalid once it is taken."""
    account = _invited(account_id, by)
    if not account.email:
        raise Invalid(_("Für dieses Konto fehlt die E-Mail-Adresse. Bitte tragen Sie sie zuerst ein."))
    make_link(account.id, LinkPurpose.invitation, settings, at=at)
    STAFF.write(account.id, "invited_again", at=at, by=by.id)
    return account


def withdraw_invitation(account_id: int, *, by: Actor, at: datetime) -> str:
    """Take back an invitation that nobody has followed: the account goes, it never did anything. Returns the name."""
    account = _invited(account_id, by)
    demand_an_admin_left(account)
    name, number = account.display_name, account.id
    STAFF.write(number, "invitation_withdrawn", at=at, by=by.id)
    session().execute(delete(StaffAccount).where(StaffAccount.id == number))
    return name


def ask_for_password(typed: str, settings: Settings, *, at: datetime) -> None:
    """Send a link to whoever this name or address belongs to. Says nothing of whether anybody does.

    Someone who has not followed the invitation yet gets it once more. Closed accounts, and accounts without an
    address, get nothing. Something is written in any case: an answer that took longer would tell whose name is known.
    """
    name = typed.replace("\x00", "").strip().lower()
    if not name:
        return
    accounts = session().execute(
        select(StaffAccount.id, StaffAccount.has_password)
        .where(
            or_(func.lower(StaffAccount.username) == name, func.lower(StaffAccount.email) == name),
            StaffAccount.email != "", StaffAccount.disabled_at.is_(None),
        )
        .order_by(StaffAccount.id).limit(_MOST_ACCOUNTS)
    ).all()
    waiting = [account for account in accounts if not made_since(account.id, at - PAUSE)]
    if not waiting:
        STAFF.write(None, "password_link_refused", at=at)
    for account_id, has_password in waiting:
        make_link(account_id, LinkPurpose.password if has_password else LinkPurpose.invitation, settings, at=at)
        STAFF.write(account_id, "password_link_sent", at=at)


def follow_link(token: str, password: str, settings: Settings, *, at: datetime) -> OpenLink:
    """Set the password and use up the link. Every sign-in made with the old password ends.

    Raises NotThere for a link that opens nothing, Invalid for a password that is too short (the link stays good).
    """
    link = find_link(token, settings, at=at)
    if link is None:
        raise NotThere()
    try:
        hashed = checked_password(password)
    except ValueError as sentence:
        raise Invalid(fields={"password": str(sentence)}) from None
    hold_people()  # whoever closes the account or sends another link at this moment is waited for
    if find_link(token, settings, at=at) is None or not use_up(link.id):
        raise NotThere()
    account = locked_account(link.account_id)
    account.password_hash = hashed
    session().flush()
    forget_links(account.id)
    STAFF.revoke(account.id, at=at, by=account.id)
    STAFF.write(account.id, "password_set", at=at, by=account.id, purpose=str(link.purpose))
    return link


def _invited(account_id: int, by: Actor) -> StaffAccount:
    account = locked_account(account_id)
    demand_grant(by, account.role)
    if account.has_password or account.disabled_at is not None:
        raise Invalid(_("Die Einladung ist schon angenommen oder das Konto ist gesperrt."))
    return account
