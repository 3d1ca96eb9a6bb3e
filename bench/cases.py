"""What is measured: each case with the requests that make it, its ceiling, and the aim of the comparison."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from werkzeug.test import Client

from bench.load import request_bytes
from bench.visits import FORM_COOKIE, PHOTOS, SEND, FilledForms, a_photo, filled_form, sign_in
from bench.world import SIDE, SOUTH, WEST, BusyTown
from maerker.settings import Settings
from wsgi import Platform

KEPT, FRESH = "kept", "fresh"  # the two servers of the product: with its page cache and without
MOST_PINS = 2_000
FEWER_PINS = 500
DIFFERENT_REPORTS = 40


@dataclass(frozen=True, kw_only=True)
class Case:
    """One comparison. `requests(n)` makes the requests, at least n if each may be sent only `once`.

    `ready(client)` prepares one request in this process; the call that it returns sends it and gives its status.
    """

    name: str
    server: str
    requests: Callable[[int], Sequence[bytes]]
    ceiling: Sequence[bytes]
    ceiling_says: str
    expected: int = 200
    once: bool = False
    passes: int = 0  # over all requests before the measurement begins
    aim: float | None = None
    most_statements: int | None = None
    ready: Callable[[Client], Callable[[], int]] = field(repr=False, default=lambda _: lambda: 0)


@dataclass(frozen=True)
class Page:
    """A page whose template (or data) is a ceiling: what the ceilings' server takes from it."""

    name: str
    path: str
    kind: str = "template"
    cookie: str = ""


