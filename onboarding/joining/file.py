"""The file as its people see it: whose turn it is, the way, the four lines of the letter."""

from typing import Any

from flask import redirect, render_template, request
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.web.access import may, signed_in
from onboarding.applications.actions import this_file
from onboarding.applications.acts import told
from onboarding.applications.entries import as_day, missing, values
from onboarding.applications.history import history_page
from onboarding.applications.kommunen import kommune_line
from onboarding.applications.models import JoiningFile
from onboarding.applications.people import waiting_people
from onboarding.applications.permissions import FilePermission
from onboarding.applications.queries import facts_of
from onboarding.applications.sections import SECTIONS
from onboarding.contracts.subprocessor_answers import asked_of_file
from onboarding.joining.blueprint import blueprint, settings
from onboarding.joining.next_step import OWN, also_open, next_of
from onboarding.steps import RULE_OF, SIDE_LABELS, STANDING_LABELS, Side, Standing, Step, StepNow, letter, steps, turn
from onboarding.training.queries import people_in_training
from tenants.registry.kinds import kind_and_name
from tenants.registry.models import Tenant, TenantHost


@blueprint.get("/akte")
@signed_in
def show_file() -> str:
    """Where the Kommune stands. Who is not let in yet is told so."""
    if not current_user.let_in:
        return render_template("joining/not_let_in.html")
    file = this_file()
    return render_template(
        "joining/file.html", file=file, wish=as_day(values().get("wished_start")), **_standing(file), **_around(file),
        nav_current="file",
    )


@blueprint.get("/akte/verlauf")
@may(FilePermission.see_file)
def show_history() -> str:
    """Every act of either side, the newest first."""
    asked = request.args.get("seite", "1")
    page = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    events, pages = history_page(page)
    return render_template("joining/history.html", file=this_file(), acts=[told(event) for event in events],
                           page=page, pages=pages, nav_current="history")


@blueprint.get("/akte/")
@signed_in
def to_file() -> Response:
    return redirect("/akte", 301)


def _standing(file: JoiningFile) -> dict[str, Any]:
    """The steps, computed anew: what is next, what else can be done, the letter."""
    facts = facts_of(file)
    all_steps = steps(facts)
    first, booked = turn(all_steps), _are_booked(all_steps, facts.trained_needed)
    return {
        "facts": facts, "steps": all_steps, "first": first, "next": next_of(first, booked=booked),
        "also": also_open(all_steps, first, booked=booked), "letter": letter(all_steps), "own": OWN, "rules": RULE_OF,
        "standings": STANDING_LABELS, "sides": SIDE_LABELS, "Standing": Standing, "Side": Side,
        "done": sum(step.passed for step in all_steps),
    }


def _are_booked(all_steps: tuple[StepNow, ...], needed: int) -> bool:
    """Whether enough people are signed up; not looked up once they are trained."""
    training = next(step for step in all_steps if step.step is Step.training)
    return not training.passed and len(people_in_training()) >= needed


def _around(file: JoiningFile) -> dict[str, Any]:
    """The Kommune, its own address once there is one, what still has to be filled in, who waits at the door."""
    given, kommune = values(), kommune_line(file.municipality_id)
    return {
        "kommune": kommune, "name": kind_and_name(kommune.kind, kommune.name) if kommune else "",
        "own_host": _own_host(file), "at": now(),
        "owner": f"{file.file_id.hex[:12]}-{current_user.id}",
        "open_entries": sum(len(missing(given, section)) for section in SECTIONS),
        "asked": [one for one in asked_of_file() if one.is_open and one.answer.answer == "silent"],
        "waiting": waiting_people() if FilePermission.invite_people in current_user.permissions else [],
    }


def _own_host(file: JoiningFile) -> str:
    """The address of the Kommune's own pages; empty before they are made."""
    host = session().scalars(
        select(TenantHost.host).join(Tenant, Tenant.id == TenantHost.tenant_id)
        .where(Tenant.municipality_id == file.municipality_id).order_by(TenantHost.is_main.desc()).limit(1)
    ).first()
    return settings().public_url(host) if host else ""
