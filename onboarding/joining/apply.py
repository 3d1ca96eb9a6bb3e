"""Applying: a Kommune picks itself, says who speaks for it, and confirms the address by mail."""

import uuid
from typing import Any

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
from onboarding.applications.entries import read_day
from onboarding.applications.kommunen import KommuneLine, kommune_line, kommunen, with_file
from onboarding.joining.blueprint import blueprint, settings
from onboarding.joining.mail_limits import count_mail_to
from tenants.registry.kinds import kind_and_name

LONGEST = 200


class ApplicationForm(Schema):
    """The form; unknown fields are left out, every text is trimmed by the action."""

    class Meta:
        unknown = EXCLUDE

    municipality_id = fields.UUID(required=True)
    official_name = fields.String(load_default="")
    seat = fields.String(load_default="")
    name = fields.String(load_default="")
    function = fields.String(load_default="")
    email = fields.String(load_default="")
    phone = fields.String(load_default="")
    head_name = fields.String(load_default="")
    head_title = fields.String(load_default="")
    wished_start = fields.String(load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_options: object) -> Application:
        """The application. Raises Invalid with a sentence for each field that is too long or no day."""
        problems = {
            name: _("Bitte höchstens %(number)s Zeichen.", number=LONGEST)
            for name, value in data.items() if isinstance(value, str) and len(value) > LONGEST
        }
        wished = data.pop("wished_start").strip()
        day = read_day(wished) if wished else None
        if wished and day is None:
            problems["wished_start"] = _("Bitte geben Sie ein Datum an, zum Beispiel 31.12.2026.")
        if problems:
            raise Invalid(fields=problems)
        return Application(**data, wished_start=day)


@blueprint.get("/antrag")
@public
def choose_kommune() -> str:
    """The finder over all administrations; `suche` narrows the list without scripts."""
    words = request.args.get("suche", "")[:100]
    lines = kommunen(words)
    return render_template(
        "joining/choose.html", words=words, lines=lines, with_file=with_file(lines), nav_current="apply",
        total=len(lines) if not words else None,
    )


@blueprint.get("/antrag/<uuid:municipality_id>")
@public
def show_application(municipality_id: uuid.UUID) -> Response:
    line = _line(municipality_id)
    return _form(line, _known(line), {})


@blueprint.post("/antrag/<uuid:municipality_id>")
@public
@keeps_text
def send_application(municipality_id: uuid.UUID) -> Response:
    """Begin the file of a Kommune, or ask to be let into the one there is: outside both look the same."""
    line, typed = _line(municipality_id), request.form.to_dict()
    if g.form_refused:
        return _form(line, typed, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    limits, most = current_app.extensions["maerker_limits"], settings().rate_drafts_per_address
    limits.hit(
        Allowance("joining-apply", most, 60), limits.hide(client_address()),
        explanation=_("Von Ihrem Anschluss kamen gerade viele Anträge. Bitte warten Sie eine Stunde."),
    )
    count_mail_to(typed.get("email", ""))
    if line.takes_part and not actions.file_of(line.id):
        return _form(line, typed, {"form": _("Diese Kommune nimmt schon teil.")}, 422)
    try:
        actions.apply(ApplicationForm().load({**typed, "municipality_id": str(municipality_id)}), at=now())
    except Invalid as problem:
        return _form(line, typed, dict(problem.fields), 422)
    return redirect(f"/antrag/{line.id}/gesendet", 303)


@blueprint.get("/antrag/<uuid:municipality_id>/gesendet")
@public
def application_sent(municipality_id: uuid.UUID) -> str:
    return render_template("joining/sent.html", line=_line(municipality_id), nav_current="apply")


def _known(line: KommuneLine) -> dict[str, str]:
    """What the catalogue knows already; the person corrects it where it is wrong."""
    return {
        "official_name": kind_and_name(line.kind, line.name), "seat": line.seat or line.name,
        "head_title": line.head_title,
    }


def _line(municipality_id: uuid.UUID) -> KommuneLine:
    line = kommune_line(municipality_id)
    if line is None:
        raise NotThere()
    return line


def _form(line: KommuneLine, typed: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    page = render_template(
        "joining/apply.html", line=line, typed=typed, errors=errors, nav_current="apply",
        has_file=bool(with_file([line])), host=settings().public_url(f"{line.slug}.{settings().base_host}"),
    )
    return make_response(page, status)
