"""The desk in English: staff who choose it read everything in it but the words of people."""

import pytest

from tenants.reports.status import Verb
from tests.makers import a_report, a_tenant, an_editor, move
from tests.reading import said_in
from tests.tenants.portal.test_english import GERMAN

NAMES = ("Tiefbau und Straßen", "Grün und Ordnung")
TYPED = "Vor dem Haus ist ein tiefes Schlagloch, Räder schlagen durch."


def german_in(page: str) -> list[str]:
    """German sentences beside the names of departments, and the text that a form is filled with."""
    found = []
    for words in said_in("en", page):
        for name in (*NAMES, TYPED if "<textarea" in page else ""):
            words = words.replace(name, "")
        if GERMAN.search(words):
            found.append(words)
    return found


@pytest.mark.parametrize("verb", [None, *Verb])
def test_a_report_at_the_desk_and_each_of_its_steps(verb: Verb | None) -> None:
    town = a_tenant()
    number = a_report(town)
    if verb not in (None, Verb.publish, Verb.publish_redacted, Verb.work_without_publishing, Verb.reject):
        move(town, number, Verb.publish)
        move(town, number, Verb.accept, department_id=town.town.departments[0].id)
    if verb is Verb.reopen:
        move(town, number, Verb.finish, public_text="Das ist erledigt.")
    editor = an_editor(town)
    editor.get("/sprache/en")
    address = f"/redaktion/{number}" + (f"/{verb}" if verb else "")
    page = editor.get(address)
    assert not german_in(page.text)
    if verb:
        version = town_version(page.text)
        assert not german_in(editor.post(address, {"version": version}).text)


def town_version(page: str) -> str:
    return page.partition('name="version" value="')[2].partition('"')[0]


@pytest.mark.parametrize("path", ["/redaktion/", "/redaktion/?ansicht=overdue", "/redaktion/?q=nirgends",
                                  "/redaktion/alle", "/redaktion/0000-000000"])
def test_the_lists_of_the_desk(path: str) -> None:
    town = a_tenant()
    for release in (None, Verb.publish, Verb.work_without_publishing):
        number = a_report(town)
        if release:
            move(town, number, release, reason="ongoing_matter" if release is not Verb.publish else "")
    editor = an_editor(town)
    editor.get("/sprache/en")
    assert not german_in(editor.get(path).text)
