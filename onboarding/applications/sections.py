"""What a joining file asks a Kommune for, field by field: its sections, and what each field must be."""

import enum
from dataclasses import dataclass
from typing import Any

from maerker.wording import marked
from onboarding.applications.permissions import FilePermission


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
            Entry(key="website", label=marked("Internetseite"), hint=marked("zum Beispiel www.musterstadt.de"),
                  needed_when=("home_page_link", (True,))),
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
        key="freigabe", label=marked("Freigabe der Verarbeitung"),
        intro=marked("Was Sie vor der Freigabe abgewogen haben (§ 4 BbgDSG). Wer für den Datenschutz zuständig ist, "
                     "kann es selbst ausfüllen. Vor jeder neuen Freigabe prüfen Sie es bitte neu."),
        entries=(
            Entry(key="risk_measures", label=marked("Passen die Maßnahmen zum Risiko (Art. 32 DSGVO)?"),
                  kind=EntryKind.choice, needed=True, right=FilePermission.edit_release,
                  hint=marked("Die Maßnahmen stehen in Anhang III des Vertrages zur Auftragsverarbeitung."),
                  choices=(("adequate", marked("Ja, sie sind angemessen")),
                           ("more", marked("Es sind weitere Maßnahmen nötig")))),
            Entry(key="risk_more", label=marked("Welche weiteren Maßnahmen?"), kind=EntryKind.text, most=1000,
                  needed_when=("risk_measures", ("more",)), right=FilePermission.edit_release),
            Entry(key="impact_assessment", label=marked("Datenschutz-Folgenabschätzung (Art. 35 DSGVO)"),
                  kind=EntryKind.choice, needed=True, right=FilePermission.edit_release,
                  choices=(("not_needed", marked("Nicht nötig: voraussichtlich kein hohes Risiko")),
                           ("done", marked("Durchgeführt")))),
            Entry(key="impact_on", label=marked("Datum der Folgenabschätzung"), kind=EntryKind.day,
                  needed_when=("impact_assessment", ("done",)), right=FilePermission.edit_release),
            Entry(key="privacy_heard_on", label=marked("Wann war die oder der Datenschutzbeauftragte beteiligt?"),
                  kind=EntryKind.day, right=FilePermission.edit_release),
            Entry(key="privacy_opinion", label=marked("Stellungnahme dazu"), kind=EntryKind.text, most=2000,
                  right=FilePermission.edit_release),
            Entry(key="release_conditions", label=marked("Auflagen"), kind=EntryKind.text, most=1000,
                  hint=marked("Leer, wenn Sie ohne Auflagen freigeben"), right=FilePermission.edit_release),
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
