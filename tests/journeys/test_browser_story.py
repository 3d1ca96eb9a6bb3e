"""The whole story in Chromium, from the form to the green light: with and without JavaScript, wide and narrow."""

import io
import random
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import (
    Watched,
    hold,
    is_wider_than_the_window,
    press_tab_until,
    screenshot,
    shows_focus,
    watched,
)
from tests.makers import Here, MadeTown, a_tenant
from tests.world import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser story")]

WORDS = "Vor dem Haus ist ein tiefes Schlagloch. Räder schlagen durch, bei Regen sieht man es nicht."
ANSWER = "Die Kolonne füllt das Loch am Donnerstag mit Heißasphalt."
FINISHED = "Das Loch ist verfüllt, die Straße ist wieder frei."
ADDRESS = "karin.melder@posteo.example"


@dataclass
class Story:
    """One run: the town, the windows of citizen, editor and clerk, and what all of them must not do."""

    chrome: Browser
    scripts: bool
    width: int
    mailbox: Mailbox
    town: MadeTown = field(default_factory=a_tenant)
    windows: list[Watched] = field(default_factory=list)
    shots: int = 0
    number: str = ""

    def window(self) -> Watched:
        """A browser of someone who has not been here before."""
        context = self.chrome.new_context(
            java_script_enabled=self.scripts, viewport={"width": self.width, "height": 800}, locale="de-DE",
        )
        self.windows.append(watched(context, self.town.host))
        return self.windows[-1]

    def seen(self, window: Watched, name: str) -> None:
        """After each step: nothing wider than the window, a picture for who wants to look."""
        self.shots += 1
        assert not is_wider_than_the_window(window.page), f"{name} scrolls sideways at {self.width}"
        screenshot(window.page, f"{'js' if self.scripts else 'nojs'}-{self.width}-{self.shots:02}-{name}")

    def light(self, window: Watched, word: str, name: str) -> None:
        window.open(f"/hinweise/{self.number}")
        expect(window.page.locator(".m-lamp__word")).to_have_text(word)
        self.seen(window, name)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_form_to_the_green_light(chrome: Browser, scripts: bool, width: int, mailbox: Mailbox) -> None:
    story = Story(chrome, scripts, width, mailbox)
    citizen, reader = story.window(), story.window()
    _fill_in(story, citizen)
    _send(story, citizen)
    editor = story.window()
    _release(story, editor)
    story.light(reader, "eingetragen", "public-red")
    _hand_over(story, editor)
    story.light(reader, "angenommen", "public-accepted")
    clerk = story.window()
    _answer(story, clerk)
    story.light(reader, "in Arbeit", "public-yellow")
    _finish(story, clerk)
    story.light(reader, "erledigt", "public-green")
    _look_back(story, citizen)
    _listed(story, reader)
    assert [fault for window in story.windows for fault in window.faults] == []
    for window in story.windows:
        window.page.context.close()


def _fill_in(story: Story, citizen: Watched) -> None:
    _say_where_and_what(story, citizen)
    _add_photos_and_contact(story, citizen)


