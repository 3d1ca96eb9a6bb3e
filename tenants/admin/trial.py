"""The trial in the town's office: the testers' link, and what becomes of it at the start."""

from flask import current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.scope import current_tenant
from maerker.errors import Stale
from maerker.web.access import may
from maerker.wording import gettext as _
from tenants.admin.blueprint import blueprint, town, who
from tenants.registry.models import TenantState
from tenants.registry.queries import standing_of
from tenants.reports.permissions import Permission
from tenants.reports.trial import is_before_start, renew_trial_pass, trial_pass

TRIAL = "/verwaltung/probebetrieb"


@blueprint.get(TRIAL)
@may(Permission.manage_town)
def trial() -> str:
    """The link that testers are given, and a word on what they can do."""
    settings = current_app.config["SETTINGS"]
    link = f"{settings.public_url(town().main_host)}/probe/{trial_pass(current_tenant(), settings)}"
    return render_template(
        "admin/trial.html", link=link, running=town().state is TenantState.trial, before=is_before_start(town()),
        starts_at=standing_of(town().tenant_id).starts_at,
        done=_("Der neue Link gilt ab jetzt. Alle früheren Links führen nicht mehr in den Probebetrieb.")
        if request.args.get("getan") else "",
    )


@blueprint.get(f"{TRIAL}/neuer-link")
@may(Permission.manage_town)
def ask_new_link() -> str:
    """Asked once more, because whoever is testing now is shut out."""
    return render_template("admin/trial_renew.html", action=f"{TRIAL}/neuer-link", back=TRIAL)


@blueprint.post(f"{TRIAL}/neuer-link")
@may(Permission.manage_town)
def renew_link() -> Response:
    if not is_before_start(town()):
        raise Stale(_("Der Probebetrieb ist beendet, einen Link für ihn gibt es nicht mehr."))
    renew_trial_pass(by=who().actor, at=now())
    return redirect(f"{TRIAL}?getan=1", 303)
