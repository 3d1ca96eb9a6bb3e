"""Cookies and forms under attack: planted, guessed, replayed at another application, sent from elsewhere."""

import re
from datetime import timedelta

import pytest
import time_machine

from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.identity import passwords
from onboarding.operators.actions import disable_operator
from tests.makers import PASSWORD, Here, MadeTown, a_published_report, a_report, a_visitor, code_of, signed_in
from tests.makers_operators import OperatorVisitor, an_account, an_operator
from tests.security.test_nonsense import raw
from tests.tenants.portal.filled_form import fill_all, fill_matter, fill_place
from tests.world import BASE, Visitor

CONSOLE = f"betrieb.{BASE}"


OPERATORS: dict[str, OperatorVisitor] = {}


@pytest.fixture(scope="module")
def operator(world: object) -> str:
    OPERATORS["wache"] = an_account(username="wache")
    return "wache"


def at_console(operator: str) -> Visitor:
    """A browser in which this person has signed in with both factors."""
    return OPERATORS[operator].enter()


def carry(source: Visitor, host: str) -> Visitor:
    """A browser at another host with the same cookies, as a thief would make it."""
    thief = Visitor(Here.world.platform, host)
    for name, value in source.cookies().items():
        thief.client.set_cookie(name, value, domain=host)
    return thief


def test_an_operator_is_nobody_at_a_town_and_the_staff_nobody_at_the_console(operator: str, town: MadeTown) -> None:
    olga = at_console(operator)
    assert olga.get("/").status_code == 200
    for path in ("/redaktion/", "/redaktion/alle", "/redaktion/stil"):
        assert carry(olga, town.host).get(path).status_code == 303, path
    for username in ("admin", "redaktion"):
        answer = carry(signed_in(town, username), CONSOLE).get("/")
        assert answer.status_code == 303
        assert town.slug not in answer.text
    assert Visitor(Here.world.platform, town.host).sign_in(operator, PASSWORD).status_code == 422
    assert Visitor(Here.world.platform, CONSOLE).sign_in("admin", PASSWORD).status_code == 422


def test_no_address_of_a_town_or_of_the_console_is_at_the_bare_host(operator: str) -> None:
    bare = carry(at_console(operator), BASE)
    for path in ("/redaktion/", "/anmelden", "/abmelden", "/hinweise/", "/verfolgen/x"):
        assert bare.get(path).status_code == 404, path


def test_a_closed_operator_account_is_out_at_once(operator: str) -> None:
    leaving = an_operator("support")
    assert leaving.get("/").status_code == 200
    with Here.world.no_scope("console"):
        disable_operator(leaving.account_id, by=SYSTEM, at=now())
    assert leaving.get("/").status_code == 303


def test_a_form_token_of_the_console_is_worth_nothing_at_a_town_though_the_cookie_is_the_same(town: MadeTown) -> None:
    one = Visitor(Here.world.platform, CONSOLE)
    one.get("/anmelden")
    other = carry(one, town.host)
    assert other.post("/verfolgen/", {"csrf_token": one.token, "code": "abc"}).status_code == 422
    other.get("/verfolgen/")
    assert other.token != one.token
    assert other.post("/verfolgen/", {"code": "abc"}).status_code == 303


def test_signing_in_never_keeps_a_planted_session(town: MadeTown) -> None:
    planted = "planted-by-an-attacker-" + "a" * 30
    victim = a_visitor(town)
    victim.client.set_cookie("maerker_session", planted, domain=town.host)
    assert victim.sign_in("redaktion", PASSWORD).status_code == 303
    assert victim.cookies()["maerker_session"] != planted
    attacker = a_visitor(town)
    attacker.client.set_cookie("maerker_session", planted, domain=town.host)
    assert attacker.get("/redaktion/").status_code == 303


def secure_visitor(town: MadeTown) -> Visitor:
    visitor = Visitor(Here.world.platform_with(public_scheme="https", public_port=443), town.host)
    visitor.base_url = f"https://{town.host}"
    return visitor


@pytest.mark.parametrize("name", ["maerker_form", "maerker_session", "maerker_sprache"])
@pytest.mark.parametrize("spelt", [
    "{}", "\u2000__Host-{}", "__host-{}", "__Secure-{}", "\xa0__Host-{}", "x=1, __Host-{}", "x=1 __Host-{}",
])
def test_with_https_no_cookie_that_a_sister_can_plant_is_read(town: MadeTown, name: str, spelt: str) -> None:
    """A browser lets nobody plant `__Host-...` for another host; every other spelling must be another name here."""
    cookie = spelt.format(name).encode().decode("latin-1") + "=" + ("en" if name == "maerker_sprache" else "a" * 43)
    answer = raw(secure_visitor(town), "/anmelden", HTTP_COOKIE=cookie)
    assert "__Host-maerker_form=" in answer.headers.get("Set-Cookie", ""), "The planted one was taken for our own."
    assert '<html lang="de"' in answer.text


