"""What every change of a town's configuration has in common, whoever makes it and whatever it is about.

    begin_change()                                  first: the town's changes happen one after the other
    row = profile_to_change(version)                or `fresh(row, version)`: refused when someone was faster
    ...
    note_change("imprint_changed", by=by, at=at)    last: the act in the town's log
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Text, cast, func, insert, or_, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Stale
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.profile.models import Profile
from tenants.staff.models import StaffAccount, StaffAudit


class ChangedMeanwhile(Stale):
    """Two people changed the same part of the configuration; the second one sees both versions."""

    title = marked("Diese Angaben wurden inzwischen geändert")


class Versioned(Protocol):
    """A row that counts its changes."""

    version: Any


@dataclass(frozen=True)
class Change:
    """One line of the town's log. `by` is the name of who did it, '' for the system or the operator."""

    id: int
    at: datetime
    act: str
    details: dict[str, Any]
    by: str


def begin_change() -> None:
    """Begin to change a town's configuration, in its scope.

    Raises the version by which every process reads the configuration anew. The town's row in the registry stays
    locked until the commit, so that two people's changes happen one after the other.
    """
    raise_config_version()


def raise_config_version() -> None:
    """After a change of a town's configuration, in its scope: every process reads it anew."""
    session().execute(select(func.raise_config_version()))


def fresh(row: Versioned, version: int) -> None:
    """Count one more change of a row. Raises ChangedMeanwhile when it is not the version seen."""
    if row.version != version:
        raise ChangedMeanwhile(_(
            "Jemand anderes hat diese Angaben gerade geändert. Ihre Eingaben stehen noch im Formular. "
            "Bitte vergleichen Sie und speichern Sie dann noch einmal."
        ))
    row.version = version + 1


def profile_to_change(version: int) -> Profile:
    """The town's profile, locked and counted. Raises ChangedMeanwhile when it is not the version seen."""
    profile = session().scalars(
        select(Profile).with_for_update().execution_options(populate_existing=True)
    ).one()
    fresh(profile, version)
    return profile


def note_change(act: str, *, by: Actor, at: datetime, **details: Any) -> None:
    """Write an act into the town's log. Details hold names and figures, never a citizen's words or addresses."""
    session().flush()
    session().execute(insert(StaffAudit).values(
        at=at, account_id=by.id if by.kind == "staff" else None, act=act,
        details={key: value for key, value in details.items() if value not in ("", None)},
    ))


def last_changes(acts: frozenset[str], most: int) -> list[Change]:
    """The newest lines of the log that are about one of these acts."""
    return _changes(StaffAudit.act.in_(sorted(acts)), most=most)


def last_change_of(account_id: int, number: int | None = None) -> Change | None:
    """The newest line that someone wrote, or the one with this number if it is theirs."""
    mine = or_(StaffAudit.account_id == account_id, StaffAudit.details.contains({"by": account_id}))
    found = _changes(mine, *([] if number is None else [StaffAudit.id == number]), most=1)
    return found[0] if found else None


def _changes(*where: Any, most: int) -> list[Change]:
    who = func.coalesce(StaffAudit.details["by"].astext, cast(StaffAudit.account_id, Text))
    rows = session().execute(
        select(StaffAudit.id, StaffAudit.at, StaffAudit.act, StaffAudit.details, StaffAccount.display_name)
        .outerjoin(
            StaffAccount, (StaffAccount.tenant_id == StaffAudit.tenant_id) & (cast(StaffAccount.id, Text) == who)
        )
        .where(*where).order_by(StaffAudit.at.desc(), StaffAudit.id.desc()).limit(most)
    )
    return [Change(row[0], row[1], row[2], row[3], row[4] or "") for row in rows]
