"""A town's rooms follow the promise that its Kommune signed: its clocks, and for whom the promise holds."""

from datetime import datetime

from maerker.audit.actor import Actor
from maerker.database.scope import tenant_scope
from onboarding.applications.actions import this_file
from onboarding.applications.entries import values
from onboarding.contracts.signed_promise import promise_in_force
from onboarding.provisioning.from_file import town_of
from tenants.profile.actions import take_over_promise


def hand_promise_over(*, by: Actor, at: datetime) -> bool:
    """Bring the town of the current file up to the promise in force; reports that are there keep their moments.

    Runs as the console. False: there is no town yet, nothing is signed, or it says so already.
    """
    tenant, promise = town_of(this_file()), promise_in_force(values())
    if tenant is None or not promise.signed:
        return False
    with tenant_scope(tenant.id):
        return take_over_promise(
            first_answer_days=promise.first_answer_days, forwarding_days=promise.forwarding_days,
            extent=promise.extent_words, by=by, at=at,
        )
