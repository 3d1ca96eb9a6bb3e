"""Accounts that nobody uses end, with a warning before; links that have run out go.

Runs as the role `eraser`, town by town (maerker.jobs.schedule).
"""

from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import tenant_scope
from maerker.jobs.each import for_each
from maerker.jobs.outbox import Posting, post
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from tenants.profile.models import Profile
from tenants.registry.models import Tenant, TenantState
from tenants.reports.models import OutboxPosting
from tenants.staff.actions import close_account, hold_people
from tenants.staff.models import Role, StaffAccount, StaffLink

WARNED_BEFORE = timedelta(days=14)


def ends_at(account: StaffAccount, idle_days: int) -> datetime:
    """When an account ends that nobody signs in with: so many days after the last sign-in or the opening.

    Never sooner than two weeks after the warning, so that a shorter period set today surprises nobody.
    """
    due = _seen(account) + timedelta(days=idle_days)
    warned = account.ends_warned_at
    return max(due, warned + WARNED_BEFORE) if warned is not None and warned > _seen(account) else due


def end_unused_accounts(_: Settings) -> None:
    """Warn two weeks before, then close. The last account that can administer a town stays open."""
    towns = session().scalars(select(Tenant.id).where(Tenant.state != TenantState.closed).order_by(Tenant.id))
    for_each(towns, lambda _town: look_after_people(now()), slot="end_unused_accounts", scope=tenant_scope)


def erase_old_links(_: Settings) -> None:
    """Invitations and password links that opened nothing any more since a month."""
    old = delete(StaffLink).where(StaffLink.expires_at < now() - timedelta(days=30))
    towns = session().scalars(select(Tenant.id).order_by(Tenant.id))
    for_each(towns, lambda _town: session().execute(old), slot="erase_old_links", scope=tenant_scope)


SLOTS = (
    Slot("end_unused_accounts", 86400, end_unused_accounts),
    Slot("erase_old_links", 86400, erase_old_links),
)


def look_after_people(at: datetime) -> None:
    """One statement for a town whose people all come by."""
    idle_days = session().scalars(select(Profile.account_idle_days)).one_or_none()
    if idle_days is None:  # a town that is just being made has no people yet
        return
    seen = func.greatest(func.coalesce(StaffAccount.last_seen_at, StaffAccount.enabled_at), StaffAccount.enabled_at)
    near = at - timedelta(days=idle_days) + WARNED_BEFORE
    idle = session().scalars(
        select(StaffAccount).where(StaffAccount.disabled_at.is_(None), seen <= near).order_by(StaffAccount.id)
        .execution_options(populate_existing=True)
    ).all()
    if idle:
        hold_people()
    for account in idle:
        if not _was_warned(account):
            account.ends_warned_at = at
            session().flush()
            if account.email:
                outbox = OutboxPosting.__table__
                assert isinstance(outbox, Table)
                post(outbox, [Posting("account_ends", account.id)], at=at)
        elif ends_at(account, idle_days) <= at and not _is_last_admin(account):
            close_account(account, at=at, by=None, reason="unused")


def _was_warned(account: StaffAccount) -> bool:
    """Whether the warning belongs to this absence: who has signed in since then begins anew."""
    return account.ends_warned_at is not None and account.ends_warned_at > _seen(account)


def _seen(account: StaffAccount) -> datetime:
    return max(account.last_seen_at or account.enabled_at, account.enabled_at)


def _is_last_admin(account: StaffAccount) -> bool:
    others = select(func.count()).select_from(StaffAccount).where(
        StaffAccount.role == Role.admin, StaffAccount.disabled_at.is_(None), StaffAccount.id != account.id,
        StaffAccount.has_password,
    )
    return account.role is Role.admin and not session().scalar(others)
