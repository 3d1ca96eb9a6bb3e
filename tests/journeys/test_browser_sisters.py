"""A sister subdomain under the same real parent domain attacks a town: in Chromium, with the cookies it really sends.

SameSite does not part sisters: a page at boese.example.test that posts to the town carries the editor's cookies.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.wrappers import Request, Response

from maerker.database.base import session
from tenants.registry.models import TenantHost
from tests.journeys.browser import Watched, chromium_at, served, watched
from tests.makers import Here, MadeTown, a_report, a_visitor, report_row
from tests.tenants.portal.filled_form import WORDS, drafts_of, number_of_reports
from tests.world import BASE, World

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser story")]

SISTER = f"boese.{BASE}"
SECURE_BASE = "maerker.localhost"
PLANTED = "x" * 43


@dataclass
class Sister:
    """The attacker's host beside the platform: shows the page and sets the cookies that a test gives it."""

    platform: Any
    secure: Any
    page: str = ""
    cookies: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["HTTP_HOST"].partition(":")[0].startswith("boese."):
            answer = Response(self.page, mimetype="text/html")
            for cookie in self.cookies:
                answer.headers.add("Set-Cookie", cookie)
            return answer(environ, start_response)
        request = Request(environ)
        if request.method == "POST":
            signed_in = "maerker_session" in request.headers.get("Cookie", "")
            self.sent.append(f"{request.headers.get('Origin')} {signed_in}")
        secure = environ["HTTP_HOST"].endswith(SECURE_BASE)
        return (self.secure if secure else self.platform)(environ, start_response)


@pytest.fixture(scope="module")
def stage(world: World) -> Iterator[tuple[Browser, Sister]]:
    secure = world.platform_with(public_scheme="https", public_port=443, base_host=SECURE_BASE)
    sister = Sister(world.platform, secure)
    with served(sister) as port, chromium_at(port, BASE, SECURE_BASE) as browser:
        yield browser, sister


@pytest.fixture
def sister(stage: tuple[Browser, Sister]) -> Sister:
    stage[1].page, stage[1].cookies, stage[1].sent = "", [], []
    return stage[1]


@pytest.fixture
def victim(stage: tuple[Browser, Sister], town: MadeTown) -> Iterator[Watched]:
    """A browser of someone who opens the town's pages and, in the same window, the attacker's."""
    window = watched(stage[0].new_context(locale="de-DE"), town.host)
    yield window
    window.page.context.close()


def lure(victim: Watched, sister: Sister, page: str) -> None:
    """The victim opens the attacker's page."""
    sister.page = f'<!DOCTYPE html><html lang="de"><title>Gewinn</title><body>{page}'
    victim.page.goto(f"http://{SISTER}/")


def a_form(address: str, fields: dict[str, str], more: str = "") -> str:
    inputs = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
    return f'<form method="post" action="{address}" {more}>{inputs}<button>Gewinn abholen</button></form>'


def version_and_release(town: MadeTown, number: str) -> tuple[int, str]:
    with Here.world.scope(town.tenant_id):
        row = report_row(number)
        return row.version, str(row.release)


@pytest.mark.parametrize("more", ["", "rel=noreferrer", "enctype=text/plain"])
def test_a_forged_form_publishes_nothing(victim: Watched, sister: Sister, town: MadeTown, more: str) -> None:
    number = a_report(town)
    victim.sign_in()
    before = version_and_release(town, number)
    sister.sent.clear()
    lure(victim, sister, a_form(f"http://{town.host}/redaktion/{number}/publish", {"version": "1"}, more))
    victim.page.get_by_role("button").click()
    expect(victim.page.get_by_role("heading", level=1)).to_contain_text("noch einmal")
    assert [line.endswith("True") for line in sister.sent] == [True], "the editor's cookie was not sent: no attack"
    assert version_and_release(town, number) == before


def test_a_forged_form_in_a_frame_without_an_origin_publishes_nothing(
    victim: Watched, sister: Sister, town: MadeTown
) -> None:
    """A sandboxed frame is a stranger to every site: its origin is `null`, and the editor's cookie stays away."""
    number = a_report(town)
    victim.sign_in()
    before = version_and_release(town, number)
    sister.sent.clear()
    inner = a_form(f"http://{town.host}/redaktion/{number}/publish", {"version": "1"})
    lure(victim, sister, f'<iframe sandbox="allow-forms" srcdoc="{escape(inner)}"></iframe>')
    with victim.page.expect_response(lambda answer: "/publish" in answer.url) as answered:
        victim.page.frame_locator("iframe").get_by_role("button").click()
    assert answered.value.status == 403
    assert sister.sent == ["null False"]
    assert version_and_release(town, number) == before


