"""The details of a Kommune in Chromium: saved while one types, and nothing lost without a connection or a sign-in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.browser import chromium_at, hold, served
from tests.makers_joining import JOINING_HOST, InFile, a_file, joined
from tests.world import Mailbox, World

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser story")]
DETAILS = f"http://{JOINING_HOST}/akte/angaben"


@pytest.fixture(scope="module")
def chrome(world: World) -> Iterator[Browser]:
    with served(world.platform) as port, chromium_at(port) as browser:
        yield browser


def at_the_details(chrome: Browser, person: InFile) -> tuple[BrowserContext, Page]:
    context = chrome.new_context(locale="de-DE")
    hand_cookies(context, person)
    page = context.new_page()
    page.goto(DETAILS)
    return context, page


def hand_cookies(context: BrowserContext, person: InFile) -> None:
    context.add_cookies([
        {"name": name, "value": value, "domain": JOINING_HOST, "path": "/"}
        for name, value in person.visitor.cookies().items()
    ])


def said(page: Page, key: str) -> Locator:
    return page.locator(f"[data-field={key}] [data-said]")


def test_a_field_says_when_it_was_saved_and_what_is_wrong(chrome: Browser, mailbox: Mailbox) -> None:
    person = a_file()
    context, page = at_the_details(chrome, person)
    page.fill("#street", "Markt 1")
    expect(said(page, "street")).to_contain_text("Gespeichert um")
    expect(page.locator("[data-left=kommune]")).to_have_text("2 fehlen")
    page.fill("#postal_code", "313")
    expect(said(page, "postal_code")).to_contain_text("fünf Ziffern")
    page.fill("#postal_code", "03130")
    expect(said(page, "postal_code")).to_contain_text("Gespeichert um")
    assert 'value="Markt 1"' in person.visitor.get("/akte/angaben").text
    context.close()


def test_what_was_typed_before_the_script_has_come_is_saved_too(chrome: Browser, mailbox: Mailbox) -> None:
    person = a_file()
    context = chrome.new_context(locale="de-DE")
    hand_cookies(context, person)
    page = context.new_page()
    held = hold(page, "autosave.*js")
    page.goto(DETAILS, wait_until="commit")
    page.locator("#street").press_sequentially("Markt 1")
    held.let_go()
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    expect(said(page, "street")).to_contain_text("Gespeichert um")
    assert 'value="Markt 1"' in person.visitor.get("/akte/angaben").text
    context.close()


def test_two_people_see_both_versions(chrome: Browser, mailbox: Mailbox) -> None:
    first = a_file()
    second = joined(first, "head", name="Christine Herrmann")
    (one, page), (other, late) = at_the_details(chrome, first), at_the_details(chrome, second)
    page.fill("#street", "Markt 1")
    expect(said(page, "street")).to_contain_text("Gespeichert um")
    late.fill("#street", "Am Markt 1")
    expect(said(late, "street")).to_contain_text("Karla Nagel hat dieses Feld inzwischen geändert.")
    expect(said(late, "street")).to_contain_text("Jetzt gespeichert ist: Markt 1")
    late.click("text=Meine Fassung speichern")
    expect(said(late, "street")).to_contain_text("Gespeichert um")
    assert 'value="Am Markt 1"' in first.visitor.get("/akte/angaben").text
    one.close()
    other.close()


def test_without_a_connection_the_text_waits(chrome: Browser, mailbox: Mailbox) -> None:
    person = a_file()
    context, page = at_the_details(chrome, person)
    context.set_offline(True)
    page.fill("#phone", "03563 340")
    expect(said(page, "phone")).to_contain_text("Keine Verbindung")
    context.set_offline(False)
    expect(said(page, "phone")).to_contain_text("Gespeichert um")
    context.close()


def test_text_typed_after_a_sign_in_has_ended_is_offered_again(chrome: Browser, mailbox: Mailbox) -> None:
    person = a_file()
    context, page = at_the_details(chrome, person)
    context.clear_cookies()
    page.fill("#website", "www.neustadt.example")
    expect(said(page, "website")).to_contain_text("Ihre Anmeldung ist abgelaufen.")
    hand_cookies(context, person)
    page.goto(f"http://{JOINING_HOST}/akte")
    expect(page.locator("[data-kept-link]")).to_be_visible()
    page.goto(DETAILS)
    expect(page.locator("[data-kept]")).to_contain_text("Internetseite: www.neustadt.example")
    page.click("text=Übernehmen und speichern")
    expect(said(page, "website")).to_contain_text("Gespeichert um")
    page.goto(f"http://{JOINING_HOST}/akte")
    expect(page.locator("[data-kept-link]")).to_be_hidden()
    context.close()
