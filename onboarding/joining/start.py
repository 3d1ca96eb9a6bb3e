"""Towards the first day, as the Kommune sees it: its place, the trial, what is still missing, link and press text."""

from typing import Any

from flask import make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.web.access import may
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.entries import as_day, values
from onboarding.applications.models import JoiningFile
from onboarding.applications.permissions import FilePermission
from onboarding.applications.queries import facts_of
from onboarding.contracts.signed_promise import promise_in_force
from onboarding.joining.blueprint import blueprint, settings
from onboarding.provisioning.domains import ask_for_look_up, domain_now
from onboarding.provisioning.from_file import town_of
from onboarding.provisioning.home_page import for_home_page
from onboarding.provisioning.start import ask_for_check, ask_for_trial, last_refusal, trial_asked
from onboarding.steps import gates_open
from tenants.registry.models import Municipality, Tenant, TenantState

PLACE = "/akte/start"


@blueprint.get(PLACE)
@may(FilePermission.see_file)
def show_start() -> Response:
    """Everything about the place, the trial and the first day on one page."""
    return _page(request.args.get("getan", ""))


@blueprint.post(f"{PLACE}/probebetrieb")
@may(FilePermission.edit_technical)
def send_beginning_of_trial() -> Response:
    """Switch the trial on; the platform does it within seconds."""
    try:
        ask_for_trial(by=current_user.actor, at=now())
    except Invalid as refusal:
        return _page(error=refusal.explanation, status=422)
    return redirect(f"{PLACE}?getan=probe", 303)


@blueprint.post(f"{PLACE}/pruefen")
@may(FilePermission.see_file)
def send_check() -> Response:
    """Have the set-up looked at now instead of within ten minutes."""
    try:
        ask_for_check(at=now())
    except Invalid as refusal:
        return _page(error=refusal.explanation, status=422)
    return redirect(f"{PLACE}?getan=pruefung#einrichtung", 303)


@blueprint.post(f"{PLACE}/domain")
@may(FilePermission.edit_technical)
def send_own_domain() -> Response:
    """Have the own domain looked up again, after its DNS was changed."""
    try:
        ask_for_look_up(by=current_user.actor, at=now())
    except Invalid as refusal:
        return _page(error=refusal.explanation, status=422)
    return redirect(f"{PLACE}?getan=domain#domain", 303)


def _page(done: str = "", *, error: str = "", status: int = 200) -> Response:
    file = this_file()
    tenant = town_of(file)
    municipality = session().get_one(Municipality, file.municipality_id)
    return make_response(render_template(
        "joining/start.html", file=file, tenant=tenant, state=tenant.state if tenant else None, State=TenantState,
        gates=[] if file.started_at else gates_open(facts_of(file)), refusal=last_refusal(), at=now(),
        trial_asked=trial_asked(), domain=domain_now(settings()), done=_done(done, tenant), error=error,
        wish=as_day(values().get("wished_start")), nav_current="start", **_addresses(file, tenant, municipality),
    ), status)


def _addresses(file: JoiningFile, tenant: Tenant | None, municipality: Municipality) -> dict[str, Any]:
    given = values()
    slug = tenant.slug if tenant else given.get("slug")
    url = settings().public_url(f"{slug}.{settings().base_host}") if slug else ""
    return {
        "url": url, "kommune": municipality,
        "home": for_home_page(
            municipality.name, str(given.get("head_title") or ""), str(given.get("head_name") or ""), url,
            file.started_at or file.starts_at, promise_in_force(given).first_answer_days,
        ) if url else None,
    }


def _done(key: str, tenant: Tenant | None) -> str:
    """What has been asked for. That the trial is being switched on is said until it is."""
    begun = tenant is not None and tenant.state is not TenantState.joining
    return {
        "probe": "" if begun else _("Der Probebetrieb wird eingeschaltet. Das dauert wenige Sekunden. Laden Sie die "
                                    "Seite dann neu."),
        "pruefung": _("Die Einrichtung wird geprüft. Laden Sie die Seite in wenigen Sekunden neu."),
        "domain": _("Die Domain wird geprüft. Das Ergebnis steht in wenigen Sekunden hier. Laden Sie die Seite dann "
                    "neu."),
    }.get(key, "")
