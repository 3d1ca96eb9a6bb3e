"""Every answer of every application carries the security headers, whatever it is (servicestandard (c) 10)."""

import pytest

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
    for endpoint, method, rule, _ in routes():
        path = address(rule, values(town, number, endpoint))
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
    assert "max-age=31536000; includeSubDomains" in response.headers["Strict-Transport-Security"]
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


def test_a_link_that_is_a_key_is_never_passed_on(town: MadeTown) -> None:
    from tests.makers import a_report, a_visitor, code_of

    response = a_visitor(town).get(f"/verfolgen/{code_of(town, a_report(town))}")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
