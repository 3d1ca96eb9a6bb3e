"""The bare host: find your Kommune, see who takes part and how it goes there."""

import re
from datetime import timedelta
from typing import Any

from flask import current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.web.access import public
from maerker.web.languages import choose_language, language_links
from maerker.web.page_cache import keep_page
from tenants.overview.blueprint import blueprint
from tenants.overview.districts import all_districts, find_districts
from tenants.overview.finder import LONGEST_QUESTION, MOST_HITS, Found, all_places, find_places
from tenants.overview.labels import labels_of
from tenants.overview.near_misses import nearly_so
from tenants.overview.picture import picture_of_the_land
from tenants.overview.towns import size_of_the_catalogue, towns_taking_part
from tenants.registry import sources

ONE_YEAR = timedelta(days=365)


@blueprint.context_processor
def surroundings() -> dict[str, Any]:
    """Switch of languages, sources of the data, operator, and the address of a town."""
    settings = current_app.config["SETTINGS"]
    return {
        "language_links": language_links(), "attribution": f"{sources.AREAS} · {sources.CATALOGUE}",
        "operator_name": settings.operator_name, "public_url": settings.public_url,
        "joining_url": settings.public_url(f"beitritt.{settings.base_host}"),
    }


@blueprint.get("/")
@public
def start() -> Response:
    """The finder, the picture of the land, the towns with their figures."""
    question = " ".join(request.args.get("q", "").replace("\x00", "").split())[:LONGEST_QUESTION]
    administrations, people = size_of_the_catalogue()
    towns, picture = towns_taking_part(now() - ONE_YEAR), picture_of_the_land()
    found, meant = _found(question) if question else ([], [])
    page = render_template(
        "overview/start.html", question=question, found=found, meant=meant,
        is_postcode=bool(re.fullmatch("[0-9]{5}", question)),
        towns=towns, administrations=administrations, people=people, picture=picture,
        labels=labels_of(picture, towns),
    )
    return keep_page(make_response(page))


def _found(question: str) -> tuple[list[Found], list[Found]]:
    """The places that a question means; when there is none, those that have nearly that name."""
    places, districts = find_places(question), all_districts()
    found = [*places, *find_districts(question, districts, places)][:MOST_HITS]
    return found, [] if found else nearly_so(question, [*all_places(), *districts])


@blueprint.get("/orte")
@public
def places() -> Response:
    """Every Gemeinde of the land, whether it takes part, and the way there."""
    return keep_page(make_response(render_template("overview/places.html", places=all_places())))


@blueprint.get("/land.svg")
@public
def land() -> Response:
    """The ground of the picture: all administrations, in quiet colours, by day and by night."""
    body = render_template("overview/land.svg", picture=picture_of_the_land())
    answer = make_response(body, 200, {"Content-Type": "image/svg+xml; charset=utf-8"})
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    answer.add_etag()
    return answer.make_conditional(request.environ)


@blueprint.route("/sprache/<code>", methods=["GET", "POST"])
@public
def language(code: str) -> Response:
    """Speak this language from now on, and go back to where the visitor was."""
    return choose_language(code)
