"""Arbeitszeiten und Schließtage: when the offices are closed, and what that means for the deadlines."""

from collections.abc import Mapping
from datetime import date

from flask import g, make_response, render_template
from flask_babel import format_date
from werkzeug.wrappers import Response

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from maerker.wording import marked, ngettext
from tenants.admin.blueprint import blueprint, town, who
from tenants.admin.forms import OfficeSchema, day, one_of_the_list, read, typed, words
from tenants.admin.saved import SENTENCES, Details, saved
from tenants.profile import calendar_actions
from tenants.profile.calendar_actions import answer_due, closings
from tenants.profile.changes import ChangedMeanwhile
from tenants.profile.town import load_town
from tenants.reports.permissions import Permission
from tenants.reports.recompute import due_changes, recompute_due_moments

ROOM = "/verwaltung/kalender"


class ClosingSchema(OfficeSchema):
    first = day(marked("Bitte geben Sie den ersten Tag an."))
    last = day()
    reason = words(120)


class SwitchSchema(OfficeSchema):
    closed = one_of_the_list()


@blueprint.get(ROOM)
@may(Permission.manage_town)
def calendar() -> Response:
    return _page({})


@blueprint.post(f"{ROOM}/schliesstage")
@may(Permission.manage_town)
@keeps_text
def add_closing() -> Response:
    given, by, at = typed(), who().actor, now()
    if g.form_refused:
        return _page(given, status=400)
    try:
        values = read(ClosingSchema(), given)
        calendar_actions.add_closing(
            values["first"], values["last"] or values["first"], values["reason"], town=town(),
            version=values["version"], by=by, at=at,
        )
    except Invalid as problem:
        return _page(given, problem.fields, 422)
    except Stale as problem:
        return _page(given, status=409, stale=problem.explanation)
    return saved(ROOM)


@blueprint.post(f"{ROOM}/schliesstage/entfernen")
@may(Permission.manage_town)
def remove_closing() -> Response:
    values, at = read(ClosingSchema(), typed()), now()
    try:
        calendar_actions.remove_closing(
            values["first"], values["last"] or values["first"], town=town(), version=values["version"], by=who().actor,
            at=at,
        )
    except Stale as problem:
        return _page({}, status=409, stale=problem.explanation)
    return saved(ROOM)


@blueprint.post(f"{ROOM}/dezember")
@may(Permission.manage_town)
def switch_december() -> Response:
    values = read(SwitchSchema(), typed())
    try:
        calendar_actions.switch_december_days(
            bool(values["closed"]), town=town(), version=values["version"], by=who().actor, at=now()
        )
    except Stale as problem:
        return _page({}, status=409, stale=problem.explanation)
    return saved(ROOM)


@blueprint.get(f"{ROOM}/fristen")
@may(Permission.manage_town)
def confirm_recomputing() -> str:
    changes = due_changes(town())
    later = sum(change.later for change in changes)
    return render_template("admin/recompute.html", changes=len(changes), later=later, version=town().calendar.version)


@blueprint.post(f"{ROOM}/fristen")
@may(Permission.manage_town)
def recompute() -> Response:
    if read(OfficeSchema(), typed())["version"] != town().calendar.version:
        raise ChangedMeanwhile(_("Der Kalender wurde gerade geändert. Bitte sehen Sie die Fristen noch einmal an."))
    recompute_due_moments(town(), by=who().actor, at=now())
    return saved(ROOM)


def _page(
    given: Mapping[str, str], errors: Mapping[str, str] | None = None, status: int = 200, stale: str = ""
) -> Response:
    at = now()
    current = load_town(town().tenant_id) if stale else town()
    today = local_day(at)
    ranges = closings()
    body = render_template(
        "admin/calendar.html", typed=given, errors=errors or {}, stale=stale, today=today,
        ahead=[item for item in ranges if item.last >= today],
        past=[item for item in ranges if item.last < today][::-1],
        version=current.calendar.version, december=current.calendar.closed_on_24_and_31_december,
        answer_by=answer_due(today, current.calendar, current), outdated=len(due_changes(current)),
    )
    return make_response(body, status)


def _day(iso: str) -> str:
    return str(format_date(date.fromisoformat(iso), _("EEEE, d. MMMM y")))


def _effect(line: Details) -> str:
    """By an example, before and after."""
    if line["before"] == line["after"]:
        return _("Für Hinweise vom %(day)s ändert sich nichts.", day=_day(line["received"]))
    return _(
        "Ein Hinweis vom %(day)s, 15:00 Uhr, ist jetzt bis %(after)s zu beantworten; vorher war es %(before)s.",
        day=_day(line["received"]), after=_day(line["after"]), before=_day(line["before"]),
    )


def _added(line: Details) -> str:
    lost = ngettext("1 Arbeitstag fällt weg.", "%(num)d Arbeitstage fallen weg.", line["days"])
    span = _span(line)
    return _("Geschlossen: %(span)s.", span=span) + f" {lost} {_effect(line)}"


def _span(line: Details) -> str:
    if line["first"] == line["last"]:
        return _day(line["first"])
    return _("%(first)s bis %(last)s", first=_day(line["first"]), last=_day(line["last"]))


def _switched(line: Details) -> str:
    closed = _("Am 24. und 31. Dezember ist jetzt geschlossen.")
    opened = _("Der 24. und der 31. Dezember sind jetzt Arbeitstage.")
    return f"{closed if line['closed'] else opened} {_effect(line)}"


SENTENCES.update({
    "closing_added": _added,
    "closing_removed": lambda line: _("Wieder geöffnet: %(span)s.", span=_span(line)) + " " + _effect(line),
    "december_switched": _switched,
    "due_moments_recomputed": lambda line: ngettext(
        "Die Fristen von 1 offenen Hinweis sind neu berechnet. Die Änderung steht in seinem Verlauf.",
        "Die Fristen von %(num)d offenen Hinweisen sind neu berechnet. Die Änderung steht in jedem Verlauf.",
        line.get("reports", 0),
    ),
})
