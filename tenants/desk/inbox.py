"""The lists of the desk: what is due first, and all reports."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any

from flask import redirect, render_template, request
from flask_babel import format_decimal
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.web.access import may, signed_in
from maerker.wording import gettext as _
from maerker.wording import ngettext
from tenants.desk import shown
from tenants.desk.blueprint import blueprint, town, who
from tenants.desk.lists import filters_of, list_behind, origin, params_of, query
from tenants.reports.desk_queries import (
    COUNTED_AT_MOST,
    GROUPS,
    ROWS,
    Counts,
    DeskRow,
    Filters,
    all_reports,
    inbox,
    mail_health,
    next_number,
    number_meant,
)
from tenants.reports.permissions import Permission
from tenants.reports.status import Release, State


@blueprint.get("/redaktion/")
@may(Permission.see_desk)
def show_inbox() -> str | Response:
    at, filters = now(), filters_of(request.args)
    meant = number_meant(filters.words, by=who().actor, at=at) if filters.words else None
    if meant:
        return redirect(f"/redaktion/{meant}", 303)
    rows, counts = inbox(filters, by=who().actor, at=at)
    pages = ceil(counts.shown / ROWS)
    if filters.page > max(1, pages):
        return _last_page("/redaktion/", filters, pages)
    return render_template(
        "desk/inbox.html", nav_current="inbox", filters=filters, groups=_groups(rows, counts, filters, at),
        counts=counts, mails=mail_health(by=who().actor), tabs=_tabs(filters.view, counts), selects=_selects(filters),
        params=params_of(filters), waits_for_training=who().waits_for_training,
        page=filters.page, pages=pages, sum_words=_sum_words(counts),
    )


@blueprint.get("/redaktion/alle")
@may(Permission.see_desk)
def show_all() -> str | Response:
    at, filters = now(), filters_of(request.args)
    meant = number_meant(filters.words, by=who().actor, at=at) if filters.words else None
    if meant:
        return redirect(f"/redaktion/{meant}", 303)
    rows, count = all_reports(filters, by=who().actor)
    pages = ceil(count / ROWS)
    if filters.page > max(1, pages):
        return _last_page("/redaktion/alle", filters, pages)
    return render_template(
        "desk/all.html", nav_current="all", filters=filters, rows=[shown.list_row(row, town(), at) for row in rows],
        selects=_selects(filters, with_closed=True), params=params_of(filters), page=filters.page,
        pages=pages, sum_words=_all_words(count),
    )


@blueprint.get("/redaktion/naechster")
@may(Permission.see_desk)
def show_next() -> Response:
    """The next report of the list that someone works through; `bei` is when the last one was due before its step."""
    asked, filters = request.args, list_behind(request.args)
    number = next_number(
        asked.get("nach", "")[:20].replace("\x00", ""), filters, by=who().actor, at=now(), due=_moment(asked.get("bei"))
    )
    if number is None:
        return redirect(f"/redaktion/{query(**params_of(filters))}", 303)
    return redirect(f"/redaktion/{number}{query(liste=origin(filters))}", 303)


@blueprint.get("/redaktion/stil")
@signed_in
def show_style() -> str:
    return render_template("maerker/style_page.html", now=now(), bounds=town().bounds)


def _last_page(path: str, filters: Filters, pages: int) -> Response:
    """For a page that there is no longer, since its reports have been dealt with."""
    return redirect(path + query(**params_of(filters), seite=str(pages) if pages > 1 else ""), 303)


def _moment(value: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _groups(rows: Sequence[DeskRow], counts: Counts, filters: Filters, at: datetime) -> list[dict[str, Any]]:
    """The page's rows under their headings; the counts are those of all pages."""
    titles = shown.group_titles()
    groups = []
    for key in GROUPS:
        inside = [shown.list_row(row, town(), at, origin(filters)) for row in rows if shown.group_of(row, at) == key]
        if inside:
            groups.append({"key": key, "title": titles[key], "count": counts.groups[key], "rows": inside})
    return groups


def _tabs(view: str, counts: Counts) -> list[dict[str, Any]]:
    labels = {"open": _("Alle offenen"), "overdue": _("Überfällig"), "waiting": _("Wartet auf Freigabe"),
              "mine": _("Meine Fachbereiche")}
    keys = [key for key in labels if key != "mine" or who().departments]
    return [
        {"label": labels[key], "href": "/redaktion/" if key == "open" else f"/redaktion/?ansicht={key}",
         "current": key == view, "count": counts.views[key]}
        for key in keys
    ]


def _selects(filters: Filters, *, with_closed: bool = False) -> list[dict[str, Any]]:
    states = [state for state in State if with_closed or state.light in ("red", "yellow")]
    selects: list[dict[str, Any]] = [
        {"name": "stand", "label": _("Stand"), "value": filters.state,
         "options": [(str(state), _(state.label)) for state in states]},
        {"name": "kategorie", "label": _("Kategorie"), "value": filters.category,
         "options": [(item.key, _(item.name)) for item in town().categories]},
        {"name": "fachbereich", "label": _("Fachbereich"), "value": filters.department,
         "options": [("0", _("noch keiner")), *((str(item.id), item.name) for item in town().departments)]},
    ]
    if with_closed:
        selects.insert(1, {"name": "freigabe", "label": _("Freigabe"), "value": filters.release,
                           "options": [(str(item), _(item.label)) for item in Release]})
    return selects


def _sum_words(counts: Counts) -> str:
    found = ngettext("1 offener Hinweis", "%(num)d offene Hinweise", counts.shown)
    overdue = counts.groups["overdue"]
    return _("%(found)s, %(overdue)s überfällig", found=found, overdue=overdue) if overdue else found


def _all_words(count: int) -> str:
    if count >= COUNTED_AT_MOST:
        return _("Mehr als 10.000 Hinweise")
    return ngettext("1 Hinweis", "%(num)s Hinweise", count, num=format_decimal(count))
