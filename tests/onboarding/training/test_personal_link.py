"""The personal link: forged, of somebody else, opened by scanners; tries handed in twice, half, or from elsewhere."""

import re

import pytest
from sqlalchemy import select

from maerker.database.base import session
from onboarding.training.models import Trainee
from tests.makers import Here
from tests.onboarding.training.people import InTraining, answers_on, passes, somebody
from tests.world import Mailbox


def row_of(who: InTraining) -> Trainee:
    with Here.world.no_scope("console"):
        return session().scalars(select(Trainee).where(Trainee.email == who.email)).one()


@pytest.fixture
def who(mailbox: Mailbox) -> InTraining:
    return somebody()


def test_opening_the_link_changes_nothing(who: InTraining) -> None:
    before = {name: value for name, value in vars(row_of(who)).items() if not name.startswith("_")}
    for path in ("", "/lernheft", "/fragen", "/ergebnis", "/nachweis"):
        who.visitor.get(who.path + path)
    assert {name: value for name, value in vars(row_of(who)).items() if not name.startswith("_")} == before


def test_a_forged_link_and_somebody_elses_open_nothing(who: InTraining) -> None:
    other = somebody()
    file, number, proof = who.path.removeprefix("/selbsttest/").split("-")
    others_file, others_number, others_proof = other.path.removeprefix("/selbsttest/").split("-")
    forged = (
        f"{file}-{number}-{'0' * 32}", f"{file}-{number}-", f"{file}-{number}", "x", f"{file}-{number}-{others_proof}",
        f"{file}-{others_number}-{proof}", f"{others_file}-{number}-{proof}", f"{file}-{'9' * 30}-{proof}",
    )
    for name in forged:
        for path in ("", "/fragen", "/ergebnis", "/nachweis", "/lernheft"):
            assert who.visitor.get(f"/selbsttest/{name}{path}").status_code == 404
        who.visitor.get(who.path + "/fragen")
        assert who.visitor.post(f"/selbsttest/{name}/fragen", {"versuch": "0", "fragen": "1"}).status_code == 404


def test_what_is_not_answered_is_asked_for_and_the_try_is_not_used_up(who: InTraining) -> None:
    page = who.visitor.get(f"{who.path}/fragen").text
    form = answers_on(page)
    left_out = next(key for key in form if key not in ("versuch", "fragen"))
    answer = who.visitor.post(f"{who.path}/fragen", {key: form[key] for key in form if key != left_out})
    assert answer.status_code == 422
    assert answer.text.count("Bitte wählen Sie eine Antwort.") == 2
    assert answer.text.count(" checked") == 9
    assert row_of(who).test_tries == 0
    passes(who)


def test_answers_of_another_question_count_as_open(who: InTraining) -> None:
    form = answers_on(who.visitor.get(f"{who.path}/fragen").text)
    first, second = [key for key in form if key not in ("versuch", "fragen")][:2]
    assert who.visitor.post(f"{who.path}/fragen", {**form, first: form[second]}).status_code == 422


def test_a_try_handed_in_twice_counts_once(who: InTraining) -> None:
    form = answers_on(who.visitor.get(f"{who.path}/fragen").text, wrong=5)
    form["csrf_token"] = who.visitor.token
    for _window in range(2):
        assert who.visitor.post(f"{who.path}/fragen", form).headers["Location"].endswith("/ergebnis")
    assert (row_of(who).test_tries, row_of(who).test_score) == (1, 5)


@pytest.mark.parametrize(("wrong", "passed"), [(2, True), (3, False)])
def test_eight_right_answers_pass(who: InTraining, wrong: int, passed: bool) -> None:
    who.visitor.post(f"{who.path}/fragen", answers_on(who.visitor.get(f"{who.path}/fragen").text, wrong=wrong))
    assert (row_of(who).test_passed_at is not None) is passed


def test_who_has_passed_is_not_asked_again(who: InTraining) -> None:
    form = answers_on(who.visitor.get(f"{who.path}/fragen").text)
    who.visitor.post(f"{who.path}/fragen", form)
    assert who.visitor.get(f"{who.path}/fragen").headers["Location"].endswith("/ergebnis")
    wrong = {**form, "versuch": "1"}
    assert who.visitor.post(f"{who.path}/fragen", wrong).headers["Location"].endswith("/ergebnis")
    assert row_of(who).test_score == 10


def test_a_form_from_elsewhere_is_refused_and_keeps_the_answers(who: InTraining) -> None:
    form = answers_on(who.visitor.get(f"{who.path}/fragen").text)
    answer = who.visitor.post(f"{who.path}/fragen", {**form, "csrf_token": ""})
    assert answer.status_code == 400
    assert answer.text.count(" checked") == 10
    assert row_of(who).test_tries == 0


@pytest.mark.parametrize("fields", [{"versuch": "x"}, {"versuch": ""}, {"fragen": "99"}, {"fragen": ""}])
def test_a_page_of_other_questions_begins_anew(who: InTraining, fields: dict[str, str]) -> None:
    form = answers_on(who.visitor.get(f"{who.path}/fragen").text)
    answer = who.visitor.post(f"{who.path}/fragen", {**form, **fields})
    assert answer.status_code == 422
    assert "beginnen Sie neu" in answer.text


def test_the_page_does_not_tell_the_right_answer(who: InTraining) -> None:
    page = who.visitor.get(f"{who.path}/fragen").text
    places = []
    form = answers_on(page)
    for field in re.findall(r"<fieldset.*?</fieldset>", page, re.S):
        name = re.search(r'name="(\w+)"', field)[1]  # type: ignore[index]
        places.append(re.findall(r'value="(\w+)"', field).index(form[name]))
    assert len(set(places)) > 1, "The right answer stands in different places."
