"""The history of a file in words: for each act the sentence that people of both sides read."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from maerker.wording import day_in_figures, marked, moment_in_figures
from maerker.wording import gettext as _
from onboarding.applications.models import FileEvent, FileRole
from onboarding.applications.permissions import ROLE_LABELS
from onboarding.applications.sections import SECTION_OF
from onboarding.contracts.kinds import KINDS, DocumentKind
from onboarding.steps import RULE_OF, Step

ACTS: dict[str, str] = {
    "applied": marked("Der Beitritt wurde beantragt."),
    "address_confirmed": marked("Die Adresse wurde bestätigt."),
    "admitted": marked("Der Antrag wurde angenommen."),
    "refused": marked("Der Antrag wurde abgelehnt."),
    "withdrawn": marked("Der Antrag wurde zurückgezogen."),
    "taken_up_again": marked("Der zurückgezogene Antrag wurde wieder aufgenommen."),
    "entries_saved": marked("Angaben wurden ausgefüllt oder geändert: %(section)s."),
    "person_invited": marked("%(person)s wurde in die Akte eingeladen (%(roles)s)."),
    "person_let_in": marked("%(person)s wurde in die Akte eingelassen."),
    "person_removed": marked("%(person)s wurde aus der Akte genommen."),
    "roles_changed": marked("%(person)s steht jetzt für: %(after)s (vorher: %(before)s)."),
    "link_sent_again": marked("%(person)s bekam einen neuen Link."),
    "device_link_made": marked("Ein zweites Gerät wurde verbunden."),
    "document_requested": marked("Ein Dokument wurde in Auftrag gegeben: %(document)s."),
    "document_made": marked("Ein Dokument wurde erstellt: %(document)s."),
    "document_failed": marked("Ein Dokument konnte nicht erstellt werden: %(document)s."),
    "copy_handed_in": marked("Eine unterschriebene Fassung wurde eingereicht: %(document)s, %(people)s."),
    "copy_checked": marked("Die unterschriebene Fassung wurde maschinell geprüft: %(document)s."),
    "copy_refused": marked("Die unterschriebene Fassung wurde nicht angenommen: %(document)s."),
    "copy_accepted": marked("Eine unterschriebene Fassung wurde geprüft und angenommen."),
    "copy_withdrawn": marked("Eine unterschriebene Fassung wurde zurückgenommen: %(document)s."),
    "countersignature_begun": marked("Der Betreiber hat mit der Gegenzeichnung begonnen: %(document)s."),
    "copy_countersigned": marked("Der Betreiber hat gegengezeichnet: %(document)s."),
    "reminded": marked("Der Betreiber hat erinnert: %(person)s."),
    "override_proposed": marked("Eine Ausnahme ohne Nachweis wurde vorgeschlagen."),
    "override_agreed": marked("Die Ausnahme wurde zugelassen; vorgeschlagen hatte sie %(first)s."),
    "override_declined": marked("Die Ausnahme wurde abgelehnt."),
    "override_taken_back": marked("Der Vorschlag einer Ausnahme wurde zurückgenommen."),
    "start_fixed": marked("Der Starttermin wurde festgelegt: %(moment)s."),
    "start_moved": marked("Der Starttermin wurde verschoben: %(moment)s (vorher: %(moment_before)s)."),
    "start_cancelled": marked("Der Starttermin %(moment_before)s wurde aufgehoben."),
    "start_dropped": marked("Mit dem Antrag fiel auch der Starttermin %(moment_before)s weg."),
    "trained_needed_changed": marked("Nötig sind jetzt %(number)s geschulte Personen (vorher: %(before_number)s)."),
    "wished_start_changed": marked("Der gewünschte Start wurde eingetragen: %(day)s."),
    "training_booked": marked("%(person)s wurde zur Schulung „%(course)s“ angemeldet."),
    "training_cancelled": marked("%(person)s wurde von der Schulung „%(course)s“ abgemeldet."),
    "training_date_changed": marked("Ein Termin der Schulung „%(course)s“ wurde verlegt."),
    "training_date_cancelled": marked("Ein Termin der Schulung „%(course)s“ wurde abgesagt."),
    "training_attended": marked("%(person)s hat an der Schulung „%(course)s“ teilgenommen."),
    "training_attendance_undone": marked("Die Teilnahme von %(person)s an der Schulung gilt nicht mehr."),
    "training_link_sent": marked("%(person)s bekam den Link zum Selbsttest noch einmal."),
    "training_reminded": marked("%(person)s wurde an den Selbsttest erinnert."),
    "self_test_passed": marked("%(person)s hat den Selbsttest bestanden (%(right)s von %(of)s richtig)."),
    "person_trained": marked("%(person)s ist geschult."),
    "taken_over": marked("Der Betreiber hat die Akte aus einer Liste übernommen und den Antrag damit angenommen."),
    "provisioned": marked("Der eigene Bereich wurde angelegt: %(host)s."),
    "staff_invited": marked("Zum eigenen Bereich eingeladen, weil inzwischen geschult: %(number)s."),
    "set_up_complete": marked(
        "Die Einrichtung ist geprüft: Für Bürgerinnen und Bürger ist alles vollständig eingerichtet."),
    "set_up_open_again": marked("Die Einrichtung ist geprüft: Für Bürgerinnen und Bürger fehlt wieder etwas."),
    "trial_asked": marked("Der Probebetrieb wurde eingeschaltet."),
    "trial_begun": marked("Der Probebetrieb hat begonnen."),
    "domain_check_asked": marked("Die eigene Domain wird geprüft."),
    "domain_checked": marked("Die eigene Domain %(domain)s wurde geprüft."),
    "domain_added": marked("Die eigene Domain %(domain)s führt jetzt zum Maerker der Kommune."),
    "domain_removed": marked("Die eigene Domain %(domain)s führt nicht mehr zum Maerker der Kommune."),
    "start_refused": marked("Der Start war nicht möglich. Es fehlte: %(missing)s."),
    "started": marked("Die Kommune ist gestartet und für alle erreichbar."),
    "subprocessor_change_announced": marked(
        "Eine Änderung bei Unterauftragsverarbeitern wurde angekündigt, Einwand möglich bis %(day)s: %(what)s"),
    "subprocessor_change_withdrawn": marked("Eine angekündigte Änderung wurde zurückgenommen: %(what)s"),
    "subprocessor_change_agreed": marked("Die Kommune stimmt der angekündigten Änderung zu: %(what)s"),
    "subprocessor_change_objected": marked("Die Kommune widerspricht der angekündigten Änderung: %(what)s"),
    "subprocessor_change_in_effect": marked("Die angekündigte Änderung ist für diese Kommune wirksam: %(what)s"),
    "platform_change_declared": marked(
        "Eine wesentliche Änderung der Plattform wurde erklärt, wirksam am %(day)s: %(title)s"),
    "other_sign_ins_ended": marked("Alle anderen Anmeldungen der Person wurden beendet."),
}
"""Each act that `note` writes, as a sentence. `%(name)s` stands for a detail of the act."""

SIDES = {
    "joining": marked("Kommune"), "operator": marked("Betreiber"), "system": marked("Plattform"),
    "staff": marked("Kommune"), "citizen": marked("Öffentlichkeit"),
}


@dataclass(frozen=True)
class Told:
    """One act as people read it. `words`: what somebody wrote about it, such as a reason."""

    at: datetime
    sentence: str
    who: str
    side: str
    step: str
    words: str


def told(event: FileEvent) -> Told:
    """An act of the history in words."""
    details = event.details
    met = event.act == "applied" and details.get("met")
    sentence = _("Für dieselbe Kommune wurde noch einmal ein Antrag gestellt.") if met else _(
        ACTS.get(event.act, marked("Es wurde etwas an der Akte geändert."))) % _worded(details)
    step = _(RULE_OF[Step(event.step)].label) if event.step in set(Step) else ""
    who = event.by_name or (_("Die Plattform") if event.by_kind == "system" else "")
    side = "" if event.by_kind == "system" else _(SIDES.get(event.by_kind, ""))  # it is named already
    return Told(event.at, sentence, who, side, step, _words(details))


def _words(details: Mapping[str, Any]) -> str:
    return str(details.get("reason") or details.get("text") or "")


def _worded(details: Mapping[str, Any]) -> Mapping[str, str]:
    """Details as words: keys of tables become their labels, lists are joined."""
    worded: dict[str, str] = defaultdict(lambda: "–")
    for name, value in details.items():
        values = value if isinstance(value, list) else [value]
        worded[name] = ", ".join(_word(name, one) for one in values)
    return worded


def _word(name: str, value: Any) -> str:
    text = str(value)
    if name == "section" and text in SECTION_OF:
        return _(SECTION_OF[text].label)
    if name in ("roles", "before", "after") and text in set(FileRole):
        return _(ROLE_LABELS[FileRole(text)])
    if name in ("kind", "document") and text in set(DocumentKind):
        return _(KINDS[DocumentKind(text)].label)
    if name in ("moment", "moment_before"):
        return moment_in_figures(datetime.fromisoformat(text))
    if name == "day":
        return day_in_figures(date.fromisoformat(text))
    if name == "step" and text in set(Step):
        return _(RULE_OF[Step(text)].label)
    return text
