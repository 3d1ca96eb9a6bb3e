"""The operator's console: which towns there are."""

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.web.access import may, public
from maerker.wording import gettext as _
from onboarding.console import (
    accounts,
    calendar,
    changes,
    documents,
    documents_sign,
    export,
    files,
    new_kommune,
    overrides,
    people,
    pipeline,
    provisioning,
    sign_in,
    sign_in_invitation,
    sign_in_passkey,
    sign_in_second,
    starts,
    subprocessors,
    tasks,
    texts,
    trainings,
    trainings_dates,
    trust,
)
from onboarding.console.blueprint import blueprint, settings
from onboarding.console.queries import towns
from onboarding.operators.permissions import OperatorPermission
from tenants.registry.models import TenantState

MODULES = (
    accounts, calendar, changes, documents, documents_sign, export, files, new_kommune, overrides,
    people, pipeline, provisioning, sign_in, sign_in_invitation, sign_in_passkey, sign_in_second, starts,
    subprocessors, tasks, texts, trainings, trainings_dates, trust,
)


def register(app: Flask) -> None:
    """Connect the console. The modules above have added their addresses to the blueprint."""
    # Flask-Login would look at a cookie `remember_token` first, which a sister subdomain can plant.
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-maerker_remembers_nobody"
    app.register_blueprint(blueprint)


@blueprint.get("/kommunen")
@may(OperatorPermission.see_towns)
def show_towns() -> str:
    """All towns with state, hosts and number of publications."""
    lines = towns()
    live = sum(line.state is TenantState.live for line in lines)
    return render_template(
        "console/towns.html", lines=lines, live=live, public=sum(line.publications for line in lines),
        labels=state_labels(), address=settings().public_url, done=request.args.get("getan", ""),
    )


@blueprint.get("/impressum", defaults={"page": "impressum"})
@blueprint.get("/datenschutz", defaults={"page": "datenschutz"})
@blueprint.get("/barrierefreiheit", defaults={"page": "barrierefreiheit"})
@public
def legal(page: str) -> Response:
    """The operator's legal pages stand at the bare host."""
    return redirect(f"{settings().public_url(settings().base_host)}/{page}")


def state_labels() -> dict[TenantState, tuple[str, str]]:
    """Where a town stands, in words, with the tone of its badge."""
    return {
        TenantState.joining: (_("tritt bei"), "info"), TenantState.trial: (_("im Probebetrieb"), "info"),
        TenantState.live: (_("in Betrieb"), "success"), TenantState.paused: (_("pausiert"), "warning"),
        TenantState.leaving: (_("verlässt die Plattform"), "warning"), TenantState.closed: (_("beendet"), "neutral"),
    }
