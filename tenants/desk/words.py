"""How the desk says things: what is due when, how old something is, what a move does and who gets a mail."""

from datetime import datetime, timedelta

from flask_babel import format_date, format_datetime

from maerker.calendar.deadlines import is_overdue, last_day, local_day
from maerker.clock import BERLIN
from maerker.wording import gettext as _
from maerker.wording import ngettext
from tenants.reports.corrections import CORRECTED
from tenants.reports.deadlines import Clock
from tenants.reports.models import Report, ReportEvent
from tenants.reports.personal import personal_marks
from tenants.reports.reasons import REASONS
from tenants.reports.status import MOVES, Release, Verb
from tenants.reports.still_there import STILL_THERE


def clock_name(clock: Clock | None, *, told: bool = False) -> str:
    """What the town owes; None is the day it has set itself for the work, or after the end (`told`) a second look."""
    if told:
        return _("Noch einmal nachsehen")
    match clock:
        case Clock.PUBLICATION:
            return _("Freigabe")
        case Clock.FIRST_ANSWER:
            return _("Erste Antwort")
        case Clock.FORWARDING:
            return _("Weiterleitung")
    return _("Angekündigter Termin")


def due_in_words(due: datetime, at: datetime) -> str:
    """'heute bis 18 Uhr', 'bis Mittwoch, 2. Dezember', 'seit 2 Tagen überfällig' (days as people count them)."""
    last, today = last_day(due), local_day(at)
    if is_overdue(due, at):
        days = (today - last).days
        if days == 0:
            return _("seit heute, %(hour)s Uhr", hour=_hour(due))
        return ngettext("seit gestern", "seit %(num)d Tagen", days)
    ends_in_day = due.astimezone(BERLIN).hour != 0
    if last == today:
        return _("heute bis %(hour)s Uhr", hour=_hour(due)) if ends_in_day else _("bis heute Abend")
    if last == today + timedelta(days=1):
        return _("morgen bis %(hour)s Uhr", hour=_hour(due)) if ends_in_day else _("bis morgen Abend")
    day = day_in_words(last, today.year)
    return _("bis %(day)s, %(hour)s Uhr", day=day, hour=_hour(due)) if ends_in_day else _("bis %(day)s", day=day)


def day_in_words(day: object, this_year: int) -> str:
    """'Mittwoch, 2. Dezember', with the year if it is another one."""
    year = getattr(day, "year", this_year)
    return str(format_date(day, _("EEEE, d. MMMM") if year == this_year else _("EEEE, d. MMMM y")))


def due_status(due: datetime, at: datetime) -> str:
    """overdue, soon (today) or open: the tone of the badge."""
    if is_overdue(due, at):
        return "overdue"
    return "soon" if last_day(due) == local_day(at) else "open"


def age_in_words(moment: datetime, at: datetime) -> str:
    """'heute, 07:40 Uhr', 'gestern', 'vor 3 Tagen'."""
    days = (local_day(at) - local_day(moment)).days
    if days <= 0:
        return _("heute, %(time)s Uhr", time=format_datetime(moment, "HH:mm"))
    if days == 1:
        return _("gestern, %(time)s Uhr", time=format_datetime(moment, "HH:mm"))
    return _("vor %(days)s Tagen", days=days)


def event_title(event: ReportEvent, department: str) -> str:
    """The headline of one step in the history."""
    titles = {
        "submit": _("Eingegangen"),
        "place_set": _("Punkt auf der Karte gesetzt"),
        "place_moved": _("Punkt auf der Karte verschoben"),
        "corrected": _("Kategorie oder Adresse geändert"),
        "recomputed": _("Fristen neu berechnet"),
        STILL_THERE: _("Die meldende Person schreibt: noch nicht behoben"),
        Verb.publish: _("Veröffentlicht"),
        Verb.publish_redacted: _("Gekürzt veröffentlicht"),
        Verb.work_without_publishing: _("Wird ohne Veröffentlichung bearbeitet"),
        Verb.reject: _("Abgelehnt"),
        Verb.take_back: _("Ablehnung zurückgenommen"),
        Verb.revise: _("Öffentliche Fassung geändert"),
        Verb.remove: _("Aus der Öffentlichkeit genommen"),
        Verb.restore: _("Wieder veröffentlicht"),
        Verb.accept: _("Angenommen von: %(name)s", name=department),
        Verb.assign: _("Übergeben an: %(name)s", name=department),
        Verb.answer: _("Antwort"),
        Verb.note: _("Interne Notiz"),
        Verb.finish: _("Erledigt"),
        Verb.close_unresolved: _("Abschließend bearbeitet, nicht lösbar"),
        Verb.reopen: _("Wieder aufgenommen"),
        Verb.stand_by: _("Noch einmal nachgesehen: Es bleibt dabei"),
    }
    return titles.get(event.verb, event.verb)


