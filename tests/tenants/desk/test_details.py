"""Category, address and point put right at the desk: what was there before stays in the history."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from maerker.database.base import session
from tenants.reports.models import OutboxPosting, Publication, ReportEvent
from tenants.reports.status import Verb
from tests.makers import (
    Here,
    MadeTown,
    a_clerk,
    a_published_report,
    a_report,
    a_tenant,
    a_visitor,
    an_editor,
    code_of,
    move,
    report_row,
    signed_in,
)
from tests.tenants.desk.test_steps import department
from tests.world import Visitor

OTHER = {"category": "waste", "street": "Ostweg", "house_number": "3", "district": "Mitte"}


def version_of(visitor: Visitor) -> str:
    found = re.search(r'name="version" value="(\d+)"', visitor.last.text if visitor.last else "")
    assert found
    return found.group(1)


def send(visitor: Visitor, number: str, **changes: Any) -> Any:
    """Open the form, change some of its fields and send it."""
    visitor.get(f"/redaktion/{number}/angaben")
    typed = {
        "version": version_of(visitor), "category": "roads", "street": "Bahnhofstraße", "house_number": "12",
        "district": "Sandow",
    }
    return visitor.post(f"/redaktion/{number}/angaben", {**typed, **changes})


def kept(town: MadeTown, number: str) -> tuple[str, str, str, str]:
    with Here.world.scope(town.tenant_id):
        row = report_row(number)
        return row.category, row.street, row.house_number, row.district


def overtaken(town: MadeTown) -> tuple[str, Visitor, dict[str, str]]:
    """A report, an editor whose form was opened before a colleague changed the street, and what that form sends."""
    number = a_report(town)
    slow, quick = an_editor(town), signed_in(town, "admin")
    slow.get(f"/redaktion/{number}/angaben")
    sent = OTHER | {"version": version_of(slow)}
    assert send(quick, number, street="Parkweg").status_code == 303
    return number, slow, sent


def test_what_is_put_right_is_public_at_once_and_the_history_keeps_what_was_there(town: MadeTown) -> None:
    number = a_published_report(town)
    editor = an_editor(town)
    with Here.world.scope(town.tenant_id):
        mails = len(session().scalars(select(OutboxPosting)).all())
    answer = send(editor, number, category="waste", street="Bahnhofsplatz", house_number="")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/redaktion/{number}?getan=corrected")
    assert kept(town, number) == ("waste", "Bahnhofsplatz", "", "Sandow")
    page = editor.get(f"/redaktion/{number}").text
    assert "Kategorie oder Adresse geändert" in page
    for words in ("Straßen und Wege → ", "Straße: Bahnhofstraße → Bahnhofsplatz", "Hausnummer: 12 → –"):
        assert words in page
    with Here.world.scope(town.tenant_id):
        copy = session().scalars(select(Publication)).one()
        assert (copy.category, copy.street, copy.house_number) == ("waste", "Bahnhofsplatz", "")
        assert len(session().scalars(select(OutboxPosting)).all()) == mails
    reader = a_visitor(town)
    assert "Bahnhofsplatz, Sandow" in reader.get(f"/hinweise/{number}").text
    own = reader.get(f"/verfolgen/{code_of(town, number)}").text
    assert "Kategorie oder Adresse berichtigt" in own
    assert "→" not in own  # what was there before is for the desk


def test_nothing_becomes_public_by_it(town: MadeTown) -> None:
    number = a_report(town)
    assert send(an_editor(town), number, category="waste").status_code == 303
    with Here.world.scope(town.tenant_id):
        assert session().scalars(select(Publication)).all() == []


@pytest.mark.parametrize(("changes", "sentence"), [
    ({}, "Es ist noch nichts geändert."), ({"category": "gibtesnicht"}, "Bitte wählen Sie aus, worum es geht."),
    ({"category": ""}, "Bitte wählen Sie aus, worum es geht."), ({"district": "Atlantis"}, "Diesen Ortsteil gibt es"),
    ({"street": "Weg " * 40}, "Bitte höchstens 120 Zeichen."),
    ({"street": "\x00 Nord\x00weg", "house_number": "1" * 30}, "Bitte höchstens 20 Zeichen."),
])
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    town: MadeTown, changes: dict[str, str], sentence: str
) -> None:
    number = a_report(town)
    answer = send(an_editor(town), number, **changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert kept(town, number) == ("roads", "Bahnhofstraße", "12", "Sandow")
    if "street" in changes:
        assert changes["street"].replace("\x00", "").strip() in answer.text


def test_in_words_alone_a_street_is_needed(town: MadeTown) -> None:
    number = a_report(town, lat=None, lon=None)
    assert "Bitte nennen Sie die Straße" in send(an_editor(town), number, street="").text
    with_point = a_report(town)
    assert send(an_editor(town), with_point, street="", district="").status_code == 303


def test_who_was_slower_sees_what_is_there_now_and_keeps_the_own_words(town: MadeTown) -> None:
    number, slow, sent = overtaken(town)
    refused = slow.post(f"/redaktion/{number}/angaben", sent)
    assert refused.status_code == 409
    assert "Parkweg 12" in refused.text
    assert 'value="Ostweg"' in refused.text
    assert slow.post(f"/redaktion/{number}/angaben", {**sent, "version": version_of(slow)}).status_code == 303
    assert kept(town, number) == ("waste", "Ostweg", "3", "Mitte")


def test_only_those_who_work_on_it_can(town: MadeTown) -> None:
    number = a_report(town)
    assert signed_in(town, "rat").get(f"/redaktion/{number}/angaben").status_code == 403
    assert "/angaben" not in signed_in(town, "rat").get(f"/redaktion/{number}").text
    clerk = a_clerk(town)
    assert clerk.get(f"/redaktion/{number}/angaben").status_code == 404
    move(town, number, Verb.assign, department_id=department(town))
    assert send(clerk, number, street="Parkweg").status_code == 303
    other = a_tenant()
    assert an_editor(other).get(f"/redaktion/{number}/angaben").status_code == 404


def test_a_second_click_is_no_colleague(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/angaben?liste=ansicht%3Dwaiting")
    sent = OTHER | {"version": version_of(editor), "csrf_token": editor.token}
    for _ in range(2):
        answer = editor.post(f"/redaktion/{number}/angaben?liste=ansicht%3Dwaiting", sent)
        assert answer.headers["Location"] == f"/redaktion/{number}?getan=corrected&liste=ansicht%3Dwaiting"
    page = editor.get(answer.headers["Location"]).text
    assert "Die Änderung ist gespeichert." in page
    assert page.count("Kategorie oder Adresse geändert") == 1


def test_after_a_new_sign_in_nobody_elses_change_is_overwritten_unseen(town: MadeTown) -> None:
    number, slow, sent = overtaken(town)
    for lost in ({"again": "1"}, {"csrf_token": ""}):
        page = slow.post(f"/redaktion/{number}/angaben", {**sent, **lost})
        assert page.status_code == 200
        assert "gespeichert ist noch nichts" in page.text
        assert version_of(slow) == sent["version"]
    assert slow.post(f"/redaktion/{number}/angaben", sent).status_code == 409
    assert kept(town, number)[1] == "Parkweg"


def test_what_cannot_be_seen_is_left_out_of_a_line(town: MadeTown) -> None:
    number = a_report(town)
    assert send(an_editor(town), number, street="Ost\x01weg\nBcc: x@y\u202e").status_code == 303
    assert kept(town, number)[1] == "Ostweg Bcc: x@y"


def test_a_point_that_lies_wrong_is_moved(town: MadeTown) -> None:
    number = a_published_report(town)
    editor = an_editor(town)
    assert "Punkt verschieben" in editor.get(f"/redaktion/{number}").text
    editor.get(f"/redaktion/{number}/ort")
    sent = {"version": version_of(editor), "lat": str(town.lat + 0.01), "lon": str(town.lon)}
    assert editor.post(f"/redaktion/{number}/ort", sent).status_code == 303
    with Here.world.scope(town.tenant_id):
        assert session().scalars(select(Publication)).one().lat == town.lat + 0.01
        event = session().scalars(select(ReportEvent).order_by(ReportEvent.id.desc())).first()
        assert event is not None
        assert event.verb == "place_moved"
        assert event.internal_text == f"{town.lat:.5f}, {town.lon:.5f} → {town.lat + 0.01:.5f}, {town.lon:.5f}"
    editor.get(f"/redaktion/{number}/ort")
    assert editor.post(f"/redaktion/{number}/ort", sent).status_code == 303  # the second click
    editor.get(f"/redaktion/{number}/ort")
    slower = editor.post(f"/redaktion/{number}/ort", {**sent, "lat": str(town.lat + 0.02)})
    assert slower.status_code == 409
    assert "Ihr Punkt steht noch hier" in slower.text
    version = {"version": version_of(editor), "lat": str(town.lat + 0.01), "lon": str(town.lon)}
    for typed in ({"lat_typed": "51,7650"}, {"lat_typed": "51°45 N", "lon_typed": "14,35"}):
        assert "beide Zahlen" in editor.post(f"/redaktion/{number}/ort", {**version, **typed}).text
    assert "wo er war" in editor.post(f"/redaktion/{number}/ort", version).text
    own = a_visitor(town).get(f"/verfolgen/{code_of(town, number)}").text
    assert own.count("Der Punkt auf der Karte ist berichtigt") == 1
    outside = editor.post(f"/redaktion/{number}/ort", {**sent, "version": version_of(editor), "lat": "1"})
    assert outside.status_code == 422
    move(town, number, Verb.finish, public_text="Fertig.")
    assert editor.get(f"/redaktion/{number}/ort").status_code == 403