class Scene:
    """One database, ready to be measured: who is signed in, which reports and forms there are."""

    def __init__(self, platform: Platform, settings: Settings, admin_url: str, town: BusyTown) -> None:
        self.platform = platform
        self.town = town
        self.cookie = sign_in(platform, town)
        photos = [a_photo(n) for n in range(PHOTOS)]
        with psycopg.connect(admin_url) as database:  # forms left unsent by a size before fill the room for photos
            database.execute("DELETE FROM report_drafts")
        filled = {number: filled_form(platform, town, photos=photos[:number]) for number in (0, PHOTOS)}
        self.forms = {
            number: FilledForms(settings, admin_url, town, browser.cookie(FORM_COOKIE), browser.seen)
            for number, browser in filled.items()
        }
        with psycopg.connect(admin_url) as database:
            self._numbers = _answered_reports(database, town)
            self._waiting = _reports_at_desk(database, town)
            self._other_hosts = [row[0] for row in database.execute(
                "SELECT host FROM tenant_hosts WHERE host <> %s ORDER BY host", [town.host]
            )]
            pins = database.execute(
                "SELECT count(*) FROM publications WHERE tenant_id = %s AND lat IS NOT NULL", [town.tenant_id]
            ).fetchone()
        self._pins = int(pins[0]) if pins else 0

    def pages(self) -> list[Page]:
        """The pages that the ceilings render from a dict."""
        return [
            Page("start", "/"), Page("list", "/hinweise/"), Page("report", f"/hinweise/{self._numbers[0]}"),
            Page("inbox", "/redaktion/", cookie=self.cookie),
            Page("desk", f"/redaktion/{self._waiting[0]}", cookie=self.cookie),
            *(Page(f"map-{pins}", self._map(pins), kind="json") for pins in self._maps()),
        ]

    def cases(self) -> list[Case]:
        """In the order of measuring: what leaves background work behind comes last."""
        start, reports = ["/"], ["/hinweise/"]
        single = [f"/hinweise/{number}" for number in self._numbers]
        desk = [f"/redaktion/{number}" for number in self._waiting]
        cases = [
            self._kept("portal page, kept", start), self._kept("list, kept", reports),
            self._kept("report page, kept", single),
            self._fresh("portal page", start, "start", aim=0.6), self._fresh("list", reports, "list", aim=0.6),
            self._fresh("report page", single, "report", aim=0.6), self._every_town(),
            *(
                self._fresh(f"map, {pins} pins", [self._map(pins)], f"map-{pins}", says="the same JSON from a dict")
                for pins in self._maps()
            ),
            self._fresh("inbox, 50 rows", ["/redaktion/"], "inbox", cookie=self.cookie, most_statements=8),
            self._fresh("report at the desk", desk, "desk", cookie=self.cookie, most_statements=8),
        ]
        return [*cases, self._sending("submission", 0), self._sending("submission, 3 photos", PHOTOS)]

    def _every_town(self) -> Case:
        """The start pages of all other towns in turn: what a process keeps of a town is of little use here."""
        requests = [request_bytes("GET", "/", host) for host in self._other_hosts]
        return Case(
            name="portal pages of all towns", server=FRESH, requests=lambda _: requests, passes=8,
            ceiling=[self._ceiling("start")], ceiling_says="template from a dict",
            ready=lambda client: lambda: client.get("/", base_url=f"http://{self._other_hosts[0]}").status_code,
        )

    def _maps(self) -> list[int]:
        return [pins for pins in (FEWER_PINS, MOST_PINS) if pins <= self._pins]

    def _map(self, pins: int) -> str:
        """A box around the middle of the town that holds about so many pins."""
        side = SIDE * min(1.0, (pins * 1.02 / self._pins) ** 0.5)
        west, south = WEST + (SIDE - side) / 2, SOUTH + (SIDE - side) / 2
        return f"/hinweise.geojson?bbox={west:.5f},{south:.5f},{west + side:.5f},{south + side:.5f}"

    def _kept(self, name: str, paths: Sequence[str]) -> Case:
        requests = [request_bytes("GET", path, self.town.host) for path in paths]
        return Case(
            name=name, server=KEPT, requests=lambda _: requests, ceiling=[self._ceiling("hello")],
            ceiling_says="bare hello", aim=0.5,
        )

    def _fresh(
        self, name: str, paths: Sequence[str], page: str, *, says: str = "template from a dict", cookie: str = "",
        aim: float | None = None, most_statements: int | None = None,
    ) -> Case:
        requests = [request_bytes("GET", path, self.town.host, cookie=cookie) for path in paths]

        def ready(client: Client) -> Callable[[], int]:
            headers = {"Cookie": cookie} if cookie else {}
            return lambda: client.get(paths[0], base_url=f"http://{self.town.host}", headers=headers).status_code

        return Case(
            name=name, server=FRESH, requests=lambda _: requests, ceiling=[self._ceiling(page)], ceiling_says=says,
            aim=aim, most_statements=most_statements, ready=ready,
        )

    def _sending(self, name: str, photos: int) -> Case:
        forms = self.forms[photos]
        insert = forms.requests(1)[0].replace(f"POST {SEND} ".encode(), b"POST /ceiling/insert ")

        def ready(client: Client) -> Callable[[], int]:
            head, _, body = forms.requests(1)[0].partition(b"\r\n\r\n")
            headers = [tuple(line.decode().split(": ", 1)) for line in head.split(b"\r\n")[1:]]
            kept = {name: value for name, value in headers if name in ("Cookie", "Origin", "Content-Type")}
            return lambda: client.post(SEND, base_url=f"http://{self.town.host}", data=body, headers=kept).status_code

        return Case(
            name=name, server=FRESH, requests=forms.requests, ceiling=[insert], ceiling_says="one INSERT with commit",
            expected=303, once=True, aim=0.3, most_statements=8, ready=ready,
        )

    def _ceiling(self, name: str) -> bytes:
        return request_bytes("GET", f"/ceiling/{name}", self.town.host, cookie=self.cookie)


def _answered_reports(database: "psycopg.Connection[Any]", town: BusyTown) -> list[str]:
    """Numbers of done public reports with a photo and two answers, the newest."""
    rows = database.execute(
        "SELECT number FROM publications WHERE tenant_id = %s AND state = 'done' AND photos <> '[]'"
        " ORDER BY received_at DESC LIMIT %s", [town.tenant_id, DIFFERENT_REPORTS],
    )
    return [row[0] for row in rows]


def _reports_at_desk(database: "psycopg.Connection[Any]", town: BusyTown) -> list[str]:
    """Numbers of open reports in work, with contact and history."""
    rows = database.execute(
        "SELECT number FROM reports WHERE tenant_id = %s AND state = 'in_progress' AND closed_at IS NULL"
        " AND release = 'published' ORDER BY id DESC LIMIT %s", [town.tenant_id, DIFFERENT_REPORTS],
    )
    return [row[0] for row in rows]
