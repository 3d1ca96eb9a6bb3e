"""The reporter's own page: everything about the own report, for whoever holds the tracking code."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from flask import current_app, g, make_response, redirect, render_template, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response

from maerker.application import after_commit, client_address
from maerker.audit.actor import CITIZEN
from maerker.calendar.deadlines import last_day
from maerker.clock import BERLIN, now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale, TooMany
from maerker.web.access import public
from maerker.web.guard import keeps_text
from maerker.web.limits import Allowance, Limits
from maerker.web.page_cache import forget_pages
from maerker.wording import gettext as _
from tenants.portal.blueprint import blueprint
from tenants.portal.own_words import ANSWERS, own_page
from tenants.portal.presentation import Expected, answer_above, expected_on
from tenants.portal.single import SIZES, send_photo
from tenants.reports.own_report import OwnReport, own_photo, own_report
from tenants.reports.place_actions import set_place
from tenants.reports.status import CLOSED, Release, Verb
from tenants.reports.still_there import say_still_there
from tenants.reports.tracking import tracking_hash

WRONG_CODES = Allowance("tracking", 30, 15)
LONGEST_CODE = 80
ANSWERED = ANSWERS | {Verb.stand_by}


@blueprint.get("/verfolgen/")
@public
def track_start() -> Response:
    """Where a code is typed in."""
    return _private(render_template("portal/track_start.html", code=""))


@blueprint.post("/verfolgen/")
@public
@keeps_text
def track_find() -> Response:
    """From the typed code to its page; the code travels in no query string."""
    code = "".join(sign for sign in request.form.get("code", "").lower() if sign.isalnum())[:LONGEST_CODE]
    if g.form_refused or not code:
        error = _("Bitte senden Sie das Formular noch einmal ab.") if code else _("Bitte geben Sie Ihren Code ein.")
        return _private(render_template("portal/track_start.html", code=code, error=error), 422)
    return redirect(f"/verfolgen/{code}", 303)


@blueprint.get("/verfolgen/<code>")
@public
def track(code: str) -> Response:
    """The state, the answers, the days promised, the own words and photos."""
    try:
        found = _found(code)
    except NotThere:
        return _private(render_template("portal/track_start.html", code="", error=_wrong_code()), 404)
    return _own_page(code, found)


@blueprint.post("/verfolgen/<code>/punkt")
@public
@keeps_text
def track_place(code: str) -> Response:
    """The reporter puts the pin that was missing."""
    found = _found(code)
    values: dict[str, Any] = request.form.to_dict()
    try:
        if g.form_refused:
            raise Invalid(fields={"lat": _("Bitte senden Sie das Formular noch einmal ab.")})
        point = _PointSchema().load(_typed_or_set(values))
        set_place(tracking_hash(code), lat=point["lat"], lon=point["lon"], town=g.town, by=CITIZEN, at=now())
    except (Invalid, ValidationError, Stale) as problem:
        return _own_page(code, found, values=values, error=_sentence(problem), status=422)
    redis, hosts = current_app.extensions["maerker_redis"], g.town.hosts
    after_commit(lambda: forget_pages(redis, hosts))
    return redirect(f"/verfolgen/{code}", 303)


@blueprint.post("/verfolgen/<code>/noch-da")
@public
@keeps_text
def track_still_there(code: str) -> Response:
    """After the end the reporter says that the defect is still there; the desk looks once more."""
    found = _found(code)
    words = request.form.get("still_there", "")
    if g.form_refused and not found.may_say_still_there(now()):
        return redirect(f"/verfolgen/{code}", 303)
    try:
        if g.form_refused:
            raise Invalid(fields={"still_there": _("Bitte senden Sie das Formular noch einmal ab.")})
        say_still_there(tracking_hash(code), words, town=g.town, by=CITIZEN, at=now())
    except Stale as problem:
        session().rollback()
        kept = {"still_there": words.strip()}
        return _own_page(code, _found(code), values=kept, notice=problem.explanation, status=409)
    except Invalid as problem:
        return _own_page(code, found, values={"still_there": words}, errors=problem.fields, status=422)
    return redirect(f"/verfolgen/{code}#verlauf", 303)


@blueprint.get("/verfolgen/<code>/fotos/<int(max=99):position>/<size>.jpg")
@public
def track_photo(code: str, position: int, size: str) -> Response:
    """An own photo, also of a report that is not public."""
    _demand_guesses_left()
    file = own_photo(g.town.tenant_id, tracking_hash(code), position) if size in SIZES else None
    if file is None:
        _count_wrong_code()
        raise NotThere()
    return send_photo(file, size, "private, no-store")


class _PointSchema(Schema):
    """A point on the map, in degrees."""

    class Meta:
        unknown = EXCLUDE

    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))


def _typed_or_set(form: dict[str, Any]) -> dict[str, Any]:
    """The point set on the map; without a map, the degrees typed with comma or point."""
    if form.get("lat") or form.get("lon"):
        return form
    return {name: form.get(f"{name}_typed", "").strip().rstrip("°").replace(",", ".") for name in ("lat", "lon")}


def _sentence(problem: Exception) -> str:
    if isinstance(problem, Invalid):
        return problem.fields["lat"]
    if isinstance(problem, Stale):
        return problem.explanation
    return _("Bitte setzen Sie einen Punkt auf der Karte, oder geben Sie beide Koordinaten in Grad ein.")


def _found(code: str) -> OwnReport:
    """The report behind a code. A wrong code counts against the visitor's address, and all look alike."""
    _demand_guesses_left()
    found = own_report(g.town.tenant_id, tracking_hash(code))
    if found is None:
        _count_wrong_code()
        raise NotThere(_wrong_code())
    return found


