"""Nobody outside sees anything of a trial: every address, other hosts, guesses, the cache, the database itself."""

import re
from collections.abc import Iterator

import pytest
from redis import Redis
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from maerker.database.base import session
from tenants.registry.models import TenantState
from tenants.reports.status import Verb
from tests.habits.test_routes import address, routes, values
from tests.maerker.database.test_walls import announce
from tests.makers import (
    Here,
    MadeTown,
    a_published_report,
    a_report,
    a_tenant,
    a_visitor,
    code_of,
    move,
    signed_in,
)
from tests.trials import a_tester, a_trial, pass_of, start
from tests.world import BASE, Visitor

SECRET = "Geheimes Schlagloch vor dem Probehaus"
TRIAL_TABLES = ("trial_publications", "trial_passes")


@pytest.fixture
def trial() -> tuple[MadeTown, str]:
    """A town in its trial with a released and answered report."""
    town = a_trial()
    number = a_published_report(town, description=SECRET)
    move(town, number, Verb.answer, public_text=f"{SECRET}: wird geprüft.")
    return town, number


@pytest.fixture
def kept() -> "Iterator[Redis]":
    redis = Redis.from_url(Here.world.settings.redis_url)
    redis.flushdb()
    yield redis
    redis.flushdb()


def visible(page: str) -> str:
    """A page without the addresses that the visitor brought along."""
    return re.sub(r'href="[^"]*"', "", page)


def strangers(town: MadeTown) -> Iterator[tuple[str, Visitor]]:
    yield "without anything", a_visitor(town)
    guessing = a_visitor(town)
    guessing.client.set_cookie("maerker_probe", "staff", domain=town.host)
    yield "the mark of staff", guessing
    other = a_trial()
    passed = a_visitor(town)
    passed.client.set_cookie("maerker_probe", pass_of(other), domain=town.host)
    yield "another town's pass", passed
    staff = signed_in(other, "admin")
    elsewhere = a_visitor(town)
    for name, value in staff.cookies().items():
        elsewhere.client.set_cookie(name, value, domain=town.host)
    yield "another town's staff", elsewhere


def test_no_address_of_the_host_shows_anything_to_strangers(trial: tuple[MadeTown, str]) -> None:
    town, number = trial
    given = values(town, number, "") | {"token": pass_of(a_trial())}
    for who, stranger in strangers(town):
        for endpoint, method, rule, _ in routes():
            path = address(rule, given)
            answer = stranger.get(path) if method == "GET" else stranger.post(path, {})
            assert SECRET not in answer.text, (who, method, path)
            if answer.status_code != 303:  # to the sign-in, which is told where the visitor was going
                assert number not in visible(answer.text.replace(path, "")), (who, method, path)
            if endpoint in ("portal.report", "portal.reports", "portal.photo", "portal.feed", "portal.sitemap",
                            "portal.reports_as_geojson", "portal.start", "portal.map_page"):
                assert answer.status_code == 404, (who, path)


@pytest.mark.parametrize("query", ["q=Schlagloch", "q=P2026-000001", "category=roads", "status=in_progress"])
def test_searching_and_filtering_find_nothing(trial: tuple[MadeTown, str], query: str) -> None:
    town, number = trial
    for path in ("/hinweise/", "/hinweise/karte", "/hinweise.atom", "/hinweise.geojson"):
        answer = a_visitor(town).get(f"{path}?{query}")
        assert answer.status_code == 404
        assert number not in visible(answer.text)


def test_other_hosts_and_the_bare_host_know_nothing(trial: tuple[MadeTown, str]) -> None:
    town, number = trial
    live = a_tenant()
    for visitor in (a_visitor(live), signed_in(live), a_tester(a_trial())):
        for path in (f"/hinweise/{number}", f"/verfolgen/{code_of(town, number)}", f"/redaktion/{number}",
                     f"/probe/{pass_of(town)}"):
            answer = visitor.get(path)
            assert SECRET not in answer.text
            if not path.startswith("/probe/"):
                assert answer.status_code in (303, 404), path
        assert SECRET not in visitor.get("/hinweise/?q=Probehaus").text
    bare = Visitor(Here.world.platform, BASE)
    for path in ("/", f"/?q={town.slug}", "/orte", "/sitemap.xml"):
        page = bare.get(path).text
        assert SECRET not in page
        assert town.host not in page


def test_testers_find_no_feed_and_no_sitemap_that_could_be_handed_on(trial: tuple[MadeTown, str]) -> None:
    tester = a_tester(trial[0])
    for path in ("/hinweise.atom", "/sitemap.xml"):
        assert tester.get(path).status_code == 404


