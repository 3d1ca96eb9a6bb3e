"""A gate opened without proof: one person proposes with a reason, another decides, and it is shown for ever."""

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid, NotAllowed, NotThere, Stale
from onboarding.applications.overrides import agree_override, decline_override, propose_override
from onboarding.applications.standing import steps_now
from onboarding.steps import Standing, Step
from tests.makers import Here
from tests.makers_joining import a_file
from tests.makers_operators import OperatorVisitor, an_operator
from tests.onboarding.console.files import acts_of, an_admitted_file, id_of, recorded

REASON = "Der Oberbürgermeister ist bis Januar krank; die Erklärung kommt danach mit der Post."
ANNA, BERT = Actor(kind="operator", id=900001, name="Anna"), Actor(kind="operator", id=900002, name="Bert")


def place(file_id: uuid.UUID, step: str = "accession_declaration") -> str:
    return f"/akten/{file_id}/ausnahme/{step}"


def proposed(file_id: uuid.UUID) -> OperatorVisitor:
    """Somebody has proposed an override of the declaration."""
    anna = an_operator()
    anna.get(place(file_id))
    assert anna.post(place(file_id), {"reason": REASON}).status_code == 303
    return anna


def standing(file_id: uuid.UUID, step: Step = Step.accession_declaration) -> Standing:
    with Here.world.no_scope("console"), file_scope(file_id):
        return next(item for item in steps_now() if item.step is step).standing


def test_two_people_and_a_reason_open_a_gate_and_it_is_shown_for_ever() -> None:
    file_id, person = an_admitted_file()
    anna, bert = proposed(file_id), an_operator()
    assert standing(file_id) is Standing.open
    assert "Eine zweite Person muss zustimmen" in anna.get(place(file_id)).text
    assert "Eine Ausnahme wartet auf die zweite Person" in bert.get(f"/akten/{file_id}").text
    assert REASON in bert.get(place(file_id)).text
    assert bert.post(place(file_id) + "/zustimmen").status_code == 303
    assert standing(file_id) is Standing.overridden
    page = an_operator("reader").get(f"/akten/{file_id}").text
    assert REASON in page
    assert "ohne Nachweis freigegeben" in page
    history = person.visitor.get("/akte/verlauf").text
    assert "Die Ausnahme wurde zugelassen" in history
    assert REASON in history
    assert recorded(anna.account_id)[-1] == "override_proposed"
    assert recorded(bert.account_id)[-1] == "override_agreed"


def test_the_first_person_cannot_be_the_second() -> None:
    file_id, _ = an_admitted_file()
    anna = proposed(file_id)
    assert "/zustimmen" not in anna.get(place(file_id)).text
    answer = anna.post(place(file_id) + "/zustimmen")
    assert answer.status_code == 403
    assert "eine zweite Person" in answer.text
    assert standing(file_id) is Standing.open


def test_the_database_itself_wants_two_people() -> None:
    file_id, _ = an_admitted_file()
    proposed(file_id)
    with (
        pytest.raises(DBAPIError, match="two_people"), Here.world.no_scope("console"), file_scope(file_id),
    ):
        session().execute(
            text("UPDATE file_overrides SET second_by = first_by, second_at = now() WHERE file_id = :file"),
            {"file": file_id},
        )


def test_who_declines_says_why_and_the_gate_stays_shut() -> None:
    file_id, person = an_admitted_file()
    proposed(file_id)
    bert, why = an_operator(), "Ohne die Erklärung haben wir keine Grundlage für den Betrieb."
    bert.get(place(file_id))
    assert bert.post(place(file_id) + "/ablehnen", {"reason": "nein"}).status_code == 422
    assert bert.post(place(file_id) + "/ablehnen", {"reason": why}).status_code == 303
    assert standing(file_id) is Standing.open
    assert why in person.visitor.get("/akte/verlauf").text
    assert "wartet auf die zweite Person" not in bert.get(f"/akten/{file_id}").text
    bert.get("/konto")
    assert bert.post(place(file_id) + "/zustimmen").status_code == 409
    assert standing(file_id) is Standing.open


