"""The town comes from the Host header and from nothing else (law 1)."""

import pytest
from sqlalchemy import insert

from maerker.database.base import session
from maerker.web.host import host_of
from tenants.registry.models import TenantHost
from tests.makers import Here, MadeTown, a_published_report, a_tenant, a_visitor, signed_in
from tests.world import BASE, Visitor


@pytest.mark.parametrize(("header", "host"), [
    ("Cottbus.Example.TEST", "cottbus.example.test"), ("a.test:8000", "a.test"), ("a.test.", "a.test"),
    ("a.test.:8000", "a.test"), ("a.test..", "a.test."), ("", ""), ("[::1]:8000", "[::1]"),
])
def test_a_host_header_is_read_without_port_dot_and_capitals(header: str, host: str) -> None:
    assert host_of({"HTTP_HOST": header}) == host


@pytest.mark.parametrize("spell", [str.upper, lambda host: host + ".", lambda host: host + ":8000",
                                   lambda host: host.title() + ".:443"])
def test_the_right_town_answers_however_its_host_is_spelt(town: MadeTown, spell: object) -> None:
    response = a_visitor(town).get("/", base_url=f"http://{spell(town.host)}")  # type: ignore[operator]
    assert response.status_code == 200
    assert town.town.name in response.text


@pytest.mark.parametrize("host", ["nirgends.example.test", "example.org", "xbeitritt.example.test", "127.0.0.1",
                                  "www.example.test", "a.b.example.test"])
def test_an_unknown_host_is_a_404_and_never_a_default(town: MadeTown, host: str) -> None:
    response = Visitor(Here.world.platform, host).get("/")
    assert response.status_code == 404
    assert town.town.name not in response.text


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Original-Host", "X-Host", "Forwarded"])
def test_no_other_header_chooses_the_town(town: MadeTown, header: str) -> None:
    other = a_tenant()
    value = f"host={other.host}" if header == "Forwarded" else other.host
    response = a_visitor(town).get("/", headers={header: value})
    assert town.town.name in response.text
    assert other.town.name not in response.text


def test_an_own_domain_leads_to_the_same_town(town: MadeTown) -> None:
    own = f"maerker.{town.slug}.de"
    with Here.world.no_scope("console"):
        session().execute(insert(TenantHost).values(host=own, tenant_id=town.tenant_id, is_main=False))
    assert town.town.name in Visitor(Here.world.platform, own).get("/").text


def test_joining_and_console_are_other_applications(town: MadeTown) -> None:
    for host in (f"beitritt.{BASE}", f"betrieb.{BASE}"):
        assert Visitor(Here.world.platform, host).get("/hinweise/").status_code == 404
    assert a_visitor(town).get("/kommunen").status_code == 404


def test_200_alternating_requests_through_one_pool_never_mix(town: MadeTown) -> None:
    other = a_tenant()
    platform = Here.world.platform_with(page_cache_seconds=0, database_pool_size=1)
    words = {town.host: "Unser Schlagloch Nummer eins", other.host: "Ihr umgestürzter Baum dort"}
    for made in (town, other):
        a_published_report(made, description=words[made.host])
    towns = (town, other)
    for n in range(200):
        here, there = towns[n % 2], towns[(n + 1) % 2]
        page = a_visitor(here, platform=platform).get("/hinweise/").text
        assert words[here.host] in page
        assert words[there.host] not in page


def test_a_kept_page_belongs_to_its_host(town: MadeTown) -> None:
    other = a_tenant()
    for n, here in enumerate((town, other, town, other)):
        response = a_visitor(here).get("/hinweise/")
        assert here.town.name in response.text, n


def test_the_staffs_pages_and_personal_pages_are_kept_nowhere(town: MadeTown) -> None:
    editor = signed_in(town)
    for path in ("/redaktion/", "/anmelden", "/verfolgen/", "/hinweise/neu"):
        assert editor.get(path).headers["Cache-Control"] == "no-store", path
