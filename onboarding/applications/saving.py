"""Saving what is typed: one field while one types, or a whole section by its button. Nothing typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotAllowed, NotThere, Stale
from maerker.wording import gettext as _
from onboarding.applications.entries import Saved, entries, save_entry
from onboarding.applications.history import note
from onboarding.applications.models import FileEvent
from onboarding.applications.sections import ENTRY_OF, SECTIONS, Entry, Section
from onboarding.applications.standing import restate

ONE_SITTING = timedelta(hours=1)


@dataclass
class SectionSaved:
    """What became of each field: `errors` by field, and `overtaken`: what somebody else had saved meanwhile."""

    errors: dict[str, str] = field(default_factory=dict)
    overtaken: dict[str, Saved] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return not self.errors and not self.overtaken


def editable(entry: Entry, rights: frozenset[str]) -> bool:
    """Whether somebody with these rights may fill in the field."""
    return str(entry.right) in rights


def save_field(key: str, typed: str, *, version: int | None, by: Actor, at: datetime) -> Saved:
    """One field. Raises NotThere, NotAllowed, Invalid and Stale as `save_entry`."""
    entry = ENTRY_OF.get(key)
    if entry is None:
        raise NotThere()
    _demand(entry, by)
    before = entries().get(key, Saved())
    saved = save_entry(key, typed, by=by, at=at, version=version)
    if saved.version != before.version:
        _tell(section_of(entry), by=by, at=at)
        restate(at=at)
    return saved


def save_section(
    section: Section, typed: Mapping[str, str], *, versions: Mapping[str, int], by: Actor, at: datetime
) -> SectionSaved:
    """The fields of a section that were sent. What is right is saved, what is not comes back with its sentence."""
    result, before, changed = SectionSaved(), entries(), False
    for entry in section.entries:
        if entry.key not in typed:
            continue
        _demand(entry, by)
        known = before.get(entry.key, Saved())
        try:
            saved = save_entry(entry.key, typed[entry.key], by=by, at=at, version=versions.get(entry.key))
            changed = changed or saved.version != known.version
        except Invalid as problem:
            result.errors.update(problem.fields)
        except Stale:
            result.overtaken[entry.key] = known
    if changed:
        _tell(section, by=by, at=at)
        restate(at=at)
    return result


def section_of(entry: Entry) -> Section:
    return next(section for section in SECTIONS if entry in section.entries)


def _demand(entry: Entry, by: Actor) -> None:
    if not editable(entry, by.permissions):
        raise NotAllowed(_("Diese Angabe füllt jemand anders in Ihrer Akte aus."))


def _tell(section: Section, *, by: Actor, at: datetime) -> None:
    """Once for a sitting: the history says who worked on which part, not each letter."""
    told: Any = session().scalars(
        select(FileEvent.id).where(
            FileEvent.act == "entries_saved", FileEvent.by_kind == by.kind, FileEvent.by_id == by.id,
            FileEvent.details["section"].astext == section.key, FileEvent.at > at - ONE_SITTING,
        ).limit(1)
    ).first()
    if told is None:
        note("entries_saved", by=by, at=at, section=section.key)