def test_nothing_that_a_tester_sees_is_kept_for_others(kept: "Redis", trial: tuple[MadeTown, str]) -> None:
    town, number = trial
    for insider in (a_tester(town), signed_in(town)):
        for path in ("/", "/hinweise/", "/hinweise/karte", "/karte", "/hinweise.geojson", f"/hinweise/{number}",
                     "/hilfe", "/impressum", "/datenschutz"):
            answer = insider.get(path)
            assert answer.status_code == 200
            assert "no-store" in answer.headers["Cache-Control"], path
    assert not kept.keys("page:*")
    for path in ("/", "/hinweise/", f"/hinweise/{number}"):
        assert SECRET not in a_visitor(town).get(path).text


def test_what_outsiders_were_shown_before_is_not_shown_after_the_start(
    kept: "Redis", trial: tuple[MadeTown, str]
) -> None:
    town, _ = trial
    outsider = a_visitor(town)
    for path in ("/", "/hinweise/", "/hilfe"):
        assert outsider.get(path).status_code == 404
    start(town)
    for path in ("/", "/hinweise/", "/hilfe"):
        assert outsider.get(path).status_code == 200


@pytest.mark.parametrize("word", ["", "a" * 26, "A" * 26, "ä" * 26, "x" * 3000, "staff", "%00", "0", "../../etc"])
def test_no_guessed_word_opens_the_trial(trial: tuple[MadeTown, str], word: str) -> None:
    town, _ = trial
    visitor = a_visitor(town)
    assert visitor.get(f"/probe/{word}").status_code in (400, 404)
    assert "maerker_probe" not in visitor.cookies()
    visitor.client.set_cookie("maerker_probe", word, domain=town.host)
    assert visitor.get("/").status_code == 404


def test_the_pass_is_bound_to_its_town_and_to_the_trial() -> None:
    a, b = a_trial(), a_trial()
    assert pass_of(a) != pass_of(b)
    visitor = a_visitor(b)
    assert visitor.get(f"/probe/{pass_of(a)}").status_code == 404
    joining = a_tenant(state=TenantState.joining)
    early = a_visitor(joining)
    assert early.get(f"/probe/{pass_of(joining)}").status_code == 404
    early.client.set_cookie("maerker_probe", pass_of(joining), domain=joining.host)
    assert early.get("/").status_code == 404


def test_a_stranger_cannot_report_into_a_trial(trial: tuple[MadeTown, str]) -> None:
    town, _ = trial
    stranger = a_visitor(town)
    stranger.get("/anmelden")
    for path in ("/hinweise/neu", "/hinweise/neu/anliegen", "/hinweise/neu/pruefen"):
        assert stranger.post(path, {"street": "Bahnhofstraße"}).status_code == 404
    with Here.world.scope(town.tenant_id):
        assert session().execute(text("SELECT count(*) FROM report_drafts")).scalar_one() == 0


def test_the_desk_of_a_live_town_and_its_numbers_are_apart_from_the_trial(town: MadeTown) -> None:
    assert not a_report(town).startswith("P")


@pytest.mark.parametrize("table", TRIAL_TABLES)
@pytest.mark.parametrize("role", ["console", "joining", "relay"])
def test_no_other_role_of_the_database_reads_a_trial(trial: tuple[MadeTown, str], table: str, role: str) -> None:
    with Here.world.engine(role).connect() as connection:
        announce(connection, trial[0].tenant_id)
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(f"SELECT * FROM {table}"))


@pytest.mark.parametrize("table", TRIAL_TABLES)
def test_the_web_role_sees_a_trial_in_its_own_scope_alone(trial: tuple[MadeTown, str], table: str) -> None:
    town, other = trial[0], a_trial()
    with Here.world.scope(town.tenant_id):
        session().execute(text("INSERT INTO trial_passes (version, renewed_at) VALUES (1, now())"))
    for scope, seen in ((town.tenant_id, 1), (other.tenant_id, 0), (None, 0)):
        with Here.world.engine("tenants").connect() as connection:
            if scope is not None:
                announce(connection, scope)
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == seen
            connection.rollback()


def test_nothing_of_a_trial_stands_among_publications(trial: tuple[MadeTown, str]) -> None:
    with Here.world.engine("relay").connect() as connection:
        rows = connection.execute(
            text("SELECT count(*) FROM publications WHERE tenant_id = :town OR number LIKE 'P%'"),
            {"town": trial[0].tenant_id},
        ).scalar_one()
    assert rows == 0
