"""The inbox: what is due first, for whom, narrowed by what, in few statements."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bench.statements import counted
from maerker.audit.actor import CITIZEN
from maerker.clock import now
from maerker.database.base import session
from tenants.profile.town import Town
from tenants.reports.actions import submit_report
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_clerk, a_new_report, a_report, a_tenant, an_editor, move, signed_in
from tests.world import Visitor


def change(town: MadeTown, statement: str, **values: Any) -> None:
    with Here.world.scope(town.tenant_id):
        session().execute(text(statement), values)


def due_in(town: MadeTown, number: str, **delta: float) -> None:
    change(town, "UPDATE reports SET next_due_at = :due, publication_due_at = :due WHERE number = :number",
           due=now() + timedelta(**delta), number=number)


def numbers(visitor: Visitor, path: str = "/redaktion/") -> list[str]:
    """The numbers in the order in which the page lists them."""
    page = visitor.get(path)
    assert page.status_code == 200, page.text[:300]
    return re.findall(r'm-inbox__title"><a href="/redaktion/([0-9-]+)["?]', page.text)


def headings(visitor: Visitor) -> list[str]:
    assert visitor.last is not None
    return re.findall(r'<h2 id="gruppe-(\w+)"', visitor.last.text)


def department(town: MadeTown, name: str) -> int:
    return next(item.id for item in town.town.departments if item.name == name)


def test_what_is_due_first_stands_on_top_under_its_heading(town: MadeTown) -> None:
    later, overdue, week, none, sooner = (a_report(town) for _ in range(5))
    due_in(town, later, days=20)
    due_in(town, overdue, days=-3)
    due_in(town, week, days=4)
    due_in(town, sooner, hours=-1)
    change(town, "UPDATE reports SET next_due_at = NULL WHERE number = :number", number=none)
    editor = an_editor(town)
    assert numbers(editor) == [overdue, sooner, week, later, none]
    assert headings(editor) == ["overdue", "week", "later", "none"]
    assert "5 offene Hinweise, 2 überfällig" in editor.last.text  # type: ignore[union-attr]


def test_a_report_due_at_midnight_is_due_today(town: MadeTown) -> None:
    from maerker.clock import BERLIN

    number = a_report(town)
    midnight = (now().astimezone(BERLIN) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    change(town, "UPDATE reports SET next_due_at = :due, publication_due_at = :due, first_answer_due_at = :due,"
           " forwarding_due_at = :due WHERE number = :number", due=midnight, number=number)
    editor = an_editor(town)
    assert numbers(editor) == [number]
    assert headings(editor) == ["today"]
    assert "Freigabe: bis heute Abend" in editor.last.text  # type: ignore[union-attr]


def test_a_row_says_what_one_needs_to_know(town: MadeTown) -> None:
    number = a_report(town, lat=None, lon=None)
    page = an_editor(town).get("/redaktion/").text
    for words in ("Bahnhofstraße 12, Sandow", number, "tiefes Schlagloch", "eingetragen", "wartet auf Freigabe",
                  "Freigabe: ", "ohne Punkt", "heute, ", "noch keiner"):
        assert words in page


def test_no_contact_data_in_the_lists(town: MadeTown) -> None:
    a_report(town, name="Karin Melder", email="karin.melder@posteo.example", phone="0355 4711")
    editor = an_editor(town)
    for path in ("/redaktion/", "/redaktion/alle"):
        assert not any(word in editor.get(path).text for word in ("Karin", "posteo", "4711"))


def test_the_views_and_their_counts(town: MadeTown) -> None:
    waiting, working, late = a_report(town), a_report(town), a_report(town)
    move(town, working, Verb.publish)
    move(town, late, Verb.publish)
    move(town, late, Verb.accept, department_id=department(town, "Tiefbau und Straßen"))
    due_in(town, late, days=-1)
    editor = an_editor(town)
    assert numbers(editor, "/redaktion/?ansicht=waiting") == [waiting]
    assert numbers(editor, "/redaktion/?ansicht=overdue") == [late]
    tabs = re.findall(r"([\w ]+) <span class=\"m-tabs__count\">(\d+)</span></a>", editor.get("/redaktion/").text)
    assert dict(tabs) == {"Alle offenen": "3", "Überfällig": "1", "Wartet auf Freigabe": "1"}
    clerk = a_clerk(town)
    assert numbers(clerk, "/redaktion/?ansicht=mine") == [late]
    assert "Meine Fachbereiche" in clerk.last.text  # type: ignore[union-attr]


def test_filters_narrow_the_list(town: MadeTown) -> None:
    hole, lamp = a_report(town), a_report(town, category="street_light", description="Die Laterne flackert nachts.")
    move(town, lamp, Verb.publish)
    move(town, lamp, Verb.accept, department_id=department(town, "Tiefbau und Straßen"))
    editor = an_editor(town)
    assert numbers(editor, "/redaktion/?kategorie=street_light") == [lamp]
    assert numbers(editor, "/redaktion/?stand=received") == [hole]
    assert numbers(editor, f"/redaktion/?fachbereich={department(town, 'Tiefbau und Straßen')}") == [lamp]
    assert numbers(editor, "/redaktion/?fachbereich=0") == [hole]
    assert numbers(editor, "/redaktion/?q=Laternen") == [lamp]
    assert numbers(editor, "/redaktion/?q=Schlagloch&kategorie=street_light") == []
    assert "Kein offener Hinweis passt dazu" in editor.last.text  # type: ignore[union-attr]


def test_nonsense_in_the_address_is_no_error(town: MadeTown) -> None:
    a_report(town)
    editor = an_editor(town)
    for query in ("stand=blau", "fachbereich=x", "fachbereich=99999999999999999999", "ansicht=alles", "q=%00",
                  "q='%22((%3A*", "seite=x", "kategorie=%00"):
        assert editor.get(f"/redaktion/?{query}").status_code == 200, query
    assert editor.get("/redaktion/?seite=0").status_code == 404


def test_closed_reports_leave_the_inbox_and_stay_in_the_list(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.reject, reason="insult", public_text="So können wir das nicht bearbeiten.")
    editor = an_editor(town)
    assert numbers(editor) == []
    assert "Alles bearbeitet" in editor.last.text  # type: ignore[union-attr]
    assert numbers(editor, "/redaktion/alle") == [number]
    assert numbers(editor, "/redaktion/alle?freigabe=rejected") == [number]
    assert numbers(editor, "/redaktion/alle?freigabe=published") == []


@pytest.mark.parametrize("typed", ["{number}", " {number} ", "{short}", "{year}-{short}"])
def test_a_typed_number_leads_to_the_report(town: MadeTown, typed: str) -> None:
    number = a_report(town)
    year, running = number.split("-")
    words = typed.format(number=number, short=str(int(running)), year=year)
    for path in ("/redaktion/", "/redaktion/alle"):
        answer = an_editor(town).get(path, query_string={"q": words})
        assert answer.headers.get("Location") == f"/redaktion/{number}"


def test_a_number_that_is_not_there_is_searched_for(town: MadeTown) -> None:
    assert an_editor(town).get("/redaktion/?q=2026-999999").status_code == 200


def test_a_clerk_sees_own_departments_only(town: MadeTown) -> None:
    own, other, nobody = a_report(town), a_report(town), a_report(town)
    move(town, own, Verb.assign, department_id=department(town, "Tiefbau und Straßen"))
    move(town, other, Verb.assign, department_id=department(town, "Grün und Ordnung"))
    clerk = a_clerk(town)
    for path in ("/redaktion/", "/redaktion/alle", "/redaktion/alle?q=Schlagloch"):
        assert numbers(clerk, path) == [own]
    for number in (other, nobody):
        assert clerk.get(f"/redaktion/{number}").status_code == 404
        assert clerk.get(f"/redaktion/?q={number}").status_code == 200
    assert clerk.get(f"/redaktion/naechster?nach={own}").headers["Location"] == "/redaktion/"
    assert "1 offener Hinweis" in clerk.get("/redaktion/").text


def test_a_clerk_without_departments_sees_nothing(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.assign, department_id=department(town, "Tiefbau und Straßen"))
    change(town, "DELETE FROM staff_memberships")
    assert numbers(a_clerk(town)) == []


def test_a_reader_sees_everything(town: MadeTown) -> None:
    number = a_report(town)
    assert numbers(signed_in(town, "rat")) == [number]


def test_fifty_rows_a_page(town: MadeTown) -> None:
    made = [a_report(town) for _ in range(52)]
    editor = an_editor(town)
    assert numbers(editor) == made[:50]
    assert "52 offene Hinweise" in editor.last.text  # type: ignore[union-attr]
    assert numbers(editor, "/redaktion/?seite=2") == made[50:]
    assert numbers(editor, "/redaktion/alle?seite=2") == made[1::-1]
    assert 'href="/redaktion/?stand=received&amp;seite=2"' in editor.get("/redaktion/?stand=received").text


def test_from_one_report_to_the_next(town: MadeTown) -> None:
    first, second, third = (a_report(town) for _ in range(3))
    due_in(town, first, days=-2)
    due_in(town, second, days=-1)
    editor = an_editor(town)

    def after(number: str) -> str:
        return editor.get(f"/redaktion/naechster?nach={number}").headers["Location"].removeprefix("/redaktion/")

    assert [after(first), after(second), after(third)] == [second, third, first]
    move(town, first, Verb.reject, reason="test_or_spam", public_text="Das war ein Test.")
    assert after(first) == second


def test_the_desk_says_when_mails_are_late_or_refused(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    assert "E-Mail" not in editor.get("/redaktion/").text
    change(town, "UPDATE outbox SET attempts = 2, problem = 'ConnectionRefusedError' WHERE kind = 'mail_receipt'")
    assert "1 E-Mail wartet auf den Versand" in editor.get("/redaktion/").text
    change(town, "UPDATE outbox SET done_at = now(), problem = 'MailRefused: 550' WHERE kind = 'mail_receipt'")
    page = editor.get("/redaktion/").text
    notice = page[page.index("1 E-Mail konnte nicht zugestellt werden"):page.index("<h1>")]
    assert f'href="/redaktion/{number}"' in notice
    clerk = a_clerk(town).get("/redaktion/").text
    assert "1 E-Mail konnte nicht zugestellt werden" in clerk
    assert number not in clerk
    change(town, "UPDATE outbox SET problem = ''")
    assert "E-Mail" not in editor.get("/redaktion/").text


def test_another_town_has_an_inbox_of_its_own(town: MadeTown) -> None:
    a_report(town)
    assert numbers(an_editor(a_tenant())) == []


def test_the_inbox_asks_as_much_for_a_hundred_rows_as_for_ten(town: MadeTown) -> None:
    editor = an_editor(town)
    asked: dict[str, int] = {}
    loaded = town.town
    for wanted in (10, 100):
        with Here.world.scope(town.tenant_id):
            for n in range(wanted - asked.get("made", 0)):
                submit(town, loaded, n)
            asked["made"] = wanted
        for path in ("/redaktion/", "/redaktion/?kategorie=roads&q=Schlagloch", "/redaktion/alle"):
            editor.get(path)
            with counted() as asked_now:
                editor.get(path)
            assert asked_now.number <= 8, asked_now.statements
            assert asked.setdefault(path, asked_now.number) == asked_now.number


def submit(town: MadeTown, loaded: Town, n: int) -> None:
    """A report in the open scope: many in one transaction are made sooner."""
    submit_report(
        a_new_report(town, email="", name="", house_number=str(n)), town=loaded, code=f"code{n}{now()}",
        by=CITIZEN, at=now(),
    )
