"""The pages in English: nothing of ours stays German, German words say that they are, and no language mixes up."""

import re

import pytest
from sqlalchemy import select

from maerker.database.base import session
from tenants.registry.models import Municipality, MunicipalityArea, TenantState
from tenants.reports.status import Verb
from tests.makers import MadeTown, a_published_report, a_report, a_tenant, a_visitor, an_editor, code_of, move
from tests.reading import said_in
from tests.tenants.portal.filled_form import MATTER, WORDS, fill_contact, fill_matter, fill_place, send
from tests.world import BASE, Mailbox, Visitor, World

GERMAN = re.compile(r"\b(der|das|dem|und|nicht|Sie|Ihre?|wird|Bitte|bitte|eine[rnm]?|für|mit|auf|ist|noch|Hinweis)\b")
NEWS = "Das Geländer ist lose und wackelt bei jedem Schritt."
ANSWER = "Der Bauhof schraubt das Geländer bis Freitag fest."
TEXTS = {
    "before_form": "Bitte melden Sie keine Personen.", "promise_extent": "Das gilt für die ganze Verwaltung.",
    "imprint_extra": "Aufsicht: das Ministerium.", "privacy_extra": "Die Stadt ist sparsam mit Daten.",
}


def speaking_english(town: MadeTown) -> Visitor:
    visitor = a_visitor(town)
    visitor.get("/sprache/en")
    return visitor


def german_in(page: str) -> list[str]:
    return [words for words in said_in("en", page) if GERMAN.search(words)]


@pytest.fixture
def told(town: MadeTown) -> tuple[MadeTown, str]:
    """A town with words of its own, and an answered report."""
    town = a_tenant(profile={"texts": TEXTS})
    number = a_published_report(town, description=NEWS)
    move(town, number, Verb.answer, public_text=ANSWER)
    return town, number


@pytest.mark.parametrize("path", [
    "/", "/hinweise/", "/hinweise/?status=done", "/hinweise/?seite=9", "/hinweise/?farbe=rot&seite=x",
    "/hinweise/karte", "/hinweise/NUMBER", "/hinweise/0000-000000", "/hilfe", "/verfolgen/",
    "/verfolgen/falsch", "/verfolgen/CODE", "/impressum", "/datenschutz", "/barrierefreiheit", "/hinweise/neu",
    "/hinweise/neu?abgelaufen=1", "/anmelden",
])
def test_an_english_page_keeps_no_german_but_what_says_so(path: str, told: tuple[MadeTown, str]) -> None:
    town, number = told
    path = path.replace("NUMBER", number).replace("CODE", code_of(town, number))
    page = speaking_english(town).get(path).text
    assert '<html lang="en">' in page
    assert not german_in(page)


@pytest.mark.parametrize("path", ["/", "/?q=Cottbus", "/?q=Nirgendwo", "/orte", "/impressum", "/datenschutz",
                                  "/barrierefreiheit", "/gibtesnicht"])
def test_the_bare_host_too(path: str, world: World) -> None:
    guest = Visitor(world.platform, BASE)
    guest.get("/sprache/en")
    page = guest.get(path).text
    names = names_on(page, world)
    assert not [words for words in said_in("en", page) if GERMAN.search(names.sub("", words))]


def names_on(page: str, world: World) -> "re.Pattern[str]":
    """Names of places are the same in every language, "Brandenburg an der Havel" too. The longest first."""
    columns = (Municipality.name, MunicipalityArea.name, Municipality.seat, Municipality.district_name)
    with world.no_scope():
        known = {name for column in columns for name in session().scalars(select(column)) if name and name in page}
    return re.compile("|".join(re.escape(name) for name in sorted(known, key=len, reverse=True)) or "(?!)")


@pytest.mark.parametrize("state", [TenantState.trial, TenantState.joining, TenantState.paused, TenantState.leaving])
def test_a_town_that_is_not_live_says_so_in_english(state: TenantState) -> None:
    visitor = speaking_english(a_tenant(state=state))
    for path in ("/", "/hinweise/neu"):
        assert not german_in(visitor.get(path).text)