def reason_of(event: ReportEvent) -> str:
    """The reason of a step in words, or ''."""
    reasons = REASONS.get(Verb(event.verb), {}) if event.verb in set(Verb) else {}
    return _(reasons[event.reason]) if event.reason in reasons else ""


def effect_of(verb: Verb, report: Report) -> str:
    """What a move does, said before it is sent."""
    hidden = report.release in (Release.not_public, Release.removed)
    readers = _("Nur die meldende Person liest den Text.") if hidden else _("Alle können den Text lesen.")
    if report.trial and not hidden:
        readers = _("Im Probebetrieb lesen ihn nur Beschäftigte und eingeladene Personen.")
    seen = {
        Verb.publish: _("Der Hinweis erscheint auf den Seiten des Probebetriebs: mit diesem Text, dem Ort und den "
                        "gewählten Fotos. Dort sehen ihn nur Beschäftigte und eingeladene Personen."),
        Verb.publish_redacted: _("Auf den Seiten des Probebetriebs erscheint nur die gekürzte Fassung. Dort sehen sie "
                                 "nur Beschäftigte und eingeladene Personen."),
    } if report.trial else {
        Verb.publish: _("Der Hinweis wird sofort für alle sichtbar: mit diesem Text, dem Ort und den gewählten Fotos. "
                        "Kontaktdaten bleiben intern."),
        Verb.publish_redacted: _("Sofort für alle sichtbar wird nur die gekürzte Fassung mit dem Ort und den gewählten "
                                 "Fotos. Die ursprüngliche Fassung bleibt intern."),
    }
    effects = seen | {
        Verb.work_without_publishing: _("Der Hinweis bleibt unsichtbar, wird aber bearbeitet. Antworten liest nur die "
                                        "meldende Person."),
        Verb.reject: _("Der Hinweis wird nicht veröffentlicht und nicht bearbeitet. Der Fall ist damit beendet."),
        Verb.take_back: _("Der Hinweis wartet wieder auf die Freigabe. Seine Fristen laufen weiter, als wäre er nicht "
                          "abgelehnt worden. Den Text liest nur die meldende Person."),
        Verb.revise: _("Text und Fotos auf der öffentlichen Seite werden sofort durch diese ersetzt. Der Verlauf hält "
                       "fest, wer das wann getan hat."),
        Verb.remove: _("Text, Ort und Fotos verschwinden sofort von den öffentlichen Seiten; dort bleibt ein neutraler "
                       "Eintrag mit der Nummer."),
        Verb.restore: _("Der Hinweis ist sofort wieder für alle sichtbar: mit diesem Text, dem Ort, den öffentlichen "
                        "Antworten und den Fotos, die Sie hier neu auswählen."),
        Verb.accept: _("Der Stand wird „angenommen“, der Fachbereich ist zuständig."),
        Verb.assign: _("Der Fachbereich wechselt, der Stand bleibt."),
        Verb.answer: _("Der Stand wird „in Arbeit“. %(readers)s", readers=readers),
        Verb.finish: _("Der Stand wird „erledigt“, der Hinweis ist abgeschlossen. %(readers)s", readers=readers),
        Verb.close_unresolved: _("Der Stand wird „abschließend bearbeitet“, der Hinweis ist abgeschlossen. "
                                 "%(readers)s", readers=readers),
        Verb.reopen: _("Der Stand wird wieder „in Arbeit“. %(readers)s", readers=readers),
        Verb.stand_by: _("Der Stand bleibt, der Hinweis ist wieder abgeschlossen. Den Text liest nur die meldende "
                         "Person."),
        Verb.note: _("Die Notiz lesen nur Beschäftigte mit Anmeldung. Der Stand bleibt."),
    }
    return effects[verb]


