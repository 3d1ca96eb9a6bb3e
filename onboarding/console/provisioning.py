"""A Kommune's place on the platform: made from its file, checked, tried out, with its own domain."""

import uuid
from typing import Any

from flask import redirect
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Problem
from maerker.web.access import may
from onboarding.applications.actions import this_file
from onboarding.applications.entries import values
from onboarding.console.blueprint import blueprint, settings, who
from onboarding.console.file_frame import file_address, file_page, open_file, record, sentence_of
from onboarding.operators.permissions import OperatorPermission
from onboarding.provisioning.domains import add_domain, ask_for_look_up, domain_now, remove_domain
from onboarding.provisioning.from_file import provision_from_file, staff_of_file, town_of
from onboarding.provisioning.set_up import refresh_set_up
from onboarding.provisioning.slugs import slug_problem
from onboarding.provisioning.start import begin_trial_of, keeps_from_start, last_refusal
from tenants.registry.models import TenantState
from tenants.registry.queries import hosts_of

SEE, WORK = OperatorPermission.see_files, OperatorPermission.work_files
PROVISION = OperatorPermission.provision
PLACE = "/akten/<uuid:file_id>/einrichtung"


@blueprint.get(PLACE)
@may(SEE)
def show_provisioning(file_id: uuid.UUID) -> Response:
    """The place as it stands: not made yet, being set up, in its trial, live."""
    open_file(file_id)
    return _page()


@blueprint.post(f"{PLACE}/anlegen")
@may(PROVISION)
def send_provisioning(file_id: uuid.UUID) -> Response:
    """Make the place from the file."""
    open_file(file_id)
    try:
        provision_from_file(file_id, settings=settings(), by=who().actor, at=now())
    except Problem as problem:
        return _page(sentence_of(problem), problem.status)
    return redirect(file_address("einrichtung", "angelegt"), 303)


@blueprint.post(f"{PLACE}/pruefen")
@may(WORK)
def send_set_up_look(file_id: uuid.UUID) -> Response:
    """Run the check at once, for whoever is on the telephone with the Kommune."""
    open_file(file_id)
    refresh_set_up(file_id, settings=settings(), at=now())
    return redirect(file_address("einrichtung", "geprueft"), 303)


@blueprint.post(f"{PLACE}/probebetrieb")
@may(PROVISION)
def send_beginning_of_trial(file_id: uuid.UUID) -> Response:
    open_file(file_id)
    at = now()
    try:
        begin_trial_of(file_id, settings(), by=who().actor, at=at)
    except Problem as problem:
        return _page(sentence_of(problem), problem.status)
    record("trial_begun", at=at)
    return redirect(file_address("einrichtung", "probe"), 303)


@blueprint.post(f"{PLACE}/domain-pruefen")
@may(WORK)
def send_own_domain_look_up(file_id: uuid.UUID) -> Response:
    open_file(file_id)
    try:
        ask_for_look_up(by=who().actor, at=now())
    except Problem as problem:
        return _page(sentence_of(problem), problem.status)
    return redirect(file_address("einrichtung", "domain-geprueft"), 303)


@blueprint.post(f"{PLACE}/domain-einschalten")
@may(PROVISION)
def send_own_domain(file_id: uuid.UUID) -> Response:
    open_file(file_id)
    try:
        add_domain(settings(), by=who().actor, at=now())
    except Problem as problem:
        return _page(sentence_of(problem), problem.status)
    return redirect(file_address("einrichtung", "domain"), 303)


@blueprint.post(f"{PLACE}/domain-abschalten")
@may(PROVISION)
def send_own_domain_end(file_id: uuid.UUID) -> Response:
    open_file(file_id)
    remove_domain(settings(), by=who().actor, at=now())
    return redirect(file_address("einrichtung", "domain-aus"), 303)


def _page(error: str = "", status: int = 200) -> Response:
    file = this_file()
    tenant = town_of(file)
    return file_page(
        "console/provisioning.html", tab="einrichtung", status=status, error=error, State=TenantState,
        hosts=hosts_of(tenant.id) if tenant else [], address=settings().public_url, domain=domain_now(settings()),
        staff=staff_of_file(), missing=() if file.started_at else keeps_from_start(file), refusal=last_refusal(),
        base=settings().base_host, **_planned(),
    )


def _planned() -> dict[str, Any]:
    """The address the file asks for, and what is wrong with it."""
    file, given = this_file(), values()
    slug = str(given.get("slug") or "")
    return {
        "given": given, "slug": slug,
        "slug_problem": slug_problem(slug, file.municipality_id) if slug and file.provisioned_at is None else "",
    }