def test_the_words_of_people_and_towns_say_that_they_are_german(told: tuple[MadeTown, str]) -> None:
    town, number = told
    visitor = speaking_english(town)
    for path in ("/", "/hinweise/", f"/hinweise/{number}"):
        german = said_in("de", visitor.get(path).text)
        assert NEWS in german
        assert ANSWER in german
    for path, text in (("/hinweise/neu", "before_form"), ("/hilfe", "promise_extent"), ("/impressum", "imprint_extra"),
                       ("/datenschutz", "privacy_extra")):
        assert TEXTS[text] in said_in("de", visitor.get(path).text)


def test_a_date_is_written_as_the_english_do() -> None:
    town = a_tenant()
    number = a_published_report(town)
    page = speaking_english(town).get(f"/hinweise/{number}").text
    assert re.search(r">\d{1,2} [A-Z][a-z]+ \d{4}<", page)
    assert re.search(r">\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d<", page)


def test_kept_pages_do_not_mix_languages() -> None:
    town = a_tenant()
    a_published_report(town)
    german, english = a_visitor(town), speaking_english(town)
    for _ in range(2):  # the second time both come from the cache
        assert "Die neuesten Hinweise" in german.get("/").text
        assert "The newest reports" in english.get("/").text
    assert "eingetragen" not in english.get("/hinweise.geojson").text


def test_what_is_wrong_in_the_form_is_said_in_english() -> None:
    visitor = speaking_english(a_tenant())
    pages = [fill_place(visitor, street="", district=""), fill_place(visitor, lat="x", lon="y"),
             fill_place(visitor, street="s" * 200), fill_place(visitor, lat="10", lon="10")]
    assert fill_place(visitor).status_code == 303
    pages += [fill_matter(visitor, category="", description=""), fill_matter(visitor, description="Loch"),
              fill_matter(visitor, description="l" * 5000)]
    assert fill_matter(visitor).status_code == 303
    pages += [fill_contact(visitor, email="frau.lehmann@"), visitor.get("/hinweise/neu/fotos")]
    typed = {str(value) for value in (*WORDS.values(), *MATTER.values())}
    for page in pages:
        assert set(german_in(page.text)) <= typed


def test_a_report_in_english_is_confirmed_and_answered_in_english(world: World, mailbox: Mailbox) -> None:
    town = a_tenant()
    visitor = speaking_english(town)
    fill_place(visitor)
    fill_matter(visitor, description="The handrail is loose and shakes.")
    fill_contact(visitor, email=f"reader@{town.slug}.example")
    visitor.get("/hinweise/neu/pruefen")
    page = visitor.get(send(visitor).headers["Location"]).text
    assert "You will receive an answer by" in page
    assert not german_in(page)
    number = re.search(r"\d{4}-\d{6}", page)
    assert number is not None
    move(town, number[0], Verb.publish)
    move(town, number[0], Verb.close_unresolved, reason="private_owner", public_text=ANSWER)
    world.work()
    mails = mailbox.to(f"reader@{town.slug}.example")
    assert [str(mail["Subject"]).split(": ")[1] for mail in mails] == [
        f"your report {number[0]} has been received", f"report {number[0]} – published",
        f"report {number[0]} – closed without a fix",
    ]
    for mail in mails:
        html = mail.get_body(("html",))
        assert html is not None
        assert not german_in(html.get_content())
    answer = mails[-1].get_body(("html",))
    assert answer is not None
    assert ANSWER in said_in("de", answer.get_content())
    assert "The land does not belong to the municipality" in answer.get_content()
    assert any("Neuer Hinweis" in str(mail["Subject"]) for mail in mailbox.to(f"redaktion@{town.slug}.example"))


def test_a_report_in_german_is_answered_in_german_whatever_the_desk_reads(world: World, mailbox: Mailbox) -> None:
    town = a_tenant()
    number = a_report(town)
    editor = an_editor(town)
    editor.get("/sprache/en")
    editor.get(f"/redaktion/{number}/publish")
    version = re.search(r'name="version" value="(\d+)"', editor.last.text if editor.last else "")
    assert version is not None
    assert editor.post(f"/redaktion/{number}/publish", {"version": version[1]}).status_code == 303
    world.work()
    subjects = [str(mail["Subject"]) for mail in mailbox.to(f"karin.melder@{town.slug}.example")]
    assert subjects[-1].endswith("– veröffentlicht")
