"""What changes around an agreement, as the Kommune meets it: open questions, its answer, what it may not."""

from collections.abc import Iterator

import pytest

from tests.makers_changes import a_mailer, announced, answer_of, own_registers, with_agreement
from tests.makers_joining import joined
from tests.world import World

PLACE = "/akte/aenderungen"
REASON = "Der Dienst hat seinen Sitz nicht in der Europäischen Union."


@pytest.fixture(autouse=True)
def _own_registers(world: World) -> Iterator[None]:
    with own_registers():
        yield


def test_agreeing_is_kept_with_name_and_moment() -> None:
    file = with_agreement()
    mailer = a_mailer()
    change_id = announced(mailer)
    page = file.visitor.get(f"{PLACE}/{change_id}").text
    assert mailer.name in page
    assert "Einwand möglich bis" in page
    assert file.visitor.post(f"{PLACE}/{change_id}", {"answer": "agreed"}).status_code == 303
    row = answer_of(file, change_id)
    assert (row.answer, row.answered_by, row.reason) == ("agreed", "Karla Nagel", "")
    assert "Ihre Zustimmung ist festgehalten" in file.visitor.get(f"{PLACE}?getan=zugestimmt").text


def test_an_objection_needs_a_reason_and_what_was_typed_stays() -> None:
    file = with_agreement()
    change_id = announced()
    file.visitor.get(f"{PLACE}/{change_id}")
    refused = file.visitor.post(f"{PLACE}/{change_id}", {"answer": "objected", "reason": "nein"})
    assert refused.status_code == 422
    assert ">\nnein</textarea>" in refused.text
    none = file.visitor.post(f"{PLACE}/{change_id}", {"reason": REASON})
    assert none.status_code == 422
    assert REASON in none.text
    broken = file.visitor.post(f"{PLACE}/{change_id}", {"answer": "objected", "reason": REASON, "csrf_token": "0"})
    assert broken.status_code == 400
    assert REASON in broken.text
    assert answer_of(file, change_id).answer == "silent"
    file.visitor.get(f"{PLACE}/{change_id}")
    assert file.visitor.post(f"{PLACE}/{change_id}", {"answer": "objected", "reason": REASON}).status_code == 303
    assert answer_of(file, change_id).reason == REASON


@pytest.mark.parametrize(("role", "may"), [("privacy", True), ("head", True), ("technical", False), ("press", False)])
def test_who_stands_for_data_protection_or_leads_may_answer_others_read(role: str, may: bool) -> None:
    file = with_agreement()
    change_id = announced()
    person = joined(file, role)
    page = person.visitor.get(f"{PLACE}/{change_id}")
    assert page.status_code == 200
    assert ("Antwort absenden" in page.text) is may
    answer = person.visitor.post(f"{PLACE}/{change_id}", {"answer": "agreed"})
    assert answer.status_code == (303 if may else 403)
    assert answer_of(file, change_id).answer == ("agreed" if may else "silent")


def test_another_kommune_is_neither_asked_nor_shown() -> None:
    file = with_agreement()
    change_id = announced()
    stranger = with_agreement()
    assert stranger.visitor.get(f"{PLACE}/{change_id}").status_code == 404
    stranger.visitor.get(PLACE)
    assert stranger.visitor.post(f"{PLACE}/{change_id}", {"answer": "agreed"}).status_code == 404
    assert answer_of(file, change_id).answer == "silent"
    assert "Es wartet keine Änderung" in stranger.visitor.get(PLACE).text


def test_who_works_for_the_kommune_is_named() -> None:
    file = with_agreement()
    page = file.visitor.get(PLACE).text
    assert "arbeitet ohne Unterauftragsverarbeiter" in page
