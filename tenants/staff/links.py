"""Links by mail with which people set a password: made, found again, and used up.

A link's token is computed from the instance's key, the town and the row's seed: the mail can carry it, the database
keeps its SHA-256, and at another town's host it means nothing.
"""

import base64
import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, insert, select

from maerker.database.base import session
from maerker.database.scope import current_tenant
from maerker.identity.sessions import same_token
from maerker.jobs.outbox import Posting, post
from maerker.settings import Settings
from tenants.reports.models import OutboxPosting
from tenants.staff.models import LinkPurpose, StaffAccount, StaffLink

VALID_FOR = {LinkPurpose.invitation: timedelta(days=7), LinkPurpose.password: timedelta(hours=24)}
_LENGTH = 43


@dataclass(frozen=True)
class OpenLink:
    """A link that still opens, and whose it is."""

    id: int
    purpose: LinkPurpose
    account_id: int
    username: str
    display_name: str
    expires_at: datetime


def link_token(settings: Settings, tenant_id: uuid.UUID, seed: uuid.UUID) -> str:
    """43 letters and digits: 215 bits, for the address in the mail."""
    raw = settings.derive("staff-link", str(tenant_id), str(seed))
    return base64.b32encode(raw).decode().lower()[:_LENGTH]


def make_link(account_id: int, purpose: LinkPurpose, settings: Settings, *, at: datetime) -> int:
    """Make a link and have it mailed; links made before for the same person open nothing any more. Returns its id."""
    seed = uuid.uuid4()
    forget_links(account_id)
    link_id = session().execute(
        insert(StaffLink).values(
            account_id=account_id, purpose=purpose, seed=seed, made_at=at, expires_at=at + VALID_FOR[purpose],
            token_hash=_hash(link_token(settings, current_tenant(), seed)),
        ).returning(StaffLink.id)
    ).scalar_one()
    posting = (
        Posting("account_invitation", link_id) if purpose is LinkPurpose.invitation
        else Posting("account_password", link_id)
    )
    outbox = OutboxPosting.__table__
    assert isinstance(outbox, Table)
    post(outbox, [posting], at=at)
    return int(link_id)


def find_link(token: str, settings: Settings, *, at: datetime) -> OpenLink | None:
    """The link behind a token of this town, or None: unknown, of another town, used, run out, or account closed."""
    row = session().execute(
        select(
            StaffLink.id, StaffLink.purpose, StaffLink.seed, StaffLink.account_id, StaffLink.expires_at,
            StaffAccount.username, StaffAccount.display_name,
        )
        .join(StaffAccount, (StaffAccount.tenant_id == StaffLink.tenant_id) & (StaffAccount.id == StaffLink.account_id))
        .where(
            StaffLink.token_hash == _hash(token), StaffLink.expires_at > at, StaffAccount.disabled_at.is_(None)
        )
    ).one_or_none()
    if row is None or not same_token(token, link_token(settings, current_tenant(), row.seed)):
        return None
    return OpenLink(row.id, row.purpose, row.account_id, row.username, row.display_name, row.expires_at)


def use_up(link_id: int) -> bool:
    """Take a link out of the world. False: someone was faster; of two clicks at once one gets it."""
    gone = session().scalar(delete(StaffLink).where(StaffLink.id == link_id).returning(StaffLink.id))
    return gone is not None


def forget_links(account_id: int) -> None:
    """No link made for this person until now opens anything."""
    session().execute(
        delete(StaffLink).where(StaffLink.account_id == account_id).execution_options(synchronize_session=False)
    )


def made_since(account_id: int, since: datetime) -> bool:
    """Whether a link of this person was made after this moment and is still there."""
    newest = session().scalar(select(func.max(StaffLink.made_at)).where(StaffLink.account_id == account_id))
    return newest is not None and newest > since


def _hash(token: str) -> bytes:
    return hashlib.sha256(f"staff-link\x1f{token}".encode()).digest()
