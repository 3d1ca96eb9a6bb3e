"""Working through a list of the desk: the next report is the next of that list, and the way back leads to it."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from maerker.database.base import session
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_clerk, a_report, a_visitor, an_editor, berlin, code_of, move
from tests.tenants.desk.test_steps import send
from tests.world import Visitor

WAITING = "/redaktion/?ansicht=waiting"


def change(town: MadeTown, statement: str, **values: Any) -> None:
    with Here.world.scope(town.tenant_id):
        session().execute(text(statement), values)


def due(town: MadeTown, number: str, moment: datetime) -> None:
    change(town, "UPDATE reports SET next_due_at = :moment WHERE number = :number", moment=moment, number=number)


def rows(visitor: Visitor, path: str) -> list[str]:
    """The addresses that the rows of a list lead to."""
    page = visitor.get(path).text.replace("&amp;", "&")
    return re.findall(r'm-inbox__title"><a href="([^"]+)"', page)


def next_of(visitor: Visitor) -> str:
    """Where the page's way to the next report leads."""
    page = visitor.last.text.replace("&amp;", "&") if visitor.last else ""
    href = re.search(r'href="(/redaktion/naechster[^"]*)"', page)
    assert href
    return str(visitor.get(href.group(1)).headers["Location"])


def test_the_next_report_is_the_next_of_the_list_that_someone_works_through(town: MadeTown) -> None:
    first, between, second, third = (a_report(town) for _ in range(4))
    for days, number in enumerate((first, between, second, third)):
        due(town, number, berlin(2031, 5, 1 + days))
    move(town, between, Verb.publish)  # no longer in the list of what waits
    due(town, between, berlin(2031, 5, 2))
    editor = an_editor(town)
    opened = rows(editor, WAITING)
    assert [urlsplit(href).path[-11:] for href in opened] == [first, second, third]
    editor.get(opened[0])
    assert urlsplit(next_of(editor)).path == f"/redaktion/{second}"
    done = send(editor, second, "reject?liste=ansicht%3Dwaiting", reason="test_or_spam", public_text="Ein Test.")
    assert done.status_code == 303
    page = editor.get(done.headers["Location"]).text
    assert "Der Hinweis ist abgelehnt" in page
    assert 'href="/redaktion/?ansicht=waiting"' in page  # the way back to the list
    after = next_of(editor)
    assert urlsplit(after).path == f"/redaktion/{third}"
    assert parse_qs(urlsplit(after).query) == {"liste": ["ansicht=waiting"]}


def test_after_the_last_of_a_list_comes_the_list(town: MadeTown) -> None:
    number = a_report(town)
    move(town, a_report(town), Verb.publish)
    editor = an_editor(town)
    done = send(editor, number, "publish?liste=ansicht%3Dwaiting")
    editor.get(done.headers["Location"])
    assert next_of(editor) == WAITING
    assert "Hier ist nichts offen" in editor.get(WAITING).text


def test_without_a_list_the_next_is_what_is_due_next_and_not_the_top(town: MadeTown) -> None:
    first, second, third = (a_report(town) for _ in range(3))
    for days, number in enumerate((first, second, third)):
        due(town, number, berlin(2031, 5, 1 + days))
    editor = an_editor(town)
    done = send(editor, second, "reject", reason="test_or_spam", public_text="Ein Test.")
    editor.get(done.headers["Location"])
    assert next_of(editor) == f"/redaktion/{third}"


@pytest.mark.parametrize("odd", [
    "seite%3D0", "%00", "ansicht%3Dnirgends", "fachbereich%3D9999999999999999999999", "x" * 900,
])
def test_an_odd_list_is_none(town: MadeTown, odd: str) -> None:
    number = a_report(town)
    editor = an_editor(town)
    assert editor.get(f"/redaktion/{number}?liste={odd}").status_code == 200
    assert editor.get(f"/redaktion/{number}/publish?liste={odd}").status_code == 200
    assert editor.get(f"/redaktion/naechster?nach={number}&liste={odd}&bei=gestern").status_code == 303


def test_a_page_that_there_is_no_longer_leads_to_the_last_one(town: MadeTown) -> None:
    made = [a_report(town) for _ in range(51)]
    editor = an_editor(town)
    assert len(rows(editor, "/redaktion/?seite=2")) == 1
    move(town, made[0], Verb.reject, reason="test_or_spam", public_text="Ein Test.")
    assert editor.get("/redaktion/?seite=2&kategorie=roads").headers["Location"] == "/redaktion/?kategorie=roads"
    assert editor.get("/redaktion/alle?seite=9").headers["Location"] == "/redaktion/alle?seite=2"
    assert editor.get("/redaktion/alle?seite=9&q=nirgends").headers["Location"] == "/redaktion/alle?q=nirgends"


def test_a_rejected_report_shows_no_light_at_the_desk(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.reject, reason="test_or_spam", public_text="Ein Test.")
    editor = an_editor(town)
    for path in (f"/redaktion/{number}", "/redaktion/alle", f"/redaktion/{number}/note"):
        main = editor.get(path).text.split("<main")[1]
        assert "abgelehnt" in main, path
        assert "eingetragen" not in main.replace("<option", "<!--").replace("</option>", "-->") or path.endswith("alle")


def test_what_was_written_in_english_is_marked_so(town: MadeTown) -> None:
    number = a_report(town, description="There is a deep hole in the road.", language="en")
    editor = an_editor(town)
    assert '<p class="m-quote" lang="en">There is a deep hole' in editor.get(f"/redaktion/{number}").text
    assert '<p class="m-inbox__excerpt" lang="en">There is' in editor.get("/redaktion/").text


def test_a_long_neighbour_ends_between_two_words(town: MadeTown) -> None:
    a_report(town, description="Schlagloch " * 30)
    page = an_editor(town).get(f"/redaktion/{a_report(town)}").text
    shown = re.search(r'<span class="m-small" lang="de">((?:Schlagloch )+…)</span>', page)
    assert shown
    assert len(shown.group(1)) < 145


def test_a_day_can_be_typed_as_people_write_it(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    day = (berlin(2031, 12, 31)).strftime("%d.%m.%Y")
    assert send(an_editor(town), number, "answer", public_text="Bald.", planned_for=day).status_code == 303
    page = an_editor(town).get(f"/redaktion/{number}/answer").text
    assert 'value="2031-12-31"' in page  # another answer need not take it back


def test_who_may_not_see_the_office_is_led_to_the_inbox(town: MadeTown) -> None:
    page = a_clerk(town).get("/verwaltung/")
    assert page.status_code == 403
    assert 'href="/redaktion/"' in page.text
    assert "Zur Verwaltung" not in page.text


def test_contact_data_that_is_erased_is_not_called_never_given(town: MadeTown) -> None:
    number = a_report(town, email="", name="")
    move(town, number, Verb.publish)
    move(town, number, Verb.finish, public_text="Fertig.")
    pages = [(an_editor(town), f"/redaktion/{number}"), (a_visitor(town), f"/verfolgen/{code_of(town, number)}")]
    for visitor, path in pages:
        assert "ein halbes Jahr nach dem Abschluss gelöscht" not in visitor.get(path).text
    change(town, "UPDATE reports SET closed_at = closed_at - interval '200 days'")
    for visitor, path in pages:
        assert "ein halbes Jahr nach dem Abschluss gelöscht" in visitor.get(path).text
