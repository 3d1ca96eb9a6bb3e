"""Looking through public reports: as a list, on a map, as data for the map."""

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from flask import current_app, g, make_response, render_template, request
from flask_babel import format_decimal
from werkzeug.wrappers import Response

from maerker.errors import Invalid
from maerker.web.access import public
from maerker.web.page_cache import keep_page
from maerker.wording import gettext as _
from maerker.wording import ngettext
from tenants.portal.blueprint import blueprint
from tenants.portal.filters import PARAMETERS, SEARCHED, Filters, read_filters, selects
from tenants.portal.presentation import cards, place_in_words
from tenants.reports import public_queries
from tenants.reports.public_queries import Box, Hits


@blueprint.get("/hinweise/")
@public
def reports() -> Response:
    """The list, twenty on a page."""
    return _page("portal/list.html", read_filters(request.args, g.town))


@blueprint.get("/hinweise/karte")
@blueprint.get("/karte", endpoint="short_map_address")
@public
def map_page() -> Response:
    """The same on a map; below it, and without JavaScript, as a list."""
    return _page("portal/map.html", read_filters(request.args, g.town))


def _page(template: str, filters: Filters) -> Response:
    answer = show_hits(template, filters, public_queries.find_reports(g.town.tenant_id, filters.search, filters.page))
    return keep_page(answer, parameters=PARAMETERS) if answer.status_code == 200 and filters.common else answer


def show_hits(template: str, filters: Filters, hits: Hits) -> Response:
    """The page with these hits; a page beyond the last one is a 404 that leads back."""
    beyond = filters.page > hits.pages
    page = render_template(
        template, filters=filters, selects=selects(filters, g.town), cards=cards(hits.rows, g.town), hits=hits,
        beyond=beyond, shown=_number_in_words(hits), tiles_url=current_app.config["SETTINGS"].map_tiles,
    )
    return make_response(page, 404 if beyond else 200)


def _number_in_words(hits: Hits) -> str:
    if hits.more:
        return _("Über %(number)s Hinweise", number=format_decimal(hits.number))
    if hits.number == 0:
        return _("Keine Hinweise")
    return ngettext("1 Hinweis", "%(num)s Hinweise", hits.number, num=format_decimal(hits.number))


@blueprint.get("/hinweise.geojson")
@public
def reports_as_geojson() -> Response:
    """The points of a part of the map, at most 2,000: the newest; `truncated` says that there are more."""
    filters = read_filters(request.args, g.town)
    answer = as_geojson(public_queries.reports_in_box(g.town.tenant_id, filters.search, asked_box()))
    return keep_page(answer, parameters=SEARCHED) if filters.common else answer


def as_geojson(rows: Iterable[Any]) -> Response:
    """Points with what a pin on the map says. Put together piece by piece: two thousand whole pins are megabytes."""
    names = {category.key: _(category.name) for category in g.town.categories}
    left = iter(rows)
    shown = islice(left, public_queries.MOST_PINS)
    pieces = []
    while some := [_pin(row, names) for row in islice(shown, public_queries.PINS_AT_ONCE)]:
        pieces.append(_encode(some)[1:-1])
    truncated = "true" if next(left, None) is not None else "false"
    body = f'{{"type":"FeatureCollection","features":[{",".join(pieces)}],"truncated":{truncated}}}'
    return make_response(body, 200, {"Content-Type": "application/geo+json"})


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _pin(row: Any, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(row.lon, 6), round(row.lat, 6)]},
        "properties": {
            "number": row.number, "href": f"/hinweise/{row.number}", "state": row.state,
            "category": names.get(row.category, row.category), "place": place_in_words(row),
        },
    }


def asked_box() -> Box | None:
    """`west,south,east,north` in degrees; nothing means the whole town. Raises Invalid."""
    given = request.args.get("bbox", "")
    if not given:
        return None
    try:
        west, south, east, north = (float(part) for part in given.split(","))
    except ValueError:
        raise Invalid(_("Der Ausschnitt der Karte wird als west,süd,ost,nord in Grad angegeben.")) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid(_("Diesen Ausschnitt der Karte gibt es nicht."))
    return Box(west, south, east, north)
