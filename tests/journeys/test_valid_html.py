"""Every page keeps to the HTML standard, and no page is forgotten."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from maerker.embedded.html_checker import complaints_about
from tests.journeys.every_page import NO_PAGES, Shown
from tests.journeys.page_groups import every_page
from tests.makers import Here
from tests.world import BASE, World

pytestmark = pytest.mark.xdist_group("every page")  # as the browser looks at them: each is made once

RULES = Path(__file__).with_name("htmlvalidate.json")
TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?")


@pytest.fixture(scope="module")
def pages(world: World) -> list[Shown]:
    return every_page()


def test_every_page_is_valid_html(pages: list[Shown], tmp_path: Path) -> None:
    for n, page in enumerate(pages):
        (tmp_path / f"{n:03}-{re.sub(r'[^a-z0-9]+', '-', page.name)}.html").write_bytes(page.answer.data)
    assert complaints_about(tmp_path, RULES) == []


def test_every_moment_is_a_time_in_html(pages: list[Shown]) -> None:
    """The checker does not look into `datetime`."""
    moments = {found for page in pages for found in re.findall(r'datetime="([^"]*)"', page.answer.text)}
    assert moments
    assert [moment for moment in sorted(moments) if not TIME.fullmatch(moment)] == []


def test_a_refused_form_says_so_in_its_title(pages: list[Shown]) -> None:
    """Who cannot see the page hears the title first. A view says it by `errors`, `error` or `refused_now`."""
    fault = {page.name: "<title>Fehler: " in page.answer.text for page in pages}
    silent = [page.name for page in pages if page.answer.status_code == 422 and not fault[page.name]]
    silent += [page.name for page in pages if page.answer.status_code < 400 and fault[page.name]]
    assert silent == [], "\n".join(silent)


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text(
        '<!DOCTYPE html><html lang="de"><head><title>x</title></head><body><p><div id="a" id="b"></div></p>'
        '<p aria-describedby="missing">x</p></body></html>'
    )
    rules = {complaint.split(": ")[1] for complaint in complaints_about(tmp_path, RULES)}
    assert {"close-order", "no-dup-attr", "no-missing-references"} <= rules


def test_every_address_with_a_page_is_among_them(pages: list[Shown]) -> None:
    """A new page fails here: show it in tests/journeys/every_page.py, or name it in NO_PAGES if it is none."""
    assert sorted(_addresses() - NO_PAGES - {endpoint for page in pages for endpoint in _endpoint(page)}) == []


def _addresses() -> set[str]:
    return {
        rule.endpoint for kind in Here.world.platform.kinds
        for rule in Here.world.platform.app(kind).url_map.iter_rules() if "GET" in (rule.methods or ())
    }


def _endpoint(page: Shown) -> Iterator[str]:
    """The view that showed the page; nothing for a page that says that there is none."""
    names = {BASE: "bare", f"beitritt.{BASE}": "joining", f"betrieb.{BASE}": "console"}
    app = Here.world.platform.app(names.get(page.visitor.host, "town"))
    router: MapAdapter = app.url_map.bind(page.visitor.host)
    try:
        endpoint, _ = router.match(page.path.partition("?")[0], "GET")
    except HTTPException:
        return
    if page.answer.status_code not in (404, 503):
        yield str(endpoint)