def watch_out(text: str, *, shortens: bool) -> str:
    """What in a citizen's words may be about a person, said before they are public; '' if nothing strikes.

    `shortens`: in the form in which it can be taken out.
    """
    kinds = {
        "address": _("E-Mail-Adresse"), "phone": _("Telefonnummer"), "plate": _("Kennzeichen"), "name": _("Name"),
    }
    marks = [f"{kinds[mark.kind]} „{mark.words}“" for mark in personal_marks(text)]
    if not marks:
        return ""
    if shortens:
        return _("Im gemeldeten Text steht vielleicht etwas über eine Person: %(marks)s. Bitte nehmen Sie es heraus.",
                 marks=", ".join(marks))
    return _("Darin steht vielleicht etwas über eine Person: %(marks)s. Dann veröffentlichen Sie ihn besser gekürzt.",
             marks=", ".join(marks))


def mails_of_move(verb: Verb, has_address: bool | None) -> str:
    """Who gets a mail from a move. `has_address` None: the person at the desk may not know."""
    if verb is Verb.note:
        return _("Niemand bekommt eine E-Mail.")
    if verb is Verb.assign:
        return _("Der neue Fachbereich bekommt eine E-Mail, wenn er ein Postfach hat, die meldende Person nicht.")
    if has_address:
        reporter = _("Die meldende Person bekommt eine E-Mail.")
    elif has_address is None:
        reporter = _("Die meldende Person bekommt eine E-Mail, wenn sie eine Adresse angegeben hat.")
    else:
        reporter = _("Es gibt keine E-Mail-Adresse: Die meldende Person sieht es mit ihrem Code.")
    if verb is Verb.accept:
        return _("Der Fachbereich bekommt eine E-Mail, wenn er neu zuständig ist und ein Postfach hat. %(reporter)s",
                 reporter=reporter)
    return reporter


def done_words(verb: Verb, trial: bool) -> str:
    """What to say after a move has been made. In a trial nothing becomes public."""
    words = {
        Verb.publish: _("Der Hinweis ist freigegeben.") if trial else _("Der Hinweis ist jetzt öffentlich."),
        Verb.publish_redacted: (
            _("Der Hinweis ist gekürzt freigegeben.") if trial else _("Der Hinweis ist jetzt gekürzt öffentlich.")
        ),
        Verb.work_without_publishing: _("Der Hinweis wird ohne Veröffentlichung bearbeitet."),
        Verb.reject: _("Der Hinweis ist abgelehnt, der Fall beendet."),
        Verb.take_back: _("Die Ablehnung ist zurückgenommen, der Hinweis wartet auf die Freigabe."),
        Verb.revise: _("Die öffentliche Fassung ist geändert."),
        Verb.remove: _("Der Hinweis ist nicht mehr öffentlich."),
        Verb.restore: _("Der Hinweis ist wieder öffentlich."),
        Verb.accept: _("Der Hinweis ist angenommen."),
        Verb.assign: _("Der Hinweis ist übergeben."),
        Verb.answer: _("Die Antwort ist gespeichert."),
        Verb.finish: _("Der Hinweis ist erledigt."),
        Verb.close_unresolved: _("Der Hinweis ist abgeschlossen."),
        Verb.reopen: _("Der Hinweis ist wieder in Arbeit."),
        Verb.stand_by: _("Die meldende Person hat Ihre Antwort."),
        Verb.note: _("Die Notiz ist gespeichert."),
    }
    return words[verb]


def put_right_words(act: str) -> str:
    """What to say after something about a report has been put right."""
    if act == CORRECTED:
        return _("Die Änderung ist gespeichert.")
    return _("Der Punkt ist gespeichert.")


def move_label(verb: Verb) -> str:
    return _(MOVES[verb].label)


def _hour(moment: datetime) -> str:
    """'18', or '18:30'; the languages that do not say 'Uhr' write '18:00' (the pattern is a text like others)."""
    whole = moment.astimezone(BERLIN).minute == 0
    return str(format_datetime(moment, _("H") if whole else "H:mm"))
