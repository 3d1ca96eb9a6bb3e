"""The town's admin hands the testers' link out and renews it."""

import pytest

from tenants.registry.models import TenantState
from tests.makers import MadeTown, a_tenant, a_visitor, signed_in
from tests.trials import a_tester, a_trial, pass_of, start

PAGE = "/verwaltung/probebetrieb"


def test_the_link_on_the_page_leads_into_the_trial() -> None:
    town = a_trial()
    page = signed_in(town, "admin").get(PAGE).text
    assert f"http://{town.host}/probe/{pass_of(town)}" in page
    assert 'href="/verwaltung/probebetrieb"' in page
    assert a_visitor(town).get(f"/probe/{pass_of(town)}").location == "/"


def test_renewing_asks_first_and_shuts_the_old_link() -> None:
    town = a_trial()
    tester, old, admin = a_tester(town), pass_of(town), signed_in(town, "admin")
    asked = admin.get(f"{PAGE}/neuer-link")
    assert "gelten dann nicht mehr" in asked.text
    assert pass_of(town) == old, "looking changes nothing"
    answer = admin.post(f"{PAGE}/neuer-link")
    assert answer.status_code == 303
    page = admin.get(answer.location).text
    assert "Der neue Link gilt ab jetzt." in page
    assert pass_of(town) in page
    assert old not in page
    assert tester.get("/").status_code == 404


def test_before_the_trial_the_page_says_that_it_has_not_begun() -> None:
    town = a_tenant(state=TenantState.joining)
    assert "hat noch nicht begonnen" in signed_in(town, "admin").get(PAGE).text
    assert a_visitor(town).get(f"/probe/{pass_of(town)}").status_code == 404


def test_after_the_start_there_is_no_link_any_more() -> None:
    town = a_trial()
    admin = signed_in(town, "admin")
    admin.get(f"{PAGE}/neuer-link")
    start(town)
    page = admin.get(PAGE).text
    assert "Der Probebetrieb ist beendet" in page
    assert "/probe/" not in page
    admin.get("/redaktion/")
    assert admin.post(f"{PAGE}/neuer-link").status_code == 409


@pytest.mark.parametrize("username", ["redaktion", "tiefbau", "rat"])
def test_nobody_but_the_admin_hands_it_out(town: MadeTown, username: str) -> None:
    someone = signed_in(town, username)
    assert someone.get(PAGE).status_code == 403
    assert someone.post(f"{PAGE}/neuer-link").status_code in (400, 403)
