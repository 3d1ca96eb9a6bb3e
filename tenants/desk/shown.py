"""Rows of the domain as the desk's pages show them. Reads no database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import format_date, format_datetime

from maerker.calendar.deadlines import end_of_day, last_day, local_day
from maerker.wording import gettext as _
from maerker.wording import ngettext
from tenants.desk import words
from tenants.desk.lists import query
from tenants.places.words import place_in_words
from tenants.profile.town import Town
from tenants.reports.corrections import CORRECTED
from tenants.reports.deadlines import Clock, NextDue
from tenants.reports.desk_queries import DeskRow, clocks_of
from tenants.reports.desk_report import Mail, Neighbour
from tenants.reports.models import Report, ReportEvent, ReportPhoto
from tenants.reports.own_report import took_it_on
from tenants.reports.place_actions import PLACE_MOVED
from tenants.reports.status import CLOSED, PUBLIC, Release, Verb
from tenants.reports.still_there import STILL_THERE

Shown = dict[str, Any]


def list_row(row: DeskRow, town: Town, at: datetime, origin: str = "") -> Shown:
    """One report in a list of the desk (`inbox` in docs/look.md). `origin`: the list to come back to."""
    department = town.department(row.department_id)
    shown: Shown = {
        "number": row.number, "href": f"/redaktion/{row.number}{query(liste=origin)}", "category_key": row.category,
        "category_label": _(town.category_name(row.category)),
        "place": place_in_words(row, town), "excerpt": row.excerpt, "language": row.language,
        "at": words.age_in_words(row.received_at, at), "state": row.state, "release": row.release,
        "department": (department.short_name or department.name) if department else "",
        "due_words": "", "due_status": "", "due_at": None, "flags": _flags(row),
    }
    nearest = next_due(row.next_due_at, row.clocks, at, told=row.told_still_there)
    if nearest is not None:
        shown |= {"due_words": nearest["words"], "due_status": nearest["status"], "due_at": nearest["at"]}
    return shown


def next_due(
    due: datetime | None, clocks: Sequence[NextDue], at: datetime, *, told: bool = False
) -> Shown | None:
    """What is due next and when, in words: 'Freigabe: heute bis 18 Uhr'. None: nothing is."""
    if due is None:
        return None
    name = words.clock_name(clocks[0].clock if clocks else None, told=told)
    return {"words": f"{name}: {words.due_in_words(due, at)}", "status": words.due_status(due, at), "at": due}


def group_of(row: DeskRow, at: datetime) -> str:
    """Under which heading a row of the inbox stands (one of `desk_queries.GROUPS`)."""
    due = row.next_due_at
    if due is None:
        return "none"
    if due <= at:
        return "overdue"
    days = (last_day(due) - local_day(at)).days
    return "today" if days == 0 else "week" if days < 7 else "later"


def group_titles() -> dict[str, str]:
    return {
        "overdue": _("Überfällig"), "today": _("Heute fällig"), "week": _("In den nächsten Tagen fällig"),
        "later": _("Später fällig"), "none": _("Ohne Frist"),
    }


def promises(report: Report, events: Sequence[ReportEvent], at: datetime) -> list[Shown]:
    """The three clocks of the promise, and the day announced for the work (`promise_list` in docs/look.md)."""
    left = {item.clock for item in clocks_of(report)}
    shown = []
    for clock in Clock:
        due: datetime = getattr(report, f"{clock.value}_due_at")
        stopped: datetime | None = getattr(report, f"{clock.value}_stopped_at")
        item: Shown = {"label": words.clock_name(clock), "at": stopped or due}
        if clock in left:
            item |= {"words": words.due_in_words(due, at), "status": words.due_status(due, at)}
        elif stopped is None or (clock is Clock.FORWARDING and took_it_on(stopped, events)):
            item |= {"words": _("nicht nötig"), "status": "lapsed"}
        else:
            item |= {"words": str(format_datetime(stopped, _("d. MMMM, HH:mm 'Uhr'"))),
                     "status": "kept" if stopped < due else "missed"}
        shown.append(item)
    if report.told_still_there and report.next_due_at is not None:
        shown.append({"label": words.clock_name(None, told=True), "at": report.next_due_at,
                      "words": words.due_in_words(report.next_due_at, at),
                      "status": words.due_status(report.next_due_at, at)})
    if report.planned_for is not None and report.state not in CLOSED and report.closed_at is None:
        end = end_of_day(report.planned_for)
        shown.append({"label": words.clock_name(None), "at": end, "words": words.due_in_words(end, at),
                      "status": words.due_status(end, at)})
    return shown


def timeline(events: Iterable[ReportEvent], town: Town) -> list[Shown]:
    """The history, the latest first; internal words stand in entries of their own."""
    shown: list[Shown] = []
    for event in events:
        department = town.department(event.department_id)
        reason = words.reason_of(event)
        moved = event.state_before != event.state_after
        entry: Shown = {
            "at": event.at, "actor": actor(event),
            "title": words.event_title(event, department.name if department else ""), "text": event.public_text,
            "reason": _("Grund: %(reason)s.", reason=reason) if reason else "",
            "kind": "public" if event.public_text and event.release_after in PUBLIC else "system",
        }
        if moved:
            entry["state"] = event.state_after
        if event.verb in (Verb.note, STILL_THERE, CORRECTED, PLACE_MOVED):
            entry |= {"text": event.internal_text, "kind": "internal"}
        elif event.internal_text:
            shown.append({"at": event.at, "actor": entry["actor"], "title": _("Interne Notiz dazu"),
                          "text": event.internal_text, "kind": "internal"})
        shown.append(entry)
    return shown[::-1]


def still_there(report: Report, events: Sequence[ReportEvent]) -> Shown | None:
    """What the reporter wrote after the end, as long as nobody has decided on it."""
    if not report.told_still_there:
        return None
    said = next((event for event in reversed(events) if event.verb == STILL_THERE), None)
    return {"text": said.internal_text, "at": said.at, "language": report.language} if said else None


def photos(report: Report, rows: Sequence[ReportPhoto], public_files: frozenset[str]) -> list[Shown]:
    """The photos with the addresses of their internal sizes; those without sizes say why."""
    shown = []
    for n, row in enumerate(rows, start=1):
        base = f"/redaktion/{report.number}/fotos/{row.id}"
        ready = row.rendered_at is not None and not row.failed
        trouble = "" if ready else (
            _("Das Foto konnte nicht verarbeitet werden.") if row.failed else _("Das Foto wird noch vorbereitet.")
        )
        shown.append({
            "id": row.id, "src": f"{base}/full.jpg", "thumb": f"{base}/page.jpg", "small": f"{base}/thumb.jpg",
            "alt": row.alt, "name": _("Foto %(n)s", n=n), "width": row.width, "height": row.height, "ready": ready,
            "trouble": trouble, "public": row.file in public_files,
        })
    return shown


def mails(rows: Iterable[Mail], events: Sequence[ReportEvent], town: Town, has_address: bool | None) -> list[Shown]:
    """What became of each mail. Those to the reporter are named only where there is an address to write to."""
    titles = {event.id: words.event_title(event, _department_name(event, town)) for event in events}
    shown = []
    for mail in rows:
        to_reporter = mail.kind in ("mail_receipt", "mail_step")
        if to_reporter and not has_address:
            continue
        shown.append({"title": _mail_title(mail, titles), **_mail_fate(mail)})
    return shown


def neighbours(rows: Iterable[Neighbour], report: Report, town: Town) -> list[Shown]:
    return [
        {
            "href": f"/redaktion/{row.number}", "number": row.number, "state": row.state, "excerpt": row.excerpt,
            "language": row.language, "category_label": _(town.category_name(row.category)),
            "same": row.category == report.category,
            "where": _("gleiche Straße") if row.metres is None else _("%(metres)s m entfernt", metres=row.metres),
            "at": format_date(local_day(row.received_at), _("d. MMMM y")),
        }
        for row in rows
    ]


def _flags(row: DeskRow) -> list[str]:
    flags = []
    if row.told_still_there:
        flags.append(_("noch nicht behoben?"))
    if row.photos:
        flags.append(ngettext("1 Foto", "%(num)d Fotos", row.photos))
    if not row.has_point and row.release is not Release.rejected:
        flags.append(_("ohne Punkt"))
    return flags


def actor(event: ReportEvent) -> str:
    """Who made a step, in the words of the history."""
    if event.actor_kind == "citizen":
        return _("Bürgerin oder Bürger")
    return event.actor_name or (_("Plattform") if event.actor_kind == "system" else "")


def _department_name(event: ReportEvent, town: Town) -> str:
    department = town.department(event.department_id)
    return department.name if department else ""


def _mail_title(mail: Mail, titles: dict[int, str]) -> str:
    match mail.kind:
        case "mail_receipt":
            return _("Eingangsbestätigung")
        case "mail_editors":
            return _("An das Postfach der Redaktion")
        case "mail_department":
            return _("An den Fachbereich")
        case "mail_still_there":
            return _("An die Redaktion: noch nicht behoben?")
    return _("An die meldende Person: %(what)s", what=titles.get(mail.event_id or 0, ""))


def _mail_fate(mail: Mail) -> Shown:
    if mail.refused:
        return {"kind": "danger", "fate": _("nicht zustellbar: Die Adresse wurde abgewiesen.")}
    if mail.done_at is not None:
        return {"kind": "success", "fate": _("versandt am %(at)s",
                                             at=format_datetime(mail.done_at, _("d. MMMM, HH:mm 'Uhr'")))}
    if mail.delayed:
        return {"kind": "warning", "fate": ngettext(
            "verzögert: 1 Versuch ohne Erfolg, es wird weiter versucht",
            "verzögert: %(num)d Versuche ohne Erfolg, es wird weiter versucht", mail.attempts,
        )}
    return {"kind": "neutral", "fate": _("geht gleich hinaus")}