def test_with_https_a_planted_draft_cookie_opens_no_draft_of_the_victim(town: MadeTown) -> None:
    """The attack: plant a known cookie, let the victim type, then read with the same cookie."""
    known = "k" * 43
    platform = Here.world.platform_with(public_scheme="https", public_port=443)
    victim = Visitor(platform, town.host)
    victim.base_url = f"https://{town.host}"
    victim.client.set_cookie("maerker_form", known, domain=town.host)
    fill_place(victim)
    fill_matter(victim, description="Nur für die Verwaltung bestimmt")
    spy = Visitor(platform, town.host)
    spy.base_url = victim.base_url
    spy.client.set_cookie("maerker_form", known, domain=town.host)
    assert spy.get("/hinweise/neu/anliegen").status_code == 303
    assert victim.cookies()["__Host-maerker_form"] != known


def test_a_draft_is_found_by_its_whole_cookie_alone(town: MadeTown) -> None:
    victim = a_visitor(town)
    fill_all(victim)
    value = victim.cookies()["maerker_form"]
    for guess in (value[:-1], value + "a", value.swapcase(), "%", "*", "' OR '1'='1", value[::-1]):
        spy = a_visitor(town)
        spy.client.set_cookie("maerker_form", guess, domain=town.host)
        for path in ("anliegen", "fotos", "kontakt", "pruefen", "danke"):
            assert "karin.melder" not in spy.get(f"/hinweise/neu/{path}").text


@pytest.mark.parametrize("headers", [
    {"Origin": "https://boese.example"}, {"Origin": "http://boese.example:80"}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://[x"}, {"Origin": "http://{host}.boese.example"},
    {"Origin": "http://boese.example/{host}"}, {"Origin": "http://{host}@boese.example"}, {"Origin": "http://x{host}"},
])
def test_words_that_another_site_sends_are_shown_on_no_page_of_ours(town: MadeTown, headers: dict[str, str]) -> None:
    """A sister subdomain's page posts with the editor's cookies: her words must not stand one click before a button."""
    number = a_published_report(town)
    editor = signed_in(town)
    editor.get(f"/redaktion/{number}/answer")
    sent = {name: value.replace("{host}", town.host) for name, value in headers.items()}
    lie = "Untergeschobener Text"
    words = {"public_text": lie, "version": "2", "again": "1", "description": lie, "name": lie, "code": lie}
    for path in (f"/redaktion/{number}/answer", "/hinweise/neu/anliegen", "/hinweise/neu/kontakt", "/verfolgen/"):
        for fields in (words, words | {"csrf_token": ""}):
            answer = editor.post(path, fields, headers=sent)
            assert answer.status_code == 400, path
            assert "Untergeschobener" not in answer.text


def test_a_form_of_a_page_that_passes_on_no_address_goes_through(town: MadeTown) -> None:
    """Browsers send `Origin: null` from a page with no-referrer, which all pages below /verfolgen/ are."""
    number = a_report(town, lat=None, lon=None)
    visitor = a_visitor(town)
    own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    visitor.get("/verfolgen/")
    assert visitor.post("/verfolgen/", {"code": "abc"}, headers=own).status_code == 303
    code = code_of(town, number)
    visitor.get(f"/verfolgen/{code}")
    point = {"lat": str(town.lat), "lon": str(town.lon)}
    for headers, status in ((own | {"Sec-Fetch-Site": "cross-site"}, 400), ({"Origin": "null"}, 422), (own, 303)):
        assert visitor.post(f"/verfolgen/{code}/punkt", point, headers=headers).status_code == status


def test_the_tokens_of_two_visitors_differ_and_none_fits_the_other(town: MadeTown) -> None:
    one, other = a_visitor(town), a_visitor(town)
    one.get("/verfolgen/")
    other.get("/verfolgen/")
    assert one.token != other.token
    assert other.post("/verfolgen/", {"csrf_token": one.token, "code": "abc"}).status_code == 422


