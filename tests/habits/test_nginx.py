"""config/nginx/maerker.conf fits the applications behind it.

A route with a new argument of letters fails here: say that it is no key, or leave its address out of the log.
"""

import re
import runpy

import pytest

from tests.habits.test_layout import ROOT
from tests.makers import Here

CONF = (ROOT / "config" / "nginx" / "maerker.conf").read_text()
NO_KEY = {
    "filename": "a file that is the same for everybody", "size": "of a photo", "verb": "what is done with a report",
    "end": "what is done with a place", "number": "a report's public number", "category_key": "a category",
    "text_key": "a text of the town", "key": "a group of entries", "slug": "a kind of document", "kind": "of a text",
    "step": "of joining", "side": "whose copy",
}
NO_KEY_AT = {
    "/sprache/<code>": "a language",
    "/hinweise/neu/fotos/<name>": "shown only to the browser whose form it belongs to",
}
A_KEY = "k7" * 13


def left_out() -> re.Pattern[str]:
    """What the map of the example takes out of the log."""
    found = re.search(r'map "\$request_uri \$http_referer" \$maerker_logged \{\s*"~\*(.+)" 0;\s*default 1;', CONF)
    assert found, "config/nginx/maerker.conf: this test reads the map $maerker_logged and no longer finds it."
    return re.compile(found.group(1), re.IGNORECASE)


def addresses_with_keys() -> list[str]:
    """Every address of the four applications that holds a word which may be a key."""
    found = set()
    for name in Here.world.platform.kinds:
        for rule in Here.world.platform.app(name).url_map.iter_rules():
            words = set(re.findall(r"<(?:string:)?(\w+)>", rule.rule))
            if words - NO_KEY.keys() and rule.rule not in NO_KEY_AT:
                found.add(re.sub(r"<[^>]+>", A_KEY, rule.rule))
    return sorted(found)


def test_no_address_that_is_a_key_stands_in_the_log(world: object) -> None:
    addresses, pattern = addresses_with_keys(), left_out()
    assert any(address.startswith("/verfolgen/") for address in addresses)
    for address in addresses:
        for line in (f"{address} -", f"{address}?weiter=%2Fakte -", f"/static/css/base.css https://a.example{address}",
                     f"/sprache/en?zurueck={address.replace('/', '%2F')} -"):
            assert pattern.search(line), (
                f"{line}: leave the address out of the log (config/nginx/maerker.conf), or say in NO_KEY what it is."
            )


@pytest.mark.parametrize("line", [
    "/ -", "/hinweise/2026-000123 https://a.example/hinweise/", "/redaktion/ https://a.example/anmelden",
    "/verwaltung/personen/7 -", "/passwort -", "/akten/6f1c8b1e-0000-4000-8000-000000000000 -",
])
def test_other_addresses_do(line: str) -> None:
    assert not left_out().search(line)


def test_the_log_is_asked_for_each_server() -> None:
    """Without a line of its own a server writes every address into the common log."""
    servers = CONF.split("\nserver {")[1:]
    assert servers
    for server in servers:
        logs = re.findall(r"^\s*access_log (.+);$", server, re.MULTILINE)
        assert logs in (["off"], ["/var/log/maerker/access.log combined if=$maerker_logged"]), logs


def test_nginx_lets_go_of_a_connection_before_gunicorn_does() -> None:
    """On one that gunicorn has just closed a form would be lost: nginx does not send a POST twice."""
    kept = re.search(r"^upstream maerker \{[^}]*\bkeepalive \d+;[^}]*\bkeepalive_timeout (\d+)s;", CONF, re.MULTILINE)
    assert kept, "Without a keepalive_timeout in the upstream nginx keeps idle connections for 60 s."
    settings = runpy.run_path(str(ROOT / "config" / "gunicorn.conf.py"))
    assert int(kept.group(1)) < settings["keepalive"] - 1


def test_what_the_applications_say_of_https_is_said_once() -> None:
    assert "Strict-Transport-Security" not in CONF, "maerker/web/headers.py says it, for each host what fits."
