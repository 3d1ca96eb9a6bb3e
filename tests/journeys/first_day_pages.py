"""The pages of a Kommune's place and first day in the states they can be in, on both sides."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.entries import save_entry
from onboarding.provisioning.set_up import refresh_set_up
from onboarding.provisioning.start import begin_trial_of, start_file
from tests.makers import Here
from tests.makers_operators import an_operator
from tests.onboarding.provisioning.set_up_file import ANKE, an_admitted_file, close_gates, plan, train
from tests.onboarding.provisioning.test_pages import in_file

if TYPE_CHECKING:
    from tests.journeys.every_page import Shown, Walk

LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk"
START = "/akte/start"


def first_day_pages(walk: "Walk") -> Iterator["Shown"]:
    """Not made yet, made with much missing, in the trial, refused at its hour, live."""
    file = an_admitted_file(own_domain=f"maerker.{LONG}.de".lower(), departments="\n".join([LONG, "Ordnungsamt"]))
    train(file, f"Dr. {LONG} Meier", f"m-{file.kommune.email}", "Ordnungsamt")
    kommune, operator, place = in_file(file), an_operator("support"), f"/akten/{file.id}/einrichtung"
    yield walk.at("start, before the set-up", kommune, START)
    yield walk.at("set-up, not made", operator, place)
    yield walk.put("start, trial too early", kommune, f"{START}/probebetrieb", 422)
    file.provision()
    with Here.world.no_scope("console"):
        refresh_set_up(file.id, settings=Here.world.settings, at=now())
    yield walk.at("start, much is missing", kommune, START)
    yield walk.at("set-up, much is missing", operator, place)
    operator.get(place)
    yield walk.put("set-up, domain refused", operator, f"{place}/domain-einschalten", 422)
    with Here.world.no_scope("console"):
        begin_trial_of(file.id, Here.world.settings, by=ANKE, at=now())
    plan(file, now() - timedelta(minutes=1))
    with Here.world.no_scope("console"):
        start_file(file.id, Here.world.settings, by=ANKE, at=now())
    yield walk.at("start, refused", kommune, f"{START}?getan=probe")
    yield walk.at("set-up, start refused", operator, f"{place}?getan=geprueft")
    close_gates(file)
    with Here.world.no_scope("console"), file_scope(file.id):
        save_entry("own_domain", None, by=ANKE, at=now())
        session().commit()
    with Here.world.no_scope("console"):
        start_file(file.id, Here.world.settings, by=ANKE, at=now())
    yield walk.at("start, live", kommune, START)
    yield walk.at("set-up, live", operator, place)