@pytest.mark.parametrize("mode", ["no-cors", "cors"])
def test_a_forged_fetch_changes_nothing_and_reads_nothing(
    victim: Watched, sister: Sister, town: MadeTown, mode: str
) -> None:
    number = a_report(town)
    victim.sign_in()
    before = version_and_release(town, number)
    sister.sent.clear()
    lure(victim, sister, "")
    told = victim.page.evaluate(
        """async ([address, mode]) => {
          const told = [];
          for (const method of ['POST', 'GET']) {
            const body = method === 'POST' ? new URLSearchParams({ version: '1' }) : undefined;
            try {
              const answer = await fetch(address, { method, body, mode, credentials: 'include' });
              told.push(answer.type + (await answer.text()).length);
            } catch (refused) { told.push('refused'); }
          }
          return told;
        }""",
        [f"http://{town.host}/redaktion/{number}/publish", mode],
    )
    assert told == (["refused", "refused"] if mode == "cors" else ["opaque0", "opaque0"])
    assert len(sister.sent) == 1, "the request did not arrive: no attack"
    assert version_and_release(town, number) == before


def test_the_desk_is_shown_in_no_frame(victim: Watched, sister: Sister, town: MadeTown) -> None:
    victim.sign_in()
    lure(victim, sister, f'<iframe src="http://{town.host}/redaktion/"></iframe>')
    expect(victim.page.frame_locator("iframe").get_by_role("heading", name="Posteingang")).to_have_count(0)
    assert any("frame-ancestors" in fault for fault in victim.faults)


def test_nobody_is_signed_in_by_a_forged_form(victim: Watched, sister: Sister, town: MadeTown) -> None:
    """Else the victim would write at the desk in the attacker's name."""
    fields = {"username": "rat", "password": "drei graue Kraniche am Ufer", "weiter": "/redaktion/"}
    lure(victim, sister, a_form(f"http://{town.host}/anmelden", fields))
    victim.page.get_by_role("button").click()
    expect(victim.page.get_by_role("heading", level=1)).to_contain_text("noch einmal")
    assert _cookie(victim.page, town.host, "maerker_session") == ""


def test_a_planted_form_cookie_with_its_own_token_sends_no_form(
    victim: Watched, sister: Sister, town: MadeTown
) -> None:
    """The attacker knows the token to the cookie that they plant; where the form comes from is asked all the same."""
    attacker = a_visitor(town)
    attacker.client.set_cookie("maerker_form", PLANTED, domain=town.host)
    attacker.get("/hinweise/neu")
    sister.cookies = [f"maerker_form={PLANTED}; Domain={BASE}; Path=/"]
    lure(victim, sister, a_form(f"http://{town.host}/hinweise/neu", {**WORDS, "csrf_token": attacker.token}))
    assert _cookie(victim.page, town.host, "maerker_form") == PLANTED
    victim.page.get_by_role("button").click()
    expect(victim.page.get_by_role("heading", level=1)).to_contain_text("noch einmal")
    assert drafts_of(town) == []
    assert number_of_reports(town) == 0


def at_a_secure_host(town: MadeTown) -> MadeTown:
    """The town at a host where Chromium keeps Secure cookies without a certificate, on a platform set to https."""
    host = f"{town.slug}.{SECURE_BASE}"
    with Here.world.no_scope("console"):
        session().add(TenantHost(host=host, tenant_id=town.tenant_id))
    return replace(town, host=host)


def test_with_https_the_browser_lets_no_sister_plant_our_cookies(
    stage: tuple[Browser, Sister], sister: Sister, town: MadeTown
) -> None:
    """Without the prefix of their names a known draft cookie would let the attacker read along what is typed."""
    town = at_a_secure_host(town)
    victim = watched(stage[0].new_context(locale="de-DE"), town.host)
    known = "maerker_form", "maerker_session"
    sister.cookies = [
        cookie for name in known for cookie in (
            f"{name}={PLANTED}; Domain={SECURE_BASE}; Path=/",
            f"__Host-{name}={PLANTED}; Domain={SECURE_BASE}; Path=/; Secure",
            f"__Host-{name}={PLANTED}; Path=/; Secure",
        )
    ]
    victim.page.goto(f"http://boese.{SECURE_BASE}/")
    victim.open("/hinweise/neu")
    form, session_cookie = (_cookie(victim.page, town.host, f"__Host-{name}") for name in known)
    assert len(form) >= 40
    assert PLANTED not in (form, session_cookie)
    victim.page.get_by_label("Straße", exact=True).fill("Bahnhofstraße")
    victim.page.get_by_label("Ortsteil", exact=True).select_option("Sandow")
    victim.page.get_by_role("button", name="Weiter", exact=True).last.click()
    expect(victim.page.get_by_role("heading", level=1)).to_have_text("Worum geht es?")
    victim.sign_in()
    assert _cookie(victim.page, town.host, "__Host-maerker_session") not in ("", PLANTED)
    victim.page.context.close()


def _cookie(page: Page, host: str, name: str) -> str:
    found = [item for item in page.context.cookies(f"http://{host}/") if item.get("name") == name]
    return found[0].get("value", "") if found else ""
