"""The trial's wall from inside: renewed passes, drafts begun before, pages with parameters, and the start."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from redis import Redis
from sqlalchemy import text

from maerker.database.base import session
from tenants.portal.filters import PARAMETERS
from tenants.registry.models import TenantState
from tenants.reports.status import State
from tests.habits.test_routes import address, routes, values
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant, a_visitor, code_of, signed_in
from tests.tenants.portal.filled_form import fill_all
from tests.trials import a_tester, a_trial, erase, pass_of, set_town, start
from tests.world import Visitor

SECRET = "Geheimes Schlagloch hinter der Mauer"


@pytest.fixture
def kept() -> "Iterator[Redis]":
    redis = Redis.from_url(Here.world.settings.redis_url)
    redis.flushdb()
    yield redis
    redis.flushdb()


def renew(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    admin.get("/verwaltung/probebetrieb/neuer-link")
    assert admin.post("/verwaltung/probebetrieb/neuer-link").status_code == 303


def reports(town: MadeTown) -> int:
    with Here.world.scope(town.tenant_id):
        return int(session().execute(text("SELECT count(*) FROM reports")).scalar_one())


def test_a_renewed_pass_shuts_out_whoever_came_by_the_old_one_on_every_address() -> None:
    town = a_trial()
    number = a_published_report(town, description=SECRET)
    tester = a_tester(town)
    assert SECRET in tester.get(f"/hinweise/{number}").text
    old = pass_of(town)
    renew(town)
    assert tester.get(f"/probe/{old}").status_code == 404
    given = values(town, number, "") | {"token": old}
    for endpoint, method, rule, _ in routes():
        if method == "GET" and endpoint.startswith("portal."):
            assert SECRET not in tester.get(address(rule, given)).text, rule
    assert SECRET in a_tester(town).get(f"/hinweise/{number}").text


def test_a_draft_begun_with_the_old_pass_is_not_sent_with_it() -> None:
    town = a_trial()
    tester = a_tester(town)
    fill_all(tester)
    submission = re.search(r'name="submission" value="([^"]+)"', tester.last.text if tester.last else "")
    assert submission
    renew(town)
    assert tester.post("/hinweise/neu/pruefen", {"submission": submission.group(1)}).status_code == 404
    assert reports(town) == 0


def test_a_draft_of_the_trial_becomes_no_report_of_the_live_town() -> None:
    town = a_trial()
    tester = a_tester(town)
    fill_all(tester)
    submission = re.search(r'name="submission" value="([^"]+)"', tester.last.text if tester.last else "")
    assert submission
    assert start(town)
    erase(town)
    for _ in range(2):
        assert tester.post("/hinweise/neu/pruefen", {"submission": submission.group(1)}).status_code in (303, 409, 422)
    assert reports(town) == 0


@pytest.mark.parametrize("path", ["/verwaltung/", "/verwaltung/probebetrieb", "/redaktion/"])
def test_a_pass_opens_no_door_of_the_staff(path: str) -> None:
    town = a_trial()
    answer = a_tester(town).get(path)
    assert answer.headers["Location"].startswith("/anmelden")
    assert pass_of(town) not in answer.text


@pytest.mark.parametrize("username", ["redaktion", "tiefbau", "rat"])
def test_only_the_admin_reads_and_renews_the_testers_link(username: str) -> None:
    town = a_trial()
    someone, old = signed_in(town, username), pass_of(town)
    someone.get("/redaktion/stil")
    assert someone.get("/verwaltung/probebetrieb").status_code == 403
    someone.get("/redaktion/stil")
    assert someone.post("/verwaltung/probebetrieb/neuer-link").status_code == 403
    assert pass_of(town) == old


def test_a_pass_of_one_town_is_worth_nothing_at_the_office_or_the_trial_of_another() -> None:
    one, other = a_trial(), a_trial()
    a_published_report(other, description=SECRET)
    thief = a_visitor(other)
    for name, value in a_tester(one).cookies().items():
        thief.client.set_cookie(name, value, domain=other.host)
    for path in ("/", "/hinweise/", "/hinweise.geojson", "/hinweise/neu", "/verfolgen/", f"/probe/{pass_of(one)}"):
        answer = thief.get(path)
        assert answer.status_code == 404, path
        assert SECRET not in answer.text


def test_a_number_of_the_trial_means_nothing_after_the_start() -> None:
    town = a_trial()
    number = a_published_report(town, description=SECRET)
    code = code_of(town, number)
    tester = a_tester(town)
    assert start(town)
    erase(town)
    a_report(town)
    for visitor in (tester, a_visitor(town), signed_in(town, "admin")):
        for path in (f"/hinweise/{number}", f"/hinweise/{number}/fotos/1/page.jpg", f"/verfolgen/{code}",
                     f"/redaktion/{number}", "/hinweise.atom", "/hinweise.geojson", "/hinweise/?q=Geheimes"):
            assert SECRET not in visitor.get(path).text, path


@pytest.mark.parametrize("state", [TenantState.joining, TenantState.trial, TenantState.closed])
def test_a_town_that_is_not_open_shows_strangers_nothing_whatever_the_parameters(
    kept: "Redis", state: TenantState
) -> None:
    town = a_tenant()
    a_published_report(town, description=SECRET)
    paths = [
        f"{path}{query}" for path in ("/", "/hinweise/", "/hinweise/karte", "/hinweise.atom", "/hinweise.geojson")
        for query in ("", "?category=roads", "?status=open&seite=1", "?q=Geheimes", "?in_trial=1&trial=1&probe=staff")
    ]
    assert any(SECRET in a_visitor(town).get(path).text for path in paths)
    set_town(town, state=state.value)
    kept.flushdb()
    for path in paths:
        for _ in range(2):
            answer = a_visitor(town).get(path)
            assert answer.status_code in (404, 410), path
            assert SECRET not in answer.text
    assert kept.keys("page:*") == []


def pages(redis: "Redis") -> int:
    return len(redis.keys("page:*"))


@pytest.mark.parametrize("query", [
    "seite=0", "seite=01", "seite=%31", "seite=999999", "category=gibtsnicht", "status=OPEN", "district=Nirgends",
    "sort=x", "q=a", "category=roads&category=roads", "category=roads&utm=1", "CATEGORY=roads", "category=roads&",
    "&category=roads", "category=roads;status=open", "category=roads&status=open&sort=oldest", "category=%72oads",
    "category", "x", "bbox=1,2,3,4", "category=roads%00",
])
@pytest.mark.parametrize("path", ["/hinweise/", "/hinweise/karte", "/hinweise.atom"])
def test_addresses_that_somebody_thinks_up_are_not_kept(kept: "Redis", town: MadeTown, path: str, query: str) -> None:
    assert a_visitor(town).get(f"{path}?{query}").status_code < 500
    assert pages(kept) == 0


def test_what_many_ask_for_is_kept(kept: "Redis", town: MadeTown) -> None:
    a_published_report(town)
    for query in ({"category": "roads"}, {"status": "open", "category": "roads"}, {"district": "Sandow"}):
        assert a_visitor(town).get(f"/hinweise/?{urlencode(query)}").status_code == 200
    assert pages(kept) == 3


def test_one_page_in_many_spellings_of_its_empty_fields_is_kept_once(kept: "Redis", town: MadeTown) -> None:
    """Fields left empty say nothing: each order and each choice of them would be one more copy of the same page."""
    import itertools

    names = [name for name in PARAMETERS if name != "seite"]
    for order in itertools.islice(itertools.permutations(names), 40):
        a_visitor(town).get("/hinweise/?" + "&".join(f"{name}=" for name in order))
    for some in range(1, len(names)):
        for chosen in itertools.islice(itertools.combinations(names, some), 6):
            a_visitor(town).get("/hinweise/?" + "&".join(f"{name}=" for name in chosen))
    assert pages(kept) <= len(PARAMETERS)


@pytest.mark.parametrize("path", ["/hinweise.atom", "/hinweise.geojson"])
def test_what_has_no_pages_is_kept_under_no_number_of_one(kept: "Redis", town: MadeTown, path: str) -> None:
    for number in (2, 3, 999999):
        assert a_visitor(town).get(f"{path}?seite={number}").status_code == 200
    assert pages(kept) == 0


def test_the_form_of_the_filters_sends_what_is_kept(kept: "Redis", town: MadeTown) -> None:
    """A browser sends every field of a form in its order, the empty ones too."""
    visitor = a_visitor(town)
    page = visitor.get("/hinweise/").text
    kept.flushdb()
    names = [name for name in re.findall(r'<(?:select|input)[^>]* name="(\w+)"', page) if name in PARAMETERS]
    assert len(names) >= 3
    for state in ("", str(State.done)):
        values_typed = [(name, state if name == "status" else "") for name in names]
        assert visitor.get(f"/hinweise/?{urlencode(values_typed)}").status_code == 200
    assert pages(kept) == 2


def test_a_tester_and_a_stranger_never_share_a_page(kept: "Redis") -> None:
    town = a_trial()
    a_published_report(town, description=SECRET)
    tester, stranger, staff = a_tester(town), a_visitor(town), signed_in(town, "rat")
    order: list[Visitor] = [tester, stranger, staff, stranger, tester]
    for path in ("/", "/hinweise/", "/hinweise/?category=roads", "/hinweise.geojson", "/hilfe", "/impressum"):
        seen = [visitor.get(path) for visitor in order]
        assert SECRET not in seen[1].text + seen[3].text, path
        assert "csrf_token" not in seen[1].text + seen[3].text
    for key in kept.keys("page:*"):
        assert SECRET.encode() not in kept.get(key)  # type: ignore[operator]