def _say_where_and_what(story: Story, citizen: Watched) -> None:
    page = citizen.page
    citizen.open("/")
    story.seen(citizen, "start")
    page.get_by_role("link", name="Hinweis geben").first.click()
    expect(page.get_by_label("Straße", exact=True)).to_be_visible()
    story.seen(citizen, "place")
    _next(page)
    expect(page.get_by_role("heading", name=re.compile("Bitte prüfen"))).to_be_visible()
    story.seen(citizen, "place-errors")
    page.get_by_label("Straße", exact=True).fill("Bahnhofstraße")
    page.get_by_label("Hausnummer").fill("12")
    page.get_by_label("Ortsteil", exact=True).select_option("Sandow")
    page.get_by_label("Hinweise zum Ort").fill("Gegenüber der Haltestelle, stadtauswärts.")
    if story.scripts:
        page.locator("[data-picker-map]").click()
        expect(page.locator("[data-picker-status]")).to_contain_text("Der Punkt liegt in")
    story.seen(citizen, "place-filled")
    _next(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Worum geht es?")
    page.get_by_role("radio", name=re.compile("Straßen und Wege")).check()
    page.get_by_label("Beschreibung").fill(WORDS)
    story.seen(citizen, "matter")
    _next(page)


def _add_photos_and_contact(story: Story, citizen: Watched) -> None:
    page = citizen.page
    page.get_by_label("Fotos auswählen").set_input_files([a_file("loch.jpg", 3), a_file("weg.png", 5)])
    story.seen(citizen, "photos-chosen")
    page.get_by_role("button", name="Fotos hochladen").click()
    expect(page.get_by_role("button", name="Entfernen")).to_have_count(2)
    story.seen(citizen, "photos-kept")
    _next(page)
    page.get_by_label("E-Mail-Adresse").fill(ADDRESS)
    page.get_by_label("Name").fill("Karin Melder")
    story.seen(citizen, "contact")
    _next(page)


def _send(story: Story, citizen: Watched) -> None:
    page = citizen.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Stimmt alles?")
    expect(page.get_by_text(WORDS)).to_be_visible()
    story.seen(citizen, "check")
    page.get_by_role("button", name="Hinweis absenden").click()
    expect(page.get_by_text(re.compile(r"\d{4}-\d{6}")).first).to_be_visible()
    story.number = re.findall(r"\d{4}-\d{6}", page.inner_text("main"))[0]
    story.seen(citizen, "sent")
    Here.world.work()
    link = re.search(r"http://\S+/verfolgen/\S+", _mail(story))
    assert link
    assert urlsplit(link.group()).hostname == story.town.host
    citizen.page.goto(link.group())
    expect(page.get_by_text(WORDS)).to_be_visible()
    story.seen(citizen, "tracking")


def _release(story: Story, editor: Watched) -> None:
    page = editor.page
    editor.open("/redaktion/")
    story.seen(editor, "sign-in")
    editor.sign_in()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Posteingang")
    story.seen(editor, "inbox")
    page.get_by_role("link", name="Bahnhofstraße 12, Sandow").click()
    story.seen(editor, "desk-report")
    page.get_by_label("Foto 2 zeigen").uncheck()
    page.get_by_label("Bildbeschreibung").first.fill("Loch in der Fahrbahn")
    _press(page, "Veröffentlichen")
    story.seen(editor, "released")
    Here.world.work()


def _hand_over(story: Story, editor: Watched) -> None:
    editor.open(f"/redaktion/{story.number}/accept")
    editor.page.get_by_label("Fachbereich", exact=True).select_option("Tiefbau und Straßen")
    editor.page.get_by_label(re.compile("Nachricht an den Fachbereich")).fill("Bitte bis Freitag ansehen.")
    story.seen(editor, "accept")
    _press(editor.page, "Annehmen")
    Here.world.work()


def _answer(story: Story, clerk: Watched) -> None:
    clerk.open(f"/redaktion/{story.number}/answer")
    clerk.sign_in("tiefbau")
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("Antworten")
    _press(clerk.page, "Antworten", done=False)
    expect(clerk.page.get_by_role("heading", name=re.compile("Bitte prüfen"))).to_be_visible()
    story.seen(clerk, "answer-errors")
    clerk.page.get_by_label("Antwort", exact=True).fill(ANSWER)
    _press(clerk.page, "Antworten")
    story.seen(clerk, "answered")
    Here.world.work()
    assert ANSWER in _mail(story)


def _finish(story: Story, clerk: Watched) -> None:
    clerk.open(f"/redaktion/{story.number}")
    clerk.page.get_by_label("Was wurde getan?").fill(FINISHED)
    _press(clerk.page, "Als erledigt melden")
    story.seen(clerk, "finished")
    Here.world.work()
    assert FINISHED in _mail(story)


def _look_back(story: Story, citizen: Watched) -> None:
    citizen.page.reload()
    for words in (WORDS, ANSWER, FINISHED):
        expect(citizen.page.get_by_text(words).first).to_be_visible()
    story.seen(citizen, "tracking-green")


def _listed(story: Story, reader: Watched) -> None:
    for path, name in (("/", "start"), ("/hinweise/", "list")):
        reader.open(path)
        expect(reader.page.get_by_role("link", name=re.compile("Bahnhofstraße 12")).first).to_be_visible()
        story.seen(reader, f"{name}-green")
    reader.open("/hinweise/karte")
    if story.scripts:
        expect(reader.page.locator("[data-map-status]")).to_contain_text("1 Hinweis")
        expect(reader.page.locator(".m-pin")).to_have_count(1)
    story.seen(reader, "map-green")


def _next(page: Page) -> None:
    page.get_by_role("button", name="Weiter", exact=True).last.click()


def _press(page: Page, label: str, *, done: bool = True) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    if done:
        expect(page).to_have_url(re.compile(r"\?getan="))


def _mail(story: Story) -> str:
    body = story.mailbox.to(ADDRESS)[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def a_file(name: str, seed: int) -> dict[str, object]:
    """A picture that compresses like a photograph."""
    dice, stream = random.Random(seed), io.BytesIO()
    image = Image.new("RGB", (1200, 900), (120, 118, 112))
    draw = ImageDraw.Draw(image)
    for _ in range(400):
        x, y, r = dice.randrange(1200), dice.randrange(900), dice.randrange(4, 40)
        shade = dice.randrange(60, 150)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(shade, shade, shade - 8))
    draw.ellipse((380, 300, 820, 620), fill=(38, 34, 30))
    image.save(stream, "PNG" if name.endswith("png") else "JPEG")
    kind = "image/png" if name.endswith("png") else "image/jpeg"
    return {"name": name, "mimeType": kind, "buffer": stream.getvalue()}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_form_by_keyboard_alone(chrome: Browser, scripts: bool, mailbox: Mailbox) -> None:
    """Tab, arrows, space and Enter; the focus is always seen and never sticks, not in the map either."""
    story = Story(chrome, scripts, 1280, mailbox)
    citizen = story.window()
    page = citizen.page
    citizen.open("/hinweise/neu")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    page.keyboard.press("Enter")
    press_tab_until(page, page.get_by_label("Straße", exact=True))
    page.keyboard.type("Am Graben")
    press_tab_until(page, page.get_by_label("Ortsteil", exact=True))
    page.keyboard.type("San")
    if scripts:
        press_tab_until(page, page.locator("[data-picker-map]"))
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        expect(page.locator("[data-picker-status]")).to_contain_text("Der Punkt liegt in")
    _tab_to_and_press_enter(page, "Weiter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Worum geht es?")
    press_tab_until(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    press_tab_until(page, page.get_by_label("Beschreibung"))
    page.keyboard.type("Der Mülleimer ist seit Tagen voll.")
    _tab_to_and_press_enter(page, "Weiter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Haben Sie Fotos?")
    _tab_to_and_press_enter(page, "Weiter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Möchten Sie Nachricht bekommen?")
    press_tab_until(page, page.get_by_label("E-Mail-Adresse"))
    page.keyboard.type(ADDRESS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stimmt alles?")
    _tab_to_and_press_enter(page, "Hinweis absenden")
    expect(page).to_have_url(re.compile("/hinweise/neu/danke"))
    assert citizen.faults == []
    page.context.close()


def _tab_to_and_press_enter(page: Page, label: str) -> None:
    press_tab_until(page, page.get_by_role("button", name=label, exact=True).last)
    assert shows_focus(page), f"the focus on {label} is not seen"
    page.keyboard.press("Enter")


def test_without_a_connection_nothing_typed_is_lost(chrome: Browser, mailbox: Mailbox) -> None:
    story = Story(chrome, True, 360, mailbox)
    citizen = story.window()
    page = citizen.page
    citizen.open("/hinweise/neu")
    page.get_by_label("Straße", exact=True).fill("Am Graben")
    page.get_by_label("Ortsteil", exact=True).select_option("Sandow")
    page.context.set_offline(True)
    _next(page)
    expect(page.get_by_role("alert")).to_contain_text("keine Verbindung")
    expect(page.get_by_label("Straße", exact=True)).to_have_value("Am Graben")
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)
    _next(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Worum geht es?")
    page.context.close()


def test_a_point_far_away_leaves_the_map_where_it_is(chrome: Browser, mailbox: Mailbox) -> None:
    """Else it would show nothing but grey."""
    story = Story(chrome, True, 1280, mailbox)
    citizen = story.window()
    citizen.open("/hinweise/neu")
    expect(citizen.page.locator("[data-picker-map]")).to_be_visible()
    citizen.page.locator("[data-lat]").evaluate("field => { field.value = '60'; }")
    citizen.page.locator("[data-lon]").evaluate("field => { field.value = '5'; }")
    _next(citizen.page)
    expect(citizen.page.get_by_role("heading", name=re.compile("Bitte prüfen"))).to_be_visible()
    expect(citizen.page.locator("[data-picker-status]")).to_contain_text("außerhalb des Gebiets")
    citizen.page.locator("[data-picker-map]").scroll_into_view_if_needed()
    expect(citizen.page.locator("[data-picker-map] .m-place span", has_text="Mitte")).to_be_in_viewport()
    citizen.page.context.close()


def test_what_is_no_photo_is_said_before_it_is_sent(chrome: Browser, mailbox: Mailbox) -> None:
    """The list names the file and why; what the browser cannot tell goes to the server, which looks inside."""
    story = Story(chrome, scripts=True, width=360, mailbox=mailbox)
    citizen = story.window()
    page = citizen.page
    _say_where_and_what(story, citizen)
    chosen = page.get_by_label("Fotos auswählen")
    chosen.set_input_files([{"name": "notiz.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}])
    expect(page.locator(".m-file--error")).to_contain_text("Das ist kein Foto.")
    expect(page.locator("[data-photos] [role=status]")).to_have_text(
        "0 Fotos ausgewählt. notiz.pdf: Das ist kein Foto."
    )
    page.get_by_role("button", name="Fotos hochladen").click()
    expect(page.get_by_role("button", name="Entfernen: notiz.pdf")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".m-file--error")).to_have_count(0)
    chosen.set_input_files([{**a_file("ohne-endung", 3), "mimeType": "application/octet-stream"}])
    expect(page.locator("[data-photos] [role=status]")).to_have_text("1 Foto ausgewählt.")
    page.get_by_role("button", name="Fotos hochladen").click()
    expect(page.get_by_role("heading", name=re.compile("Ihre Fotos"))).to_be_visible()
    page.get_by_label("Fotos auswählen").set_input_files([a_file(f"p{n}.jpg", n) for n in range(5)])
    expect(page.locator("[data-photos] [role=status]")).to_have_text(
        "4 Fotos ausgewählt. p4.jpg: Es sind nur noch 4 Fotos möglich."
    )
    assert citizen.faults == []
    page.context.close()


def test_who_goes_on_is_told_first_which_file_stays_behind(chrome: Browser, mailbox: Mailbox) -> None:
    """As the server tells without scripts; the second press goes on without it."""
    story = Story(chrome, scripts=True, width=360, mailbox=mailbox)
    citizen = story.window()
    page = citizen.page
    _say_where_and_what(story, citizen)
    page.get_by_label("Fotos auswählen").set_input_files(
        [{"name": "notiz.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}]
    )
    expect(page.locator(".m-file--error")).to_have_count(1)
    _next(page)
    expect(page.get_by_role("alert")).to_contain_text("Das wird nicht übernommen: notiz.pdf.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Haben Sie Fotos?")
    _next(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Möchten Sie Nachricht bekommen?")
    assert citizen.faults == []
    page.context.close()


def test_photos_chosen_before_the_script_has_come_are_shown_too(chrome: Browser, mailbox: Mailbox) -> None:
    """A slow line: the form can be used long before its scripts are there."""
    story = Story(chrome, scripts=True, width=360, mailbox=mailbox)
    citizen = story.window()
    page = citizen.page
    held = hold(page, "photos.*js")
    _say_where_and_what(story, citizen)
    page.get_by_label("Fotos auswählen").set_input_files(
        [a_file("loch.jpg", 1), {"name": "notiz.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}]
    )
    expect(page.locator(".m-file")).to_have_count(0)
    held.let_go()
    expect(page.locator("[data-photos] [role=status]")).to_have_text(
        "1 Foto ausgewählt. notiz.pdf: Das ist kein Foto."
    )
    assert citizen.faults == []
    page.context.close()