def test_a_proposal_is_taken_back_and_made_anew_by_somebody_else() -> None:
    file_id, _ = an_admitted_file()
    anna = proposed(file_id)
    anna.get(place(file_id))
    assert anna.post(place(file_id) + "/ablehnen", {"reason": ""}).status_code == 303
    proposed(file_id)
    anna.get(place(file_id))
    assert anna.post(place(file_id) + "/zustimmen").status_code == 303
    assert standing(file_id) is Standing.overridden
    assert [act for act in acts_of(file_id) if act.startswith("override")] == [
        "override_proposed", "override_taken_back", "override_proposed", "override_agreed",
    ]


@pytest.mark.parametrize("role", ["support", "trainer", "reader"])
def test_only_the_administration_opens_a_gate(role: str) -> None:
    file_id, _ = an_admitted_file()
    someone = an_operator(role)
    assert "/ausnahme/" not in someone.get(f"/akten/{file_id}").text
    assert someone.get(place(file_id)).status_code == 403
    someone.get("/konto")
    assert someone.post(place(file_id), {"reason": REASON}).status_code == 403


def test_the_second_factor_is_asked_anew_and_the_reason_is_not_lost() -> None:
    (file_id, _), anna = an_admitted_file(), an_operator()
    anna.let_time_pass(minutes=30)
    anna.get(place(file_id))
    asked = anna.post(place(file_id), {"reason": REASON})
    assert asked.status_code == 200
    assert REASON in asked.text
    assert "override_proposed" not in acts_of(file_id)
    assert anna.post(place(file_id), {"reason": REASON, "fresh_code": anna.next_code()}).status_code == 303
    assert "override_proposed" in acts_of(file_id)


def test_a_reason_that_says_nothing_is_refused_and_kept() -> None:
    (file_id, _), anna = an_admitted_file(), an_operator()
    anna.get(place(file_id))
    answer = anna.post(place(file_id), {"reason": "eilt"})
    assert answer.status_code == 422
    assert ">eilt</textarea>" in answer.text.replace("\n", "")


def test_a_file_that_was_not_admitted_has_no_exception() -> None:
    file_id, anna = id_of(a_file()), an_operator()
    assert "Zurzeit ist keine Ausnahme möglich" in anna.get(place(file_id)).text
    assert anna.post(place(file_id), {"reason": REASON}).status_code == 422


@pytest.mark.parametrize("step", ["training", "live", "application", "quatsch"])
def test_what_is_no_gate_has_no_exception(step: str) -> None:
    (file_id, _), anna = an_admitted_file(), an_operator()
    assert anna.get(place(file_id, step)).status_code == 404


def test_the_act_itself_knows_who_may_and_when() -> None:
    file_id, _ = an_admitted_file()
    joining = Actor(kind="joining", id=900001, name="Karla")
    with pytest.raises(NotAllowed), Here.world.no_scope("console"), file_scope(file_id):
        propose_override(Step.service_promise, REASON, by=joining, at=now())
    with pytest.raises(NotThere), Here.world.no_scope("console"), file_scope(file_id):
        agree_override(Step.service_promise, by=BERT, at=now())
    with Here.world.no_scope("console"), file_scope(file_id):
        propose_override(Step.service_promise, REASON, by=ANNA, at=now())
    with pytest.raises(Stale), Here.world.no_scope("console"), file_scope(file_id):
        propose_override(Step.service_promise, REASON, by=BERT, at=now())
    with pytest.raises(Invalid), Here.world.no_scope("console"), file_scope(file_id):
        decline_override(Step.service_promise, "kurz", by=BERT, at=now())
    with Here.world.no_scope("console"), file_scope(file_id):
        agree_override(Step.service_promise, by=BERT, at=now())
    with pytest.raises(Stale), Here.world.no_scope("console"), file_scope(file_id):
        decline_override(Step.service_promise, REASON, by=BERT, at=now())
    assert standing(file_id, Step.service_promise) is Standing.overridden
