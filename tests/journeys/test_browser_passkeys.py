"""Passkeys in Chromium, with a device of its own kind (the browser's virtual authenticator)."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from maerker.clock import now
from maerker.identity.totp import code_at
from tests.journeys.browser import Watched, chromium_at, served, watched
from tests.makers import PASSWORD
from tests.makers_operators import OperatorVisitor, an_account
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser story")]

BASE = "localhost"
"""Browsers give passkeys to https alone, and to this machine's own names."""
HOST = f"betrieb.{BASE}"


@pytest.fixture(scope="module")
def chrome(world: World) -> Iterator[Browser]:
    platform = world.platform_with(base_host=BASE)
    with served(platform) as port, chromium_at(port, BASE) as browser:
        yield browser


@pytest.fixture
def window(chrome: Browser) -> Iterator[Watched]:
    opened = watched(chrome.new_context(locale="de-DE"), HOST)
    yield opened
    opened.page.context.close()


def plug_in(window: Watched, *, verifies: bool = True) -> tuple[Any, str]:
    """Give the browser a device that makes and keeps passkeys; `verifies`: it asks for finger or PIN."""
    devtools = window.page.context.new_cdp_session(window.page)
    devtools.send("WebAuthn.enable")
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": verifies, "automaticPresenceSimulation": True,
    }})
    return devtools, device["authenticatorId"]


def sign_in(window: Watched, person: OperatorVisitor) -> None:
    """As a newcomer: password, app, first code."""
    window.open("/anmelden")
    window.page.get_by_label("Benutzername").fill(person.username)
    window.page.get_by_label("Passwort").fill(PASSWORD)
    window.page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Zweite Stufe einrichten")
    person.secret = (window.page.locator("[data-secret]").text_content() or "").replace(" ", "")
    window.page.get_by_label("Code aus der App").fill(code_at(person.secret, now()))
    window.page.get_by_role("button", name="App verbinden").click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Notfallcodes")


def add_passkey(window: Watched, name: str = "Dienst-Notebook") -> None:
    window.open("/konto/passkeys")
    window.page.get_by_label("Name des Geräts").fill(name)
    window.page.get_by_role("button", name="Passkey anlegen").click()


def sign_out(window: Watched) -> None:
    window.page.get_by_role("button", name="Abmelden").click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Anmelden")


def test_a_passkey_is_added_signs_in_alone_and_beside_the_password_and_is_removed(window: Watched) -> None:
    devtools, device = plug_in(window)
    person, page = an_account("reader"), window.page
    sign_in(window, person)
    add_passkey(window)
    expect(page.get_by_text("Der Passkey ist hinzugefügt.")).to_be_visible()
    expect(page.get_by_role("link", name="Dienst-Notebook")).to_be_visible()
    kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [item["rpId"] for item in kept] == [HOST]

    sign_out(window)
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    sign_out(window)

    page.get_by_label("Benutzername").fill(person.username)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zweite Stufe")
    page.get_by_role("button", name="Passkey benutzen").click()
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()

    window.open("/konto")
    page.get_by_role("link", name="Dienst-Notebook").click()
    page.get_by_role("button", name="Passkey entfernen").click()
    expect(page.get_by_text("Der Passkey ist entfernt.")).to_be_visible()
    sign_out(window)
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_text("Der Passkey wurde nicht angenommen")).to_be_visible()
    assert [fault for fault in window.faults if "422" not in fault] == []


def test_a_passkey_confirms_a_grave_act(window: Watched) -> None:
    plug_in(window)
    person, page = an_account("admin"), window.page
    sign_in(window, person)
    add_passkey(window)
    expect(page.get_by_text("Der Passkey ist hinzugefügt.")).to_be_visible()
    window.open("/personen/einladen")
    person.let_time_pass(minutes=11)
    name = f"bestaetigt-{person.account_id}"
    page.get_by_label("Name", exact=True).fill("Nora Neu")
    page.get_by_label("Benutzername").fill(name)
    page.get_by_label("Leserecht").check()
    page.get_by_role("button", name="Einladen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte bestätigen")
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Link für Nora Neu")
    assert window.faults == []


def test_a_device_that_does_not_ask_who_one_is_is_refused(window: Watched) -> None:
    devtools, device = plug_in(window, verifies=False)
    sign_in(window, an_account("reader"))
    add_passkey(window)
    expect(window.page.get_by_text("Das hat nicht geklappt.")).to_be_visible()
    assert devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"] == []


def test_without_a_device_the_code_does_the_same(window: Watched) -> None:
    person = an_account("reader")
    sign_in(window, person)
    sign_out(window)
    window.page.get_by_label("Benutzername").fill(person.username)
    window.page.get_by_label("Passwort").fill(PASSWORD)
    window.page.get_by_role("button", name="Anmelden", exact=True).click()
    window.page.get_by_label("Code aus Ihrer App").fill(person.next_code())
    window.page.get_by_role("button", name="Weiter").click()
    expect(window.page.get_by_role("button", name="Abmelden")).to_be_visible()
    assert window.faults == []
