"""An essential change of the platform: declared once, every processing release reopens until a newer one is signed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from onboarding.applications.standing import restate
from onboarding.contracts.file_models import CopySide
from onboarding.contracts.queries import platform_changes
from onboarding.steps import Standing, Step
from tests.makers import Here
from tests.makers_changes import in_file, own_registers, released, signed, with_agreement
from tests.makers_joining import InFile, file_id_of
from tests.makers_operators import an_operator
from tests.world import Mailbox, World

PLACE = "/aenderungen"
TITLE = "Fotos werden automatisch auf Gesichter geprüft"


@pytest.fixture(autouse=True)
def _own_registers(world: World) -> Iterator[None]:
    with own_registers():
        yield


def a_form(**changes: Any) -> dict[str, Any]:
    return {
        "title": TITLE, "description": "Ein Programm im Rechenzentrum des Betreibers schlägt Stellen vor.",
        "effective_on": (local_day(now()) + timedelta(days=30)).isoformat(), **changes,
    }


def standing(file: InFile) -> Standing:
    from onboarding.applications.standing import steps_now

    with in_file(file):
        return next(step.standing for step in steps_now() if step.step is Step.processing_release)


def declared() -> int:
    with Here.world.no_scope("console"):
        return len(platform_changes())


def test_every_kommune_that_has_released_is_asked_again_and_a_newer_release_answers(mailbox: Mailbox) -> None:
    before = now() - timedelta(days=10)
    file, not_yet, anke = released(made_at=before), with_agreement(made_at=before), an_operator()
    Here.world.work()
    mailbox.mails.clear()
    assert standing(file) is Standing.done
    anke.get(f"{PLACE}/neu")
    asked = anke.post(f"{PLACE}/neu", a_form())
    assert "neu freigeben" in asked.text
    assert declared() == 0
    done = anke.post(f"{PLACE}/neu", {**a_form(), "act": "confirmed"})
    assert done.status_code == 303
    Here.world.work()
    (mail,) = mailbox.to(file.kommune.email)
    assert "Neue Freigabe nötig" in str(mail["Subject"])
    assert mailbox.to(not_yet.kommune.email) == []
    assert standing(file) is Standing.reopened
    page = file.visitor.get("/akte/aenderungen").text
    assert TITLE in page
    assert "neue Freigabe nötig" in page
    assert "Eine wesentliche Änderung der Plattform wurde erklärt" in file.visitor.get("/akte/verlauf").text
    shown = anke.get(done.headers["Location"]).text
    assert file.kommune.name in shown
    assert not_yet.kommune.name not in shown
    signed(file_id_of(file), "processing_release", sides=(CopySide.municipality,))
    with in_file(file):
        restate(at=now())
    assert standing(file) is Standing.done
    assert "neue Freigabe nötig" not in file.visitor.get("/akte/aenderungen").text
    assert "freigegeben" in anke.get(done.headers["Location"]).text


def test_declaring_asks_for_the_second_factor_and_keeps_what_was_typed() -> None:
    anke = an_operator()
    anke.get(f"{PLACE}/neu")
    anke.let_time_pass(minutes=11)
    asked = anke.post(f"{PLACE}/neu", {**a_form(), "act": "confirmed"})
    assert "Bitte bestätigen" in asked.text
    assert TITLE in asked.text
    assert declared() == 0
    code = anke.next_code()
    assert anke.post(f"{PLACE}/neu", {**a_form(), "act": "confirmed", "fresh_code": code}).status_code == 303
    assert declared() == 1


@pytest.mark.parametrize(("changes", "field"), [
    ({"title": " "}, "title"), ({"description": ""}, "description"), ({"effective_on": "morgen"}, "effective_on"),
    ({"effective_on": "2026-01-01"}, "effective_on"),
])
def test_what_is_missing_is_said_and_nothing_is_declared(changes: dict[str, Any], field: str) -> None:
    anke = an_operator()
    anke.get(f"{PLACE}/neu")
    refused = anke.post(f"{PLACE}/neu", {**a_form(**changes), "act": "confirmed"})
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert declared() == 0


def test_back_from_the_overview_nothing_is_lost_and_a_broken_form_is_shown_again() -> None:
    anke = an_operator()
    anke.get(f"{PLACE}/neu")
    assert TITLE in anke.post(f"{PLACE}/neu", {**a_form(), "act": "back"}).text
    broken = anke.post(f"{PLACE}/neu", {**a_form(), "act": "confirmed", "csrf_token": "0"})
    assert (broken.status_code, TITLE in broken.text, declared()) == (400, True, 0)


@pytest.mark.parametrize("role", ["support", "trainer", "reader"])
def test_others_see_it_and_declare_nothing(role: str) -> None:
    reader = an_operator(role)
    assert "Änderung erklären" not in reader.get(PLACE).text
    assert reader.get(f"{PLACE}/neu").status_code == 403
    reader.get(PLACE)
    assert reader.post(f"{PLACE}/neu", {**a_form(), "act": "confirmed"}).status_code == 403
    assert declared() == 0
    assert reader.get(f"{PLACE}/999999").status_code == 404
