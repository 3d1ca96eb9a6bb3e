"""What a Kommune fills in, field by field, saved while one types. The documents are made from it."""

import enum
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
from maerker.wording import marked
from onboarding.applications.models import FileEntry, JoiningFile
from onboarding.applications.permissions import FilePermission
from onboarding.provisioning.slugs import slug_problem


class EntryKind(enum.StrEnum):
    """How a value is typed and checked."""

    line = "line"
    text = "text"
    email = "email"
    day = "day"
    number = "number"
    choice = "choice"
    yes_no = "yes_no"
    names = "names"
    post_code = "post_code"
    host_part = "host_part"
    host = "host"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One field. `most`: characters, or for numbers the largest value. `names`: one name a line.

    `needed_when`: another field and those of its answers for which this one is needed too. `title`: what one person is
    called in office; as long as it stands there for women and men alike, nobody has said what to print.
    """

    key: str
    label: str
    kind: EntryKind = EntryKind.line
    hint: str = ""
    needed: bool = False
    needed_when: tuple[str, tuple[Any, ...]] = ("", ())
    title: bool = False
    most: int = 200
    least: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    right: FilePermission = FilePermission.edit_entries


@dataclass(frozen=True, kw_only=True)
class Section:
    """Fields that belong together on one page of the file."""

    key: str
    label: str
    intro: str
    entries: tuple[Entry, ...]


_WITH_SECOND = ("signatories", ("head_and_deputy", "power_of_attorney"))
SECTIONS: tuple[Section, ...] = (
    Section(
        key="kommune", label=marked("Kommune"),
        intro=marked("Diese Angaben stehen in allen Dokumenten. Was wir wissen, ist schon eingetragen."),
        entries=(
            Entry(key="official_name", label=marked("Amtlicher Name"), needed=True),
            Entry(key="street", label=marked("Straße und Hausnummer der Verwaltung"), needed=True),
            Entry(key="postal_code", label=marked("Postleitzahl"), kind=EntryKind.post_code, needed=True,
                  most=5),
            Entry(key="city", label=marked("Ort"), needed=True),
            Entry(key="phone", label=marked("Telefon")),
            Entry(key="email", label=marked("E-Mail-Adresse der Verwaltung"), kind=EntryKind.email, needed=True),
            Entry(key="website", label=marked("Internetseite"), hint=marked("zum Beispiel www.musterstadt.de")),
        ),
    ),
    Section(
        key="vertretung", label=marked("Vertretung und Unterschrift"),
        intro=marked("Wer die Kommune nach außen vertritt und wer unterschreibt (§ 57 BbgKVerf)."),
        entries=(
            Entry(key="head_name", label=marked("Name der oder des Hauptverwaltungsbeamten"), needed=True),
            Entry(key="head_title", label=marked("Amtsbezeichnung"), needed=True, title=True,
                  hint=marked("So, wie sie in den Dokumenten stehen soll: Bürgermeisterin oder Bürgermeister, nicht "
                              "Bürgermeister/in")),
            Entry(key="signatories", label=marked("Wer unterschreibt?"), kind=EntryKind.choice, needed=True,
                  choices=(
                      ("head", marked("Die oder der Hauptverwaltungsbeamte allein")),
                      ("head_and_deputy", marked("Zusammen mit einer Stellvertretung")),
                      ("power_of_attorney", marked("Eine bevollmächtigte Person")),
                  )),
            Entry(key="second_name", label=marked("Name der zweiten oder bevollmächtigten Person"),
                  needed_when=_WITH_SECOND, hint=marked("Nötig, wenn nicht die Leitung allein unterschreibt")),
            Entry(key="second_function", label=marked("Funktion dieser Person"), needed_when=_WITH_SECOND, title=True,
                  hint=marked("zum Beispiel Erste Beigeordnete, Kämmerer")),
            Entry(key="power_of_attorney_on", label=marked("Datum der Vollmacht"), kind=EntryKind.day,
                  needed_when=("signatories", ("power_of_attorney",)),
                  hint=marked("Nötig, wenn eine bevollmächtigte Person unterschreibt")),
        ),
    ),
    Section(
        key="beschluss", label=marked("Beschluss der Vertretung"),
        intro=marked("Manche Hauptsatzung verlangt einen Beschluss der Gemeindevertretung, andere nicht."),
        entries=(
            Entry(key="council_needed", label=marked("Ist ein Beschluss nötig?"), kind=EntryKind.yes_no, needed=True),
            Entry(key="council_on", label=marked("Datum des Beschlusses"), kind=EntryKind.day,
                  needed_when=("council_needed", (True,))),
            Entry(key="council_reference", label=marked("Nummer des Beschlusses"),
                  needed_when=("council_needed", (True,))),
        ),
    ),
    Section(
        key="versprechen", label=marked("Serviceversprechen"),
        intro=marked("Sie können schärfere Fristen zusagen als drei Arbeitstage, keine weicheren."),
        entries=(
            Entry(key="first_answer_days", label=marked("Erste Antwort nach so vielen Arbeitstagen"),
                  kind=EntryKind.number, needed=True, least=1, most=3),
            Entry(key="forwarding_days", label=marked("Weiterleitung nach so vielen Arbeitstagen"),
                  kind=EntryKind.number, needed=True, least=1, most=3),
            Entry(key="extent", label=marked("Wofür gilt das Versprechen?"), kind=EntryKind.choice, needed=True,
                  choices=(("whole", marked("Für die ganze Verwaltung")),
                           ("departments", marked("Für die genannten Fachbereiche")))),
            Entry(key="departments", label=marked("Fachbereiche"), kind=EntryKind.names, most=2000,
                  needed_when=("extent", ("departments",)),
                  hint=marked("Einer je Zeile. Sie werden bei der Einrichtung übernommen.")),
        ),
    ),
    Section(
        key="technik", label=marked("Adresse und Technik"),
        intro=marked("Unter welcher Adresse Ihr Maerker erreichbar ist, und wann Sie starten möchten."),
        entries=(
            Entry(key="slug", label=marked("Adresse auf der Plattform"), kind=EntryKind.host_part, needed=True, most=63,
                  hint=marked("Der erste Teil der Adresse: Kleinbuchstaben, Ziffern und Bindestriche"),
                  right=FilePermission.edit_technical),
            Entry(key="own_domain", label=marked("Eigene Domain"), kind=EntryKind.host, most=253,
                  hint=marked("zum Beispiel maerker.musterstadt.de; sie muss auf die Plattform zeigen"),
                  right=FilePermission.edit_technical),
            Entry(key="wished_start", label=marked("Gewünschter Start"), kind=EntryKind.day,
                  right=FilePermission.edit_technical),
            Entry(key="use_of_arms", label=marked("Dürfen wir Ihr Wappen zeigen?"), kind=EntryKind.yes_no,
                  right=FilePermission.edit_technical),
            Entry(key="home_page_link", label=marked("Verlinken Sie Maerker auf Ihrer Startseite?"),
                  kind=EntryKind.yes_no, right=FilePermission.edit_technical),
            Entry(key="editors_mailbox", label=marked("Funktionspostfach der Redaktion"), kind=EntryKind.email,
                  needed=True, right=FilePermission.edit_technical),
        ),
    ),
)
ENTRY_OF = {entry.key: entry for section in SECTIONS for entry in section.entries}
SECTION_OF = {section.key: section for section in SECTIONS}


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
