"""Mails to the people of a town, sent later. Each may run twice and says the same then."""

from typing import Any

from sqlalchemy import select

from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.database.scope import current_tenant
from maerker.jobs.handlers import FinishedWithProblem, Handler
from maerker.mail.delivery import Letter, MailRefused, deliver
from maerker.settings import Settings
from maerker.wording import speaking
from tenants.profile.town import Town, town_by_id
from tenants.reports.notices import Notice
from tenants.staff import notices
from tenants.staff.links import link_token
from tenants.staff.models import StaffAccount, StaffLink
from tenants.staff.periodic import ends_at


def account_invitation(posting: Any, settings: Settings) -> None:
    """To an invited person: here you set your password. A link that is gone meanwhile is not sent."""
    found = _link(posting.subject_id)
    if found is None:
        return
    link, account = found
    town = town_by_id(current_tenant())
    address = _address(town, settings, f"/einladung/{link_token(settings, town.tenant_id, link.seed)}")
    with speaking("de"):
        notice = notices.invitation(account.display_name, account.username, link.expires_at, town, address)
    _send(posting, town, account.email, notice, settings)


def account_password(posting: Any, settings: Settings) -> None:
    """To someone who has forgotten the password."""
    found = _link(posting.subject_id)
    if found is None:
        return
    link, account = found
    town = town_by_id(current_tenant())
    address = _address(town, settings, f"/passwort/{link_token(settings, town.tenant_id, link.seed)}")
    with speaking("de"):
        notice = notices.new_password(account.display_name, account.username, town, address)
    _send(posting, town, account.email, notice, settings)


def account_ends(posting: Any, settings: Settings) -> None:
    """To someone who has not signed in for long; not if they have done so meanwhile."""
    account = session().get_one(StaffAccount, (current_tenant(), posting.subject_id))
    if account.ends_warned_at is None or account.disabled_at is not None or not account.email:
        return
    if account.last_seen_at is not None and account.last_seen_at > account.ends_warned_at:
        return
    town = town_by_id(current_tenant())
    day = ends_at(account, int(town.profile["account_idle_days"])).astimezone(BERLIN).date()
    with speaking("de"):
        notice = notices.account_ends(account.display_name, day, town, _address(town, settings, "/anmelden"))
    _send(posting, town, account.email, notice, settings)


HANDLERS = (
    Handler("account_invitation", "mail", account_invitation),
    Handler("account_password", "mail", account_password),
    Handler("account_ends", "mail", account_ends),
)


def _link(link_id: int) -> tuple[StaffLink, StaffAccount] | None:
    row = session().execute(
        select(StaffLink, StaffAccount)
        .join(StaffAccount, (StaffAccount.tenant_id == StaffLink.tenant_id) & (StaffAccount.id == StaffLink.account_id))
        .where(StaffLink.id == link_id, StaffAccount.disabled_at.is_(None), StaffAccount.email != "")
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def _address(town: Town, settings: Settings, path: str) -> str:
    return f"{settings.public_url(town.main_host)}{path}"


def _send(posting: Any, town: Town, to: str, notice: Notice, settings: Settings) -> None:
    letter = Letter(
        town=town, notice=notice, to=to, language="de", message_name=f"posting.{posting.id}.{town.slug}",
        thread_name="", sender_name=f"Maerker {town.name}", sender_local=town.slug, reply_to=town.email,
        colours=(town.primary_colour, town.accent_colour),
    )
    try:
        deliver(letter, settings)
    except MailRefused as refusal:
        raise FinishedWithProblem(f"MailRefused: {refusal}"[:300]) from refusal
