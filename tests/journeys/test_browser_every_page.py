"""Every page in Chromium: axe finds nothing, nothing is fetched elsewhere, nothing scrolls sideways, focus is seen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import (
    Watched,
    chromium_at,
    screenshot,
    served,
    shows_focus,
    watched,
)
from tests.journeys.every_page import Shown
from tests.journeys.page_groups import GROUPS, pages_of
from tests.makers import a_published_report, a_tenant, a_visitor, an_editor
from tests.makers_joining import admitted, file_id_of
from tests.makers_operators import an_operator
from tests.world import BASE, Visitor, World

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("every page")]

Look = tuple[int, Literal["light", "dark"]]
WIDE, PHONE, NARROW = 1280, 360, 320
LOOKS: tuple[Look, ...] = ((WIDE, "light"), (NARROW, "dark"))
AXE = Axe().axe_script
LOOK = """async () => {
  const root = document.documentElement;
  const violations = (await axe.run(document, { resultTypes: ['violations'] })).violations.map((found) =>
    `${found.id}: ${found.help} at ${found.nodes.slice(0, 5).map((node) => node.target.join(' ')).join(', ')}`);
  const outside = (item) => item.getBoundingClientRect().right > root.clientWidth + 1;
  const widest = [...document.querySelectorAll('main *, header *, footer *')].filter(outside).slice(0, 3);
  return root.scrollWidth <= root.clientWidth ? violations : [
    ...violations, `scrolls sideways: ${widest.map((item) => `${item.tagName}.${item.className}`).join(', ')}`];
}"""

PARTS = """[document.title, document.documentElement.lang,
  ...['h1', 'main', '[data-map], [data-picker-map]'].map((name) => document.querySelectorAll(name).length)]"""


@dataclass
class Replay:
    """The platform, but the page that is being looked at is what its visitor was shown, with its headers."""

    application: Any
    shown: Shown | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        asked = f"http://{environ['HTTP_HOST']}{environ['REQUEST_URI']}"
        if self.shown is None or asked != self.shown.url:
            return self.application(environ, start_response)
        answer = self.shown.answer
        kept = [(name, value) for name, value in answer.headers.items() if name not in ("Set-Cookie", "Date")]
        start_response(answer.status, kept)
        return [answer.data]


@pytest.fixture(scope="module")
def stage(world: World) -> Iterator[tuple[Browser, Replay]]:
    replay = Replay(world.platform)
    with served(replay) as port, chromium_at(port) as browser:
        yield browser, replay


@pytest.mark.parametrize("group", GROUPS)
def test_every_page(stage: tuple[Browser, Replay], group: str) -> None:
    """Each page is shown once, wide and narrow, by day and by night; all that is wrong is told at the end."""
    chrome, replay = stage
    faults: list[str] = []
    window, visitor = _window(chrome), None
    for page, looks in zip(pages_of(group), cycle((LOOKS, LOOKS[::-1])), strict=False):
        if visitor not in (None, page.visitor):
            _forget(window)
        visitor, window.host, replay.shown = page.visitor, page.visitor.host, page
        _hand_cookies(window, page.visitor)
        window.page.goto(page.url)
        faults += [f"{page.name}: {fault}" for fault in _as_text(window.page, page)]
        faults += [f"{page.name}: {fault}" for fault in _seen(window.page, page, looks)]
        faults += [f"{page.name}: {fault}" for fault in window.faults]
        window.faults.clear()
    replay.shown = None
    window.page.context.close()
    assert faults == [], "\n".join(faults)


def _window(chrome: Browser, visitor: Visitor | None = None) -> Watched:
    context = chrome.new_context(locale="de-DE", viewport={"width": WIDE, "height": 800}, reduced_motion="reduce")
    context.add_init_script(AXE)
    window = watched(context, visitor.host if visitor else BASE)
    if visitor:
        _hand_cookies(window, visitor)
    return window


def _forget(window: Watched) -> None:
    """Somebody else sits down: what the browser kept of the one before is gone."""
    window.page.evaluate("localStorage.clear(), sessionStorage.clear()")
    window.page.context.clear_cookies()


def _hand_cookies(window: Watched, visitor: Visitor) -> None:
    """So that pictures of the own form and of the desk are there."""
    window.page.context.add_cookies([
        {"name": name, "value": value, "domain": visitor.host, "path": "/"}
        for name, value in visitor.cookies().items()
    ])


def _wait_for_maps(page: Page) -> None:
    for area in page.locator("[data-map], [data-picker-map]").all():
        expect(area.locator("path").first).to_be_attached()


def _as_text(page: Page, shown: Shown) -> Iterator[str]:
    title, language, headings, mains, maps = page.evaluate(PARTS)
    if maps:
        _wait_for_maps(page)
    if not title.endswith(shown.ends) or len(title) == len(shown.ends):
        yield f"the title {title!r} does not end with {shown.ends!r}"
    if headings != 1:
        yield f"{headings} headings of the first level"
    if language != "de":
        yield "the language is not named"
    if mains != 1:
        yield "not one main part"


def _seen(page: Page, shown: Shown, looks: tuple[Look, ...]) -> Iterator[str]:
    """At the desk by day, as narrow as a page may become by night: all rules both times.

    Every second page is opened narrow and by night, as the one before it was left.
    """
    picture = f"page-{re.sub(r'[^a-z0-9]+', '-', shown.name)}"
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        for fault in page.evaluate(LOOK):
            yield f"{width} {scheme}: {fault}"
        screenshot(page, f"{picture}-{width}-{scheme}")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_focus_is_seen_wherever_tab_leads(stage: tuple[Browser, Replay], width: int) -> None:
    chrome, _ = stage
    town = a_tenant()
    number = a_published_report(town)
    reader, editor, person = a_visitor(town), an_editor(town), admitted()
    file = f"/akten/{file_id_of(person)}"
    places: dict[Visitor, tuple[str, ...]] = {
        reader: ("/", "/hinweise/", "/hinweise/karte", f"/hinweise/{number}", "/hinweise/neu", "/anmelden"),
        editor: ("/redaktion/", f"/redaktion/{number}", f"/redaktion/{number}/answer"),
        person.visitor: ("/akte", "/akte/angaben"), an_operator(): ("/", file, f"{file}/start", "/kommunen/neu"),
    }
    unseen = []
    for visitor, paths in places.items():
        window = _window(chrome, visitor)
        window.page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            window.open(path)
            _wait_for_maps(window.page)
            unseen += [f"{path}: {what}" for what in _without_focus(window.page)]
        window.page.context.close()
    assert unseen == []


def _without_focus(page: Page) -> Iterator[str]:
    """Tab through the whole page, until the browser's own bar comes or the first element comes again."""
    met: set[str] = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const at = document.activeElement;
              if (at === document.body || at.dataset.met) return '';
              at.dataset.met = '1';
              return at.outerHTML.slice(0, 120);
            }"""
        )
        if not at:
            break
        met.add(at)
        if not shows_focus(page):
            yield at
    assert len(met) > 5, "Tab does not lead through the page"
