"""The pages of a town in its trial: for a tester, in the town's office, and after the start."""

from collections.abc import Iterator

from maerker.clock import now
from tenants.reports.status import Verb
from tests.journeys.every_page import ODD, Shown, Walk
from tests.makers import MadeTown, a_published_report, a_report, a_visitor, code_of, move, signed_in
from tests.tenants.portal.filled_form import fill_all, send
from tests.trials import a_tester, a_trial, pass_of, start
from tests.world import Visitor

TRIAL = "/verwaltung/probebetrieb"


def trial_pages() -> Iterator[Shown]:
    town = a_trial()
    walk, tester, admin = Walk(town), a_tester(town), signed_in(town, "admin")
    yield walk.at("trial, start, empty", tester, "/")
    number = a_published_report(town, description=ODD)
    move(town, number, Verb.answer, public_text=ODD)
    for name, path in (
        ("start", "/"), ("list", "/hinweise/"), ("list, nothing found", "/hinweise/?q=gibtesnicht"),
        ("map", "/hinweise/karte"), ("report", f"/hinweise/{number}"), ("help", "/hilfe"),
        ("tracking", f"/verfolgen/{code_of(town, a_report(town))}"),
    ):
        yield walk.at(f"trial, {name}", tester, path)
    fill_all(tester, lat=str(town.lat), lon=str(town.lon))
    yield walk.at("trial, check", tester, "/hinweise/neu/pruefen")
    assert send(tester).status_code == 303
    yield walk.at("trial, sent", tester, "/hinweise/neu/danke")
    yield walk.at("trial, forged link", a_visitor(town), f"/probe/{'a' * 26}", 404)
    yield walk.at("trial, inbox", admin, "/redaktion/")
    yield walk.at("trial, link", admin, TRIAL)
    yield walk.at("trial, new link", admin, f"{TRIAL}/neuer-link")
    yield walk.at("trial, new link made", admin, admin.post(f"{TRIAL}/neuer-link").headers["Location"])
    yield from _after_the_start(walk, town, admin)


def _after_the_start(walk: Walk, town: MadeTown, admin: Visitor) -> Iterator[Shown]:
    late, word = a_tester(town), pass_of(town)
    assert start(town, now())
    yield walk.at("trial over, link", a_visitor(town), f"/probe/{word}")
    yield walk.at("trial over, form", late, "/hinweise/neu")
    yield walk.at("trial over, in the office", admin, TRIAL)
    admin.get("/verwaltung/")
    yield walk.put("trial over, no new link", admin, f"{TRIAL}/neuer-link", 409)
