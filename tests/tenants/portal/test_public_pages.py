"""What anyone may read at a town's host."""

import pytest

from tests.makers import a_published_report, a_tenant, a_visitor

PAGES = ("/", "/hinweise/", "/hinweise/karte", "/karte", "/hilfe", "/verfolgen/", "/impressum", "/datenschutz",
         "/barrierefreiheit", "/hinweise.atom", "/hinweise.geojson", "/gebiet.geojson", "/farben.css", "/sitemap.xml",
         "/robots.txt", "/.well-known/security.txt")


@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_is_there(path: str) -> None:
    town = a_tenant()
    a_published_report(town)
    assert a_visitor(town).get(path).status_code == 200
