"""Every answer of every application carries the security headers, whatever it is (servicestandard (c) 10)."""

import pytest
from sqlalchemy import insert

from maerker.database.base import session
from tenants.registry.models import TenantHost
from tests.habits.test_routes import address, routes, values
from tests.makers import Here, MadeTown, a_published_report, signed_in
from tests.world import BASE, Visitor

NEVER = ("unsafe-inline", "unsafe-eval", "http:", "https:", "*")


def assert_guarded(headers: dict[str, str], path: str) -> None:
    policy = headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy, path
    assert not any(word in policy for word in NEVER), f"{path}: {policy}"
    assert headers.get("X-Content-Type-Options") == "nosniff", path
    assert headers.get("Referrer-Policy") in ("same-origin", "no-referrer"), path
    assert headers.get("Cache-Control"), path


def test_every_page_of_a_town_including_errors(town: MadeTown) -> None:
    number = a_published_report(town)
    editor = signed_in(town)
    for endpoint, method, rule, arguments in routes():
        path = address(rule, values(town, number, endpoint, arguments))
        response = editor.get(path) if method == "GET" else editor.post(path, {"csrf_token": "wrong"})
        assert_guarded(dict(response.headers), f"{method} {path} {response.status_code}")
    for path in ("/gibt-es-nicht", "/redaktion/gibt-es-nicht/x", "/hinweise/%00"):
        assert_guarded(dict(editor.get(path).headers), path)


@pytest.mark.parametrize("host", [BASE, f"beitritt.{BASE}", f"betrieb.{BASE}", "unbekannt.example.org"])
def test_the_other_hosts(host: str) -> None:
    visitor = Visitor(Here.world.platform, host)
    for path in ("/", "/anmelden", "/healthz", "/gibt-es-nicht", "/static/css/base.css"):
        assert_guarded(dict(visitor.get(path).headers), f"{host}{path}")


def test_with_https_cookies_are_bound_to_the_host_and_transport_is_strict(town: MadeTown) -> None:
    platform = Here.world.platform_with(public_scheme="https", public_port=443)
    visitor = Visitor(platform, town.host)
    visitor.base_url = f"https://{town.host}"
    response = visitor.get("/anmelden")
    assert response.headers.getlist("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


def test_below_a_towns_own_domain_nothing_is_decided_for_the_town(town: MadeTown) -> None:
    """Its other sub-domains are other people's servers, which may not speak https; those of the base host are ours."""
    own = f"maerker.{town.slug}.de"
    with Here.world.no_scope("console"):
        session().execute(insert(TenantHost).values(host=own, tenant_id=town.tenant_id, is_main=False))
    platform = Here.world.platform_with(public_scheme="https", public_port=443)
    for host, value in ((own, "max-age=31536000"), (f"x{BASE}", "max-age=31536000"),
                        (BASE, "max-age=31536000; includeSubDomains"),
                        (f"Beitritt.{BASE}.", "max-age=31536000; includeSubDomains")):
        response = Visitor(platform, host).get("/gibt-es-nicht", base_url=f"https://{host}")
        assert response.headers.getlist("Strict-Transport-Security") == [value], host


def test_a_link_that_is_a_key_is_never_passed_on(town: MadeTown) -> None:
    from tests.makers import a_report, a_visitor, code_of

    response = a_visitor(town).get(f"/verfolgen/{code_of(town, a_report(town))}")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
