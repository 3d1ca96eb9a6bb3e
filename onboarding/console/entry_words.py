"""What a Kommune filled in, as words to read."""

from datetime import date
from typing import Any

from maerker.wording import day_in_figures
from maerker.wording import gettext as _
from onboarding.applications.sections import Entry, EntryKind


def entry_words(entry: Entry, value: Any) -> str:
    """A saved value as people read it; '' for what was never filled in."""
    if value in (None, "", []):
        return ""
    if entry.kind is EntryKind.day:
        return day_in_figures(date.fromisoformat(value))
    if entry.kind is EntryKind.yes_no:
        return _("ja") if value else _("nein")
    if entry.kind is EntryKind.choice:
        return next((_(label) for key, label in entry.choices if key == value), str(value))
    if entry.kind is EntryKind.names:
        return "\n".join(str(name) for name in value)
    return str(value)