def test_a_token_made_before_signing_in_is_worth_nothing_after_it(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.get("/anmelden")
    before = visitor.token
    visitor.post("/anmelden", {"username": "redaktion", "password": PASSWORD})
    assert visitor.post("/abmelden", {"csrf_token": before}).status_code == 400


@pytest.mark.parametrize("target", [
    "//boese.example", "/\\boese.example", "\\\\boese.example", "https:boese.example", "/%0d%0aSet-Cookie:x=1",
    "/\r\nSet-Cookie: x=1", "/\u2028/boese.example", "///boese.example", "/.//boese.example", "data:text/html,x",
    " //boese.example", "/\t/boese.example", "//boese.example\\@" + BASE, "http://[::1", "//[", "/\x00",
])
def test_no_target_leads_elsewhere(town: MadeTown, operator: str, target: str) -> None:
    """Judged as a browser reads a Location: resolved against the page, backslash as slash, tabs and breaks dropped."""
    from urllib.parse import quote, urljoin, urlsplit

    staff = signed_in(town)
    for visitor, path in ((staff, "/anmelden"), (staff, "/sprache/en"), (at_console(operator), "/anmelden")):
        answer = visitor.get(f"{path}?weiter={quote(target)}")
        location = answer.headers["Location"]
        seen = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
        assert urlsplit(urljoin(visitor.base_url + path, seen)).netloc == visitor.host, location
        assert "Set-Cookie" not in location.replace("%0D%0ASet-Cookie", "").replace("%0d%0aSet-Cookie", "")


@pytest.mark.parametrize("spelt", ["red\x00aktion", "REDAKTION", " redaktion ", "\x00redaktion\x00", "Redaktion\t"])
def test_no_spelling_of_a_name_escapes_its_counter(town: MadeTown, spelt: str) -> None:
    platform = Here.world.platform_with(rate_logins=2)
    guesser = a_visitor(town, platform=platform, address="198.51.100.77")
    for name in ("redaktion", spelt):
        assert guesser.sign_in(name, "geraten und falsch").status_code == 422
    assert guesser.sign_in("redaktion", PASSWORD).status_code == 429
    assert guesser.sign_in(spelt, PASSWORD).status_code == 429


def test_the_throttle_says_the_same_for_names_there_are_and_names_there_are_not(town: MadeTown) -> None:
    pages = []
    for n, name in enumerate(("redaktion", "niemand42")):
        platform = Here.world.platform_with(rate_logins=2)
        guesser = a_visitor(town, platform=platform, address=f"198.51.100.{90 + n}")
        answers = [guesser.sign_in(name, "geraten und falsch") for _ in range(3)]
        tidy = re.sub(r"[0-9a-f]{64}", "", answers[-1].text.replace(f'value="{name}"', ""))
        pages.append((*(answer.status_code for answer in answers), answers[-1].headers["Retry-After"], tidy))
    assert pages[0] == pages[1]
    assert pages[0][:3] == (422, 422, 429)


def test_a_refused_sign_in_at_the_console_costs_one_computation_whoever_is_meant(
    operator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = []
    real = passwords._hasher

    class Counting:
        def verify(self, kept: str, given: str) -> bool:
            computed.append(given)
            return real.verify(kept, given)

        hash = real.hash

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for name in (operator, "niemand", ""):
        computed.clear()
        assert Visitor(Here.world.platform, CONSOLE).sign_in(name, "geraten und falsch").status_code == 422
        assert len(computed) == 1


def test_a_kept_cookie_of_a_sent_form_ends_with_its_day(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    assert visitor.post("/hinweise/neu/pruefen", {
        "submission": re.search(r'name="submission" value="([^"]+)"', visitor.last.text).group(1),  # type: ignore
    }).status_code == 303
    assert "verfolgen" in visitor.get("/hinweise/neu/danke").text
    from tenants.reports.drafts import erase_old_drafts
    from tests.tenants.portal.filled_form import as_eraser

    with as_eraser(town):
        erase_old_drafts(now() + timedelta(hours=25))
    assert visitor.get("/hinweise/neu/danke").status_code == 303


def test_looking_at_a_page_keeps_no_session_alive_beyond_its_end(town: MadeTown) -> None:
    editor = signed_in(town)
    start = now()
    for hours in (1.5, 3, 4.5, 6, 7.5, 9, 10.5, 11.9):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            assert editor.get("/redaktion/").status_code == 200, hours
    with time_machine.travel(start + timedelta(hours=12, minutes=1), tick=False):
        assert editor.get("/redaktion/").status_code == 303
