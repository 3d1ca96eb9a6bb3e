"""The platform in a real browser: served over HTTP on loopback, seen by Chromium at its real host names.

`*.example.test` is a real parent domain with sister subdomains, as in production and unlike `*.localhost`;
Chromium is told that all of it lives on this machine, so addresses carry no port.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from maerker.embedded.browser import chromium
from tests.makers import PASSWORD
from tests.world import BASE

PATIENCE_MS = 20_000
# An error page is what a test asks for; the tests' hosts have no https, which that header needs.
_NO_FAULTS = ("the server responded with a status of", "Cross-Origin-Opener-Policy header has been ignored")
SCREENSHOTS = "MAERKER_SCREENSHOTS"
BRIEF = "--js-flags=--no-opt,--no-maglev"  # a page lives for a second: its scripts are not worth optimising
expect.set_options(timeout=PATIENCE_MS)


class _Silent(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """Nothing: what a test wants to know it reads from the browser."""


@contextmanager
def served(application: Any) -> Iterator[int]:
    """Serve it by threads on a free loopback port while this is open: the port."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Silent)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium_at(port: int, *bases: str) -> Iterator[Browser]:
    """Chromium, for which every host of the base domains is the server at this port."""
    hosts = ", ".join(f"MAP {host} 127.0.0.1:{port}" for base in bases or (BASE,) for host in (base, f"*.{base}"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", f"--host-resolver-rules={hosts}", BRIEF],
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A window whose faults are written down: console errors, refusals by the policy, requests to other hosts."""

    page: Page
    host: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", lambda request: self._on_request(request.url))
        self.page.on("response", lambda response: self._on_response(response))
        self.page.on("requestfailed", lambda request: self._on_failure(request.url, request.failure))

    def open(self, path: str) -> None:
        self.page.goto(f"http://{self.host}{path}")

    def sign_in(self, username: str = "redaktion") -> None:
        """Fill in the sign-in that is shown, or open it first."""
        if not self.page.url.partition("?")[0].endswith("/anmelden"):
            self.open("/anmelden")
        self.page.get_by_label("Benutzername").fill(username)
        self.page.get_by_label("Passwort").fill(PASSWORD)
        self.page.get_by_role("button", name="Anmelden").click()
        expect(self.page.get_by_role("button", name="Abmelden")).to_be_visible()

    def _on_console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(known in message.text for known in _NO_FAULTS):
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "about") and parts.hostname != self.host:
            self.faults.append(f"asks another host: {url}")

    def _on_response(self, response: Any) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status}: {response.url}")

    def _on_failure(self, url: str, reason: str | None) -> None:
        if reason != "net::ERR_ABORTED":  # leaving a page ends what it was loading
            self.faults.append(f"failed: {url}: {reason}")


def watched(context: BrowserContext, host: str) -> Watched:
    return Watched(context.new_page(), host)


@dataclass
class Held:
    """What a page asks for and does not get yet, as on a slow line."""

    page: Page
    address: re.Pattern[str]
    waiting: list[Route] = field(default_factory=list)

    def keep(self, route: Route) -> None:
        self.waiting.append(route)

    def let_go(self) -> None:
        for route in self.waiting:
            route.continue_()
        self.page.unroute(self.address)


def hold(page: Page, address: str) -> Held:
    """Let nothing through whose address matches this expression, until told."""
    held = Held(page, re.compile(address))
    page.route(held.address, held.keep)
    return held


def is_wider_than_the_window(page: Page) -> bool:
    """Whether one must scroll sideways. Between two pages there is a moment without any document."""
    page.wait_for_load_state("domcontentloaded")
    page.locator("body").wait_for(state="attached")
    wider: bool = page.locator("html").evaluate("root => root.scrollWidth > root.clientWidth")
    return wider


def shows_focus(page: Page) -> bool:
    """Whether the element that has the focus can be told from the same one without it."""
    visible: bool = page.evaluate(
        """() => {
          const at = document.activeElement;
          const around = [at, at.nextElementSibling, at.closest('li, article, .m-choice, .m-check')].filter(Boolean);
          const look = () => around.flatMap((item) => ['', '::before', '::after'].map((part) => {
            const style = getComputedStyle(item, part || null);
            return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor,
                    style.backgroundColor].join();
          })).join(';');
          const focused = look();
          at.blur();
          const without = look();
          at.focus();
          return focused !== without;
        }"""
    )
    return visible


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page for someone to look at, if the environment names a folder."""
    folder = os.environ.get(SCREENSHOTS)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def press_tab_until(page: Page, wanted: Locator, most: int = 60) -> int:
    """Move by Tab alone until `wanted` has the focus; how many times. Fails where the focus sticks."""
    expect(wanted).to_be_visible()
    handle = wanted.element_handle()
    for pressed in range(most):
        if handle and handle.evaluate("item => item === document.activeElement"):
            return pressed
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab did not reach {wanted} in {most} steps")
