"""Whose address is counted: the visitor's behind the trusted proxies, and never one the visitor wrote."""

import pytest
from flask import g

from maerker.application import client_address
from tests.makers import Here, MadeTown, a_visitor
from tests.world import Visitor

SPOOFED = "192.0.2.66"


def address_behind(proxies: int, forwarded: str | None, remote: str) -> str:
    app = Here.world.platform_with(trusted_proxies=proxies).app("town")
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    with app.test_request_context("/", headers=headers, environ_overrides={"REMOTE_ADDR": remote}):
        g.request_id = "x"
        return client_address()


@pytest.mark.parametrize(("proxies", "forwarded", "remote", "counted"), [
    (0, None, "203.0.113.9", "203.0.113.9"),
    (0, SPOOFED, "203.0.113.9", "203.0.113.9"),
    (0, f"{SPOOFED}, {SPOOFED}", "203.0.113.9", "203.0.113.9"),
    (1, "203.0.113.9", "127.0.0.1", "203.0.113.9"),
    (1, f"{SPOOFED}, 203.0.113.9", "127.0.0.1", "203.0.113.9"),
    (1, f"{SPOOFED},,, 203.0.113.9 ,", "127.0.0.1", "203.0.113.9"),
    (1, None, "203.0.113.9", "203.0.113.9"),
    (2, f"{SPOOFED}, 203.0.113.9, 10.0.0.2", "127.0.0.1", "203.0.113.9"),
    (2, "203.0.113.9", "127.0.0.1", "203.0.113.9"),
    (5, "203.0.113.9, 10.0.0.2", "127.0.0.1", "203.0.113.9"),
    (1, "2001:db8:1:2:aaaa::1", "127.0.0.1", "2001:db8:1:2::/64"),
    (0, None, "2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::/64"),
    (0, None, "::ffff:203.0.113.9", "203.0.113.9"),
    (1, "not an address", "127.0.0.1", "not an address"),
    (0, None, "", ""),
])
def test_the_right_end_of_the_way_is_counted(proxies: int, forwarded: str | None, remote: str, counted: str) -> None:
    assert address_behind(proxies, forwarded, remote) == counted


def guess(visitor: Visitor, forwarded: str) -> int:
    visitor.get("/anmelden", headers={"X-Forwarded-For": forwarded})
    fields = {"username": "redaktion", "password": "geraten, falsch"}
    return visitor.post("/anmelden", fields, headers={"X-Forwarded-For": forwarded}).status_code


def test_without_a_proxy_an_invented_address_buys_no_further_guess(town: MadeTown) -> None:
    guesser = a_visitor(town, platform=Here.world.platform_with(rate_logins=2), address="198.51.100.201")
    assert [guess(guesser, f"192.0.2.{n}") for n in range(4)] == [422, 422, 429, 429]


def test_behind_a_proxy_an_invented_address_buys_no_further_guess(town: MadeTown) -> None:
    platform = Here.world.platform_with(rate_logins=2, trusted_proxies=1)
    guesser = a_visitor(town, platform=platform, address="127.0.0.1")
    statuses = [guess(guesser, f"192.0.2.{n}, 198.51.100.202") for n in range(4)]
    assert statuses == [422, 422, 429, 429]


def test_behind_a_proxy_one_visitor_uses_up_nobody_elses_allowance(town: MadeTown) -> None:
    """All requests come from the proxy's address: were it counted, one guesser would lock every citizen out."""
    platform = Here.world.platform_with(rate_logins=1, trusted_proxies=1)
    guesser = a_visitor(town, platform=platform, address="127.0.0.1")
    assert [guess(guesser, "198.51.100.203") for _ in range(2)] == [422, 429]
    assert guess(a_visitor(town, platform=platform, address="127.0.0.1"), "198.51.100.204") == 422


def test_codes_are_guessed_thirty_times_whatever_address_is_invented(town: MadeTown) -> None:
    guesser = a_visitor(town, address="198.51.100.205")
    statuses = [
        guesser.get(f"/verfolgen/{n:026d}", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(40)
    ]
    assert statuses[:30] == [404] * 30
    assert set(statuses[31:]) == {429}
    photo = guesser.get(f"/verfolgen/{1:026d}/fotos/1/page.jpg")
    assert photo.status_code == 429
    assert photo.headers["Retry-After"] == "900"


def test_photo_addresses_are_no_second_way_to_guess_codes(town: MadeTown) -> None:
    guesser = a_visitor(town, address="198.51.100.206")
    statuses = [guesser.get(f"/verfolgen/{n:026d}/fotos/1/page.jpg").status_code for n in range(40)]
    assert set(statuses[31:]) == {429}


def test_a_neighbour_in_the_same_household_network_shares_the_allowance(town: MadeTown) -> None:
    platform = Here.world.platform_with(rate_logins=2)
    statuses = [
        a_visitor(town, platform=platform, address=f"2001:db8:9:9::{n:x}").sign_in("redaktion", "falsch").status_code
        for n in range(1, 5)
    ]
    assert statuses == [422, 422, 429, 429]
