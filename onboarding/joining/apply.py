"""Applying: a Kommune picks itself, says who speaks for it, and confirms the address by mail."""

import uuid

from flask import current_app, g, make_response, redirect, render_template, request
from marshmallow import EXCLUDE, Schema, fields, post_load
from werkzeug.wrappers import Response

from maerker.application import client_address
from maerker.clock import now
from maerker.errors import Invalid, NotThere
from maerker.web.access import public
from maerker.web.guard import keeps_text
from maerker.web.limits import Allowance
from maerker.wording import gettext as _
from onboarding.applications import actions
from onboarding.applications.actions import Application
from onboarding.applications.entries import as_day
from onboarding.applications.kommunen import KommuneLine, kommune_line, kommunen
from onboarding.joining.blueprint import blueprint, settings


class ApplicationForm(Schema):
    """The form; unknown fields are left out, every text is trimmed by the action."""

    class Meta:
        unknown = EXCLUDE

    municipality_id = fields.UUID(required=True)
    name = fields.String(load_default="")
    function = fields.String(load_default="")
    email = fields.String(load_default="")
    phone = fields.String(load_default="")
    head_name = fields.String(load_default="")
    head_title = fields.String(load_default="")
    wished_start = fields.String(load_default="")

    @post_load
    def make(self, data: dict[str, object], **_options: object) -> dict[str, object]:
        return data


@blueprint.get("/antrag")
@public
def choose_kommune() -> str:
    """The finder over all administrations; `suche` narrows the list without scripts."""
    words = request.args.get("suche", "")[:100]
    return render_template("joining/choose.html", words=words, lines=kommunen(words))


@blueprint.get("/antrag/<uuid:municipality_id>")
@public
def show_application(municipality_id: uuid.UUID) -> Response:
    return _form(_line(municipality_id), {}, {})


@blueprint.post("/antrag/<uuid:municipality_id>")
@public
@keeps_text
def send_application(municipality_id: uuid.UUID) -> Response:
    line, typed = _line(municipality_id), request.form.to_dict()
    if g.form_refused:
        return _form(line, typed, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    limits, most = current_app.extensions["maerker_limits"], settings().rate_drafts_per_address
    limits.hit(
        Allowance("joining-apply", most, 60), limits.hide(client_address()),
        explanation=_("Von Ihrem Anschluss kamen gerade viele Anträge. Bitte warten Sie eine Stunde."),
    )
    try:
        actions.apply(_read(municipality_id), at=now())
    except Invalid as problem:
        return _form(line, typed, dict(problem.fields), 422)
    return redirect("/antrag/gesendet", 303)


@blueprint.get("/antrag/gesendet")
@public
def application_sent() -> str:
    return render_template("joining/sent.html")


def _read(municipality_id: uuid.UUID) -> Application:
    data = ApplicationForm().load({**request.form.to_dict(), "municipality_id": str(municipality_id)})
    wished = str(data.pop("wished_start"))
    try:
        day = as_day(wished)
    except ValueError:
        raise Invalid(fields={"wished_start": _("Bitte geben Sie ein Datum an, zum Beispiel 31.12.2026.")}) from None
    return Application(**data, wished_start=day)


def _line(municipality_id: uuid.UUID) -> KommuneLine:
    line = kommune_line(municipality_id)
    if line is None:
        raise NotThere()
    return line


def _form(line: KommuneLine, typed: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    return make_response(render_template("joining/apply.html", line=line, typed=typed, errors=errors), status)
