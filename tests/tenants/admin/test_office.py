"""The shell of the town's office: who comes in, and how it looks from outside."""

import pytest

from tests.makers import MadeTown, a_visitor, signed_in


def test_the_admin_finds_the_office_from_the_desk(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    assert 'href="/verwaltung/"' in admin.get("/redaktion/").text
    answer = admin.get("/verwaltung/")
    assert answer.status_code == 200
    assert "Maerker Verwaltung" in answer.text


@pytest.mark.parametrize("username", ["redaktion", "tiefbau", "rat"])
def test_no_other_role_comes_in(town: MadeTown, username: str) -> None:
    someone = signed_in(town, username)
    assert 'href="/verwaltung/"' not in someone.get("/redaktion/").text
    assert someone.get("/verwaltung/").status_code == 403


def test_a_citizen_is_led_to_the_sign_in(town: MadeTown) -> None:
    answer = a_visitor(town).get("/verwaltung/")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/anmelden?weiter=/verwaltung/"