def _demand_guesses_left() -> None:
    if _limits().used_up(WRONG_CODES, g.town.slug, _who()):
        raise TooMany(_too_many(), retry_after=WRONG_CODES.minutes * 60)


def _count_wrong_code() -> None:
    _limits().hit(WRONG_CODES, g.town.slug, _who(), explanation=_too_many())


def _wrong_code() -> str:
    return _(
        "Zu diesem Code gibt es hier keinen Hinweis. Bitte vergleichen Sie ihn mit der Nachricht, die Sie erhalten "
        "haben. Ein Code gilt nur auf der Seite der Kommune, bei der Sie den Hinweis gegeben haben."
    )


def _too_many() -> str:
    return _("Es wurden zu viele falsche Codes eingegeben. Bitte versuchen Sie es in einer Viertelstunde noch einmal.")


def _limits() -> Limits:
    limits: Limits = current_app.extensions["maerker_limits"]
    return limits


def _who() -> str:
    return _limits().hide(client_address())


def _own_page(
    code: str, found: OwnReport, *, values: dict[str, Any] | None = None, error: str = "",
    errors: Mapping[str, str] | None = None, notice: str = "", status: int = 200,
) -> Response:
    """`error` is about the point, `errors` about what is still there, `notice` about neither."""
    page = own_page(found, code, now())
    answer, history = answer_above(page.history, _newest_answer(found))
    body = render_template(
        "portal/track.html", page=page, answer=answer, history=history, expected=_expected(found, now()),
        values=values or {}, error=error, errors=errors or {}, notice_text=notice,
        tiles_url=current_app.config["SETTINGS"].map_tiles,
    )
    return _private(body, status)


def _newest_answer(own: OwnReport) -> int | None:
    """Its place among the steps; a rejection has no light to stand beside."""
    if own.release is Release.rejected:
        return None
    worded = [n for n, step in enumerate(own.steps) if step.verb in ANSWERED and step.public_text]
    return worded[-1] if worded else None


def _expected(own: OwnReport, at: datetime) -> Expected | None:
    """The day set for the work, or, before the first answer, the one promised for it."""
    row = own.row
    if own.state in CLOSED or own.release is Release.rejected:
        return None
    if row.planned_for is not None:
        return expected_on(_("Voraussichtlich erledigt bis"), row.planned_for, at)
    if row.first_answer_stopped_at is not None:
        return None
    day = datetime.combine(last_day(row.first_answer_due_at), time.min, BERLIN)
    return expected_on(_("Antwort der Verwaltung bis"), day, at)


def _private(body: str, status: int = 200) -> Response:
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
