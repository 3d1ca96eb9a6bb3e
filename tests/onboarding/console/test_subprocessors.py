"""A change of sub-processors as a story: announced at the console, answered by the Kommune, in effect, to the mails."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from onboarding.contracts.models import Subprocessor
from onboarding.contracts.queries import subprocessor_changes, subprocessor_register
from tests.makers import Here
from tests.makers_changes import (
    a_mailer,
    announced,
    answer_of,
    let_it_take_effect,
    on_the_day,
    own_registers,
    with_agreement,
)
from tests.makers_joining import admitted, file_id_of
from tests.makers_operators import OperatorVisitor, an_operator
from tests.world import Mailbox, World

PLACE = "/unterauftragsverarbeiter"
REASON = "Der Dienst hat seinen Sitz nicht in der Europäischen Union."


@pytest.fixture(autouse=True)
def _own_registers(world: World) -> Iterator[None]:
    with own_registers():
        yield


def a_form(**changes: Any) -> dict[str, Any]:
    """The form of an announcement, filled in."""
    mailer = a_mailer()
    return {
        "kind": "comes", "replaces": "", "what": "Mails verschickt künftig ein eigener Dienst.", "name": mailer.name,
        "seat": mailer.seat, "country": mailer.country, "service": mailer.service, "data": mailer.data,
        "objection_days": "30", "takes_effect_on": (local_day(now()) + timedelta(days=31)).isoformat(), **changes,
    }


def announce_at(anke: OperatorVisitor, **changes: Any) -> int:
    """Announce over HTTP: the form, the page that says who gets a mail, and sending it. The id of the change."""
    form = a_form(**changes)
    anke.get(f"{PLACE}/ankuendigen")
    asked = anke.post(f"{PLACE}/ankuendigen", form)
    assert "Ankündigung verschicken?" in asked.text, asked.text[:4000]
    done = anke.post(f"{PLACE}/ankuendigen", {**form, "act": "confirmed"})
    assert done.status_code == 303, done.text[:4000]
    return int(done.headers["Location"].split("/")[-1].split("?")[0])


def changes_there() -> int:
    with Here.world.no_scope("console"):
        return len(subprocessor_changes())


def row_of(name: str) -> Subprocessor:
    with Here.world.no_scope("console"):
        row = next(row for row in subprocessor_register() if row.name == name)
        session().expunge(row)
        return row


def test_from_the_announcement_to_the_effect_and_both_sides_see_it(mailbox: Mailbox) -> None:
    file, other, anke = with_agreement(), with_agreement(), an_operator()
    Here.world.work()
    mailbox.mails.clear()
    form = a_form()
    anke.get(f"{PLACE}/ankuendigen")
    asked = anke.post(f"{PLACE}/ankuendigen", form)
    assert "bekommen eine Nachricht" in asked.text
    assert changes_there() == 0
    done = anke.post(f"{PLACE}/ankuendigen", {**form, "act": "confirmed"})
    change_id = int(done.headers["Location"].split("/")[-1].split("?")[0])
    Here.world.work()
    assert len(mailbox.to(file.kommune.email)) == len(mailbox.to(other.kommune.email)) == 1
    assert form["what"] in file.visitor.get("/akte").text
    path = f"/akte/aenderungen/{change_id}"
    file.visitor.get(path)
    answer = file.visitor.post(path, {"answer": "objected", "reason": REASON})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/akte/aenderungen?getan=widersprochen")
    shown = anke.get(f"{PLACE}/aenderungen/{change_id}").text
    assert REASON in shown
    assert file.kommune.name in shown
    assert other.kommune.name in shown
    assert file.kommune.name not in anke.get(f"{PLACE}/aenderungen/{change_id}?antwort=silent").text
    let_it_take_effect(on_the_day(change_id))
    assert answer_of(other, change_id).effective_from is not None
    assert answer_of(file, change_id).effective_from is None
    assert "nein, wegen des Einwands" in anke.get(f"{PLACE}/aenderungen/{change_id}").text
    told = file.visitor.get("/akte/verlauf").text
    assert "widerspricht der angekündigten Änderung" in told
    assert f"Einwand möglich bis {local_day(now()) + timedelta(days=30):%d.%m.%Y}" in told


def test_sending_asks_for_the_second_factor_and_keeps_the_form() -> None:
    anke = an_operator()
    form = a_form()
    anke.get(f"{PLACE}/ankuendigen")
    anke.let_time_pass(minutes=11)
    asked = anke.post(f"{PLACE}/ankuendigen", form)
    assert "Bitte bestätigen" in asked.text
    assert form["name"] in asked.text
    confirmed = anke.post(f"{PLACE}/ankuendigen", {**form, "fresh_code": anke.next_code()})
    assert "Ankündigung verschicken?" in confirmed.text
    assert "fresh_code" not in confirmed.text
    assert changes_there() == 0


@pytest.mark.parametrize(("changes", "field"), [
    ({"kind": ""}, "kind"), ({"kind": "changes"}, "replaces"), ({"kind": "goes"}, "replaces"), ({"what": " "}, "what"),
    ({"name": ""}, "name"), ({"country": ""}, "country"), ({"objection_days": "29"}, "objection_days"),
    ({"objection_days": "viele"}, "objection_days"), ({"takes_effect_on": "bald"}, "takes_effect_on"),
    ({"takes_effect_on": "2026-01-01"}, "takes_effect_on"),
])
def test_what_is_missing_is_said_beside_the_field_and_nothing_is_sent(changes: dict[str, Any], field: str) -> None:
    anke, form = an_operator(), a_form(**changes)
    anke.get(f"{PLACE}/ankuendigen")
    refused = anke.post(f"{PLACE}/ankuendigen", {**form, "act": "confirmed"})
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert form["service"] in refused.text
    assert changes_there() == 0


def test_one_goes_and_another_changes_what_it_does() -> None:
    anke = an_operator()
    first = announce_at(anke, name="Postbote Nord AG")
    let_it_take_effect(on_the_day(first))
    row = row_of("Postbote Nord AG")
    page = anke.get(f"{PLACE}/ankuendigen?eintrag={row.id}").text
    assert 'value="Postbote Nord AG"' in page
    later = (local_day(on_the_day(first)) + timedelta(days=40)).isoformat()
    second = announce_at(anke, kind="changes", replaces=str(row.id), name="Postbote Nord AG", service="Anderes",
                         takes_effect_on=later)
    form = a_form(kind="goes", replaces=str(row.id))
    anke.get(f"{PLACE}/ankuendigen")
    again = anke.post(f"{PLACE}/ankuendigen", form)
    assert again.status_code == 409
    assert "schon angekündigt" in again.text
    let_it_take_effect(on_the_day(second))
    assert "Anderes" in anke.get(PLACE).text


def test_an_announcement_is_taken_back_and_the_kommune_hears_of_it(mailbox: Mailbox) -> None:
    file, anke = with_agreement(), an_operator()
    change_id = announced()
    Here.world.work()
    mailbox.mails.clear()
    path = f"{PLACE}/aenderungen/{change_id}/zuruecknehmen"
    anke.get(path)
    assert anke.post(path).status_code == 303
    Here.world.work()
    assert len(mailbox.to(file.kommune.email)) == 1
    assert "zurückgenommen" in file.visitor.get("/akte/aenderungen").text
    let_it_take_effect(on_the_day(change_id))
    anke.get(PLACE)
    assert anke.post(path).status_code == 303


def test_without_an_agreement_anywhere_one_is_entered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from onboarding.contracts import subprocessor_actions

    monkeypatch.setattr(subprocessor_actions, "somebody_has_an_agreement", lambda: False)
    monkeypatch.setattr("onboarding.console.subprocessors.somebody_has_an_agreement", lambda: False)
    anke, form = an_operator(), a_form(name="Rechenzentrum Havelland GmbH")
    anke.get(f"{PLACE}/neu")
    assert anke.post(f"{PLACE}/neu", {**form, "seat": ""}).status_code == 422
    assert anke.post(f"{PLACE}/neu", {**form, "since": "2026-01-01"}).status_code == 303
    assert "Rechenzentrum Havelland GmbH" in anke.get(PLACE).text


def test_with_an_agreement_it_has_to_be_announced() -> None:
    with_agreement()
    anke = an_operator()
    assert "Bitte kündigen Sie die Änderung an" in anke.get(f"{PLACE}/neu").text
    anke.get(PLACE + "/ankuendigen")
    refused = anke.post(f"{PLACE}/neu", a_form())
    assert refused.status_code == 409
    with Here.world.no_scope("console"):
        assert subprocessor_register() == []


@pytest.mark.parametrize("role", ["support", "trainer", "reader"])
def test_others_see_the_answers_and_announce_nothing(role: str) -> None:
    change_id, reader = announced(), an_operator(role)
    assert reader.get(f"{PLACE}/aenderungen/{change_id}").status_code == 200
    assert "Änderung ankündigen" not in reader.get(PLACE).text
    for path in (f"{PLACE}/neu", f"{PLACE}/ankuendigen", f"{PLACE}/aenderungen/{change_id}/zuruecknehmen"):
        assert reader.get(path).status_code == 403
        reader.get(PLACE)
        assert reader.post(path, a_form()).status_code == 403
    assert changes_there() == 1


def test_an_empty_register_says_so() -> None:
    assert "Der Betreiber arbeitet allein" in an_operator().get(PLACE).text
    assert an_operator().get(f"{PLACE}/aenderungen/999999").status_code == 404


def test_a_kommune_without_an_agreement_is_not_among_the_answers() -> None:
    stranger, anke = admitted(), an_operator()
    change_id = announced()
    shown = anke.get(f"{PLACE}/aenderungen/{change_id}").text
    assert stranger.kommune.name not in shown
    assert str(file_id_of(stranger)) not in shown
