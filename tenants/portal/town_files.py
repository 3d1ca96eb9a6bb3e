"""What belongs to a town's look: its colours, its arms, the ground of its maps."""

import json
from typing import Any

from flask import g, make_response, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from maerker.database.base import session
from maerker.errors import NotThere
from maerker.web.access import public
from maerker.web.colours import town_palette
from tenants.portal.blueprint import blueprint
from tenants.profile.town import Town, arms_of_town
from tenants.registry.models import MunicipalityArea as Area
from tenants.registry.outlines import coarse, joined

FOREVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300"
NEIGHBOUR_STEP = 0.001


@blueprint.get("/farben.css")
@public
def colours() -> Response:
    """The town's two colours as a style sheet, every shade readable (maerker.web.colours)."""
    palette = town_palette(g.town.primary_colour, g.town.accent_colour)
    return _kept(render_template("maerker/town_colours.css.jinja", palette=palette), "text/css; charset=utf-8")


@blueprint.get("/wappen")
@blueprint.get("/wappen.svg")
@public
def arms() -> Response:
    """The town's arms. An uploaded picture can do nothing: it is shown as a picture and in a sandbox."""
    if not g.town.has_arms:
        raise NotThere()
    answer = _kept(arms_of_town(), "image/svg+xml; charset=utf-8")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@blueprint.get("/gebiet.geojson")
@public
def area() -> Response:
    """The ground of the maps: the town, in an Amt its Gemeinden, the Ortsteile, and who lies around."""
    collection = {"type": "FeatureCollection", "features": _features(g.town)}
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    return _kept(body, "application/geo+json")


def _kept(body: str, content_type: str) -> Response:
    """For long at an address with the present version of the configuration; shortly without one."""
    version = str(g.town.config_version)
    answer = make_response(body, 200, {"Content-Type": content_type})
    answer.headers["Cache-Control"] = FOREVER if request.args.get("v") == version else SHORTLY
    answer.add_etag()
    return answer.make_conditional(request.environ)


def _features(town: Town) -> list[dict[str, Any]]:
    rows = _areas(town)
    own = [row for row in rows if row.municipality_id == town.municipality_id]
    features = [_feature("town", town.name, town.name_dsb, joined(row.geometry for row in own))] if own else []
    if len(own) > 1:
        features += [_feature("member", row.name, row.name_dsb, row.geometry) for row in own]
    features += [
        _feature("neighbour", row.name, row.name_dsb, coarse(row.geometry, NEIGHBOUR_STEP))
        for row in rows if row.municipality_id != town.municipality_id
    ]
    members = {row.name for row in own}
    features += [
        _feature("place", place.name, place.name_dsb, {"type": "Point", "coordinates": [place.lon, place.lat]})
        for place in town.places if place.lat is not None and place.lon is not None and place.name not in members
    ]
    return features


def _feature(role: str, name: str, name_dsb: str, geometry: dict[str, Any]) -> dict[str, Any]:
    properties = {"role": role, "name": name} | ({"name_dsb": name_dsb} if name_dsb else {})
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _areas(town: Town) -> Any:
    """The town's own areas and those whose box touches the town's, in one statement."""
    if town.bounds[0] is None:
        return []
    south, west, north, east = town.bounds
    statement = select(Area.municipality_id, Area.name, Area.name_dsb, Area.geometry).where(
        Area.min_lat <= north, Area.max_lat >= south, Area.min_lon <= east, Area.max_lon >= west
    )
    return session().execute(statement.order_by(Area.ars)).all()
