"""The operator's people: who has an account, inviting, roles, renewing an access, closing."""

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotAllowed
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.accounts_words import act_words, role_choices, role_words, standing_words
from onboarding.console.blueprint import blueprint, settings, who
from onboarding.operators import actions, audit
from onboarding.operators.fresh import demand_fresh
from onboarding.operators.models import OperatorAccount
from onboarding.operators.permissions import OperatorPermission
from onboarding.operators.queries import names, people, person
from onboarding.operators.vault import console_address

MANAGE = OperatorPermission.manage_operators
FIELDS = ("display_name", "username", "email", "role")


@blueprint.get("/personen")
@may(MANAGE)
def show_people() -> str:
    return render_template(
        "console/account_people.html", people=people(now()), role_words=role_words, standing_words=standing_words,
        nav_current="people",
    )


@blueprint.get("/personen/einladen")
@may(MANAGE)
@demand_fresh()
def show_invite() -> Response:
    return _invite_page({})


@blueprint.post("/personen/einladen")
@may(MANAGE)
@keeps_text
@demand_fresh()
def send_invite() -> Response:
    if g.form_refused:
        return _invite_page({"username": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        account, token = actions.invite_operator(**typed, by=who().actor, at=now())
    except Invalid as refusal:
        return _invite_page(dict(refusal.fields), 422)
    return _link_page(account, token, renewed=False)


@blueprint.get("/personen/<int(max=9223372036854775807):account_id>")
@may(MANAGE)
def show_person(account_id: int) -> Response:
    return _person_page(account_id)


@blueprint.post("/personen/<int(max=9223372036854775807):account_id>/rolle")
@may(MANAGE)
@demand_fresh()
def send_role(account_id: int) -> Response:
    try:
        actions.change_role(account_id, request.form.get("role", ""), by=who().actor, at=now())
    except (Invalid, NotAllowed) as refusal:
        return _refused(account_id, refusal)
    return redirect(f"/personen/{account_id}?getan=rolle", 303)


@blueprint.get("/personen/<int(max=9223372036854775807):account_id>/zugang")
@may(MANAGE)
@demand_fresh()
def show_renew(account_id: int) -> str:
    return render_template(
        "console/account_renew.html", person=person(account_id, now()), nav_current="people"
    )


@blueprint.post("/personen/<int(max=9223372036854775807):account_id>/zugang")
@may(MANAGE)
@demand_fresh()
def send_renew(account_id: int) -> Response:
    try:
        account, token = actions.renew_access(account_id, by=who().actor, at=now())
    except NotAllowed as refusal:
        return _refused(account_id, refusal)
    return _link_page(account, token, renewed=True)


@blueprint.get("/personen/<int(max=9223372036854775807):account_id>/sperren")
@may(MANAGE)
@demand_fresh()
def show_disable(account_id: int) -> str:
    return render_template(
        "console/account_disable.html", person=person(account_id, now()), nav_current="people"
    )


@blueprint.post("/personen/<int(max=9223372036854775807):account_id>/sperren")
@may(MANAGE)
@demand_fresh()
def send_disable(account_id: int) -> Response:
    try:
        actions.disable_operator(account_id, by=who().actor, at=now())
    except NotAllowed as refusal:
        return _refused(account_id, refusal)
    return redirect(f"/personen/{account_id}?getan=gesperrt", 303)


@blueprint.post("/personen/<int(max=9223372036854775807):account_id>/entsperren")
@may(MANAGE)
@demand_fresh()
def send_enable(account_id: int) -> Response:
    try:
        actions.enable_operator(account_id, by=who().actor, at=now())
    except NotAllowed as refusal:
        return _refused(account_id, refusal)
    return redirect(f"/personen/{account_id}?getan=entsperrt", 303)


def _invite_page(errors: dict[str, str], status: int = 200) -> Response:
    return make_response(render_template(
        "console/account_invite.html", errors={name: errors[name] for name in FIELDS if name in errors},
        roles=role_choices(who().permissions), nav_current="people",
        values={name: request.form.get(name, "") for name in FIELDS},
    ), status)


def _link_page(account: OperatorAccount, token: str, *, renewed: bool) -> Response:
    """The set-up link, shown in this one answer and never again."""
    return make_response(render_template(
        "console/account_link.html", account=account, renewed=renewed, nav_current="people",
        link=f"{console_address(settings())}/einladung/{token}",
    ))


def _refused(account_id: int, refusal: Invalid | NotAllowed) -> Response:
    sentence = refusal.explanation or " ".join(refusal.fields.values()) or _(refusal.title)
    session().rollback()
    return _person_page(account_id, sentence, refusal.status)


def _person_page(account_id: int, error: str = "", status: int = 200) -> Response:
    shown = person(account_id, now())
    return make_response(render_template(
        "console/account_person.html", person=shown, role=role_words(shown.role), error=error,
        standing=standing_words(shown.standing), roles=role_choices(who().permissions), own=shown.id == who().id,
        done=request.args.get("getan", ""), latest=audit.latest_of(account_id), names=names(), act_words=act_words,
        nav_current="people",
    ), status)
