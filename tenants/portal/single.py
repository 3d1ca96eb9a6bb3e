"""One public report: its page and its photos."""

import hashlib
from typing import Any

from flask import current_app, g, make_response, render_template, request, send_file
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import NotThere
from maerker.storage.interface import FileMissing
from maerker.storage.keys import StorageKey
from maerker.storage.store import storage_of
from maerker.web.access import public
from maerker.web.page_cache import keep_page
from tenants.portal import presentation
from tenants.portal.blueprint import blueprint
from tenants.reports import public_queries

SIZES = ("full", "page", "thumb")
TEN_MINUTES = 600


@blueprint.get("/hinweise/<number>")
@public
def report(number: str) -> Response:
    """A report with its light, its photos and the answers; of a removed one the neutral stub."""
    row = public_queries.published_report(g.town.tenant_id, number)
    if row is None:
        raise NotThere()
    return keep_page(show_report(row))


def show_report(row: Any) -> Response:
    """The page of a public copy."""
    if row.removed:
        return make_response(render_template("portal/removed.html", row=row))
    events = presentation.history(row)
    answer, events = presentation.answer_above(events, len(events) - 1 if row.answers else None)
    if answer:
        answer["reason"] = presentation.reason_in_words(row)
    page = render_template(
        "portal/report.html", row=row, place=presentation.place_in_words(row),
        category_label=g.town.category_name(row.category), photos=presentation.gallery(row.number, row.photos),
        history=events, answer=answer, expected=presentation.expected(row, now()),
        excerpt=presentation.shortened(row.description),
    )
    return make_response(page)


@blueprint.get("/hinweise/<number>/fotos/<int(max=99):position>/<size>.jpg")
@public
def photo(number: str, position: int, size: str) -> Response:
    """A released photo. Kept for ten minutes only, so that one that is taken from the public is soon gone."""
    if size not in SIZES:
        raise NotThere()
    file = public_queries.published_photo(g.town.tenant_id, number, position)
    if file is None:
        raise NotThere()
    return send_photo(file, size, f"public, max-age={TEN_MINUTES}")


def send_photo(file: str, size: str, cache_control: str) -> Response:
    """A rendered size of this town's photo, or 404 while the job has not made it."""
    name = f"{file}-{size}.jpg"
    etag = hashlib.sha256(name.encode()).hexdigest()[:32]
    storage = storage_of(current_app.config["SETTINGS"])
    try:
        stream = storage.open(StorageKey(g.town.tenant_id, "photos", name))
    except (FileMissing, ValueError):
        raise NotThere() from None
    answer = send_file(stream, "image/jpeg", conditional=False, etag=False)
    answer.headers["Cache-Control"] = cache_control
    answer.set_etag(etag)
    return answer.make_conditional(request.environ)
