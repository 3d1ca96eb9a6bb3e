"""What a Kommune fills in, field by field, saved while one types. The documents are made from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import current_file
from maerker.errors import Invalid, NotThere, Stale
from maerker.wording import gettext as _
from onboarding.applications.models import FileEntry, JoiningFile
from onboarding.applications.sections import ENTRY_OF, Entry, EntryKind, Section
from onboarding.provisioning.slugs import slug_problem


@dataclass(frozen=True)
class Saved:
    """A value as it stands, who saved it last, and how often it was saved (0: never)."""

    value: Any = None
    version: int = 0
    saved_at: datetime | None = None
    saved_by: str = ""


def entries() -> dict[str, Saved]:
    """Everything that was typed in the current file, by key."""
    rows = session().scalars(select(FileEntry))
    return {row.key: Saved(row.value, row.version, row.saved_at, row.saved_by) for row in rows}


def values() -> dict[str, Any]:
    """The values alone; what was never typed is missing."""
    return {key: saved.value for key, saved in entries().items()}


def save_entry(key: str, typed: Any, *, by: Actor, at: datetime, version: int | None = None) -> Saved:
    """Save one field. Raises Invalid (what is wrong with it), Stale (someone else saved meanwhile), NotThere.

    `version`: which one was shown; None overwrites. An empty value is kept as None, so that it can be emptied.
    """
    entry = ENTRY_OF.get(key)
    if entry is None:
        raise NotThere()
    value = checked(entry, typed)
    row = session().scalars(select(FileEntry).where(FileEntry.key == key).with_for_update()).one_or_none()
    if row is not None and version is not None and row.version != version and row.value != value:
        raise Stale(_("%(name)s hat dieses Feld inzwischen geändert.", name=row.saved_by or _("Jemand anders")))
    if row is not None and row.value == value:
        return Saved(row.value, row.version, row.saved_at, row.saved_by)
    number = 1 if row is None else row.version + 1
    new = {"value": value, "version": number, "saved_at": at, "saved_by": by.name}
    written = session().execute(
        insert(FileEntry).values(key=key, **new).on_conflict_do_update(
            index_elements=["file_id", "key"], set_=new, where=FileEntry.version == number - 1,
        ).returning(FileEntry.key)
    ).first()
    session().expire_all()
    if written is None:  # two who fill in an empty field at the same moment: the second one is shown the first
        raise Stale(_("Jemand anders hat dieses Feld inzwischen geändert."))
    return Saved(value, number, at, by.name)


def missing(given: Mapping[str, Any], section: Section) -> tuple[Entry, ...]:
    """The needed fields of a section that are still empty, or hold a title that fits nobody yet."""
    return tuple(
        entry for entry in needed(given, section)
        if given.get(entry.key) in (None, "", []) or (entry.title and is_for_both(str(given[entry.key])))
    )


def needed(given: Mapping[str, Any], section: Section) -> tuple[Entry, ...]:
    """The fields of a section that the documents cannot do without, as the answers stand: a second person is named
    only where one signs, a decision of the council only where it has to decide."""
    return tuple(
        entry for entry in section.entries
        if entry.needed or given.get(entry.needed_when[0]) in entry.needed_when[1]
    )


def is_for_both(title: str) -> bool:
    """Whether a title is still written for women and men alike: Bürgermeister/in, Landrat/Landrätin."""
    return _FOR_BOTH.search(title) is not None


def checked(entry: Entry, typed: Any) -> Any:
    """The value as it is kept. Raises Invalid with the sentence for the field."""
    if entry.kind is EntryKind.names:
        text = "\n".join(typed) if isinstance(typed, list) else str(typed or "")
        names = [line.strip() for line in text.splitlines() if line.strip()]
        return _short(entry, "\n".join(names)) and names
    text = str("" if typed is None else typed).strip()
    if not text:
        return None
    _short(entry, text)
    return _READ[entry.kind](entry, text)


def _short(entry: Entry, text: str) -> bool:
    longest = 200 if entry.kind is EntryKind.number else entry.most
    if len(text) > longest:
        raise _wrong(entry, _("Bitte höchstens %(number)s Zeichen.", number=longest))
    if not all(char.isprintable() or char in "\n\r\t" for char in text):
        raise _wrong(entry, _("Hier stehen Zeichen, die nicht lesbar sind."))
    return True


def _email(entry: Entry, text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise _wrong(entry, _("Das ist keine E-Mail-Adresse. Sie sieht so aus: name@kommune.de")) from None


def _day(entry: Entry, text: str) -> str:
    day = read_day(text)
    if day is None:
        raise _wrong(entry, _("Bitte geben Sie ein Datum an, zum Beispiel 31.12.2026."))
    return day.isoformat()


def read_day(text: str) -> date | None:
    """A day as people type it or as browsers send it; None for what is none."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _number(entry: Entry, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not entry.least <= int(text) <= entry.most:
        raise _wrong(entry, _("Bitte eine Zahl von %(least)s bis %(most)s.", least=entry.least, most=entry.most))
    return int(text)


def _choice(entry: Entry, text: str) -> str:
    if text not in {key for key, _label in entry.choices}:
        raise _wrong(entry, _("Bitte wählen Sie eine der Möglichkeiten."))
    return text


def _yes_no(entry: Entry, text: str) -> bool:
    if text not in ("ja", "nein", "True", "False"):
        raise _wrong(entry, _("Bitte wählen Sie Ja oder Nein."))
    return text in ("ja", "True")


def _post_code(entry: Entry, text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) == 5):
        raise _wrong(entry, _("Eine Postleitzahl hat fünf Ziffern, zum Beispiel 03130."))
    return text


def _host_part(entry: Entry, text: str) -> str:
    own = session().scalars(select(JoiningFile.municipality_id).where(JoiningFile.file_id == current_file())).first()
    problem = slug_problem(text.lower(), own)
    if problem:
        raise _wrong(entry, problem)
    return text.lower()


def _host(entry: Entry, text: str) -> str:
    name = text.lower().removeprefix("https://").removeprefix("http://").rstrip("/.")
    if name.count(".") < 1 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise _wrong(entry, _("Das ist kein Name einer Domain. Er sieht so aus: maerker.musterstadt.de"))
    return name


_FOR_BOTH = re.compile(
    r"\w(?:(?:/-?|[*:_])in\b|\(in\))|\b(\w{4})\w*\s*/\s*\1\w*in\b|\b(\w{4})\w*in\s*/\s*\2", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_READ = {
    EntryKind.post_code: _post_code, EntryKind.host_part: _host_part, EntryKind.host: _host,
    EntryKind.line: lambda _entry, text: text, EntryKind.text: lambda _entry, text: text, EntryKind.email: _email,
    EntryKind.day: _day, EntryKind.number: _number, EntryKind.choice: _choice, EntryKind.yes_no: _yes_no,
}


def _wrong(entry: Entry, sentence: str) -> Invalid:
    return Invalid(fields={entry.key: sentence})


def as_day(value: Any) -> date | None:
    """A saved day as a date."""
    return date.fromisoformat(value) if value else None
