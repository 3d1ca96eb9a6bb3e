"""The promise that binds is the one that was signed: for training, for the town's rooms, and on the pages of both."""

import uuid
from typing import Any

from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import tenant_scope
from onboarding.applications.entries import save_entry
from onboarding.applications.standing import steps_now
from onboarding.contracts.file_review import CHECKS, confirm_copy
from onboarding.provisioning.from_file import provision_from_file
from onboarding.steps import Step
from onboarding.training.booking import promised_departments
from tenants.profile.models import Profile
from tests.maerker.documents.files import a_scan
from tests.makers import Here
from tests.makers_documents import OPERATOR, Paper, a_paper, an_admitted_file, at_the_file, file_id_of
from tests.makers_joining import InFile
from tests.makers_operators import an_operator

OUTDATED = "Seit dieser Fassung haben sich Angaben geändert: Serviceversprechen"


def enter(file: InFile, **values: Any) -> None:
    with at_the_file(file_id_of(file)):
        for key, value in values.items():
            save_entry(key, value, by=OPERATOR, at=now())


def sign(file: InFile) -> Paper:
    """The promise as it is entered now: made, signed on paper, accepted."""
    paper = a_paper("serviceversprechen", file)
    paper.hand_in(a_scan(2))
    with at_the_file(paper.file_id):
        confirm_copy(paper.copies[-1].id, CHECKS, "", by=OPERATOR, at=now())
    Here.world.work()
    return paper


def listed(file: InFile) -> tuple[str, ...]:
    with at_the_file(file_id_of(file)):
        return promised_departments()


def town_says(tenant_id: Any) -> tuple[int, str]:
    with Here.world.no_scope("console"), tenant_scope(tenant_id):
        profile = session().scalars(select(Profile)).one()
        return profile.first_answer_days, profile.texts.get("promise_extent", "")


def test_entries_changed_after_the_signature_do_not_change_who_must_be_trained() -> None:
    file = an_admitted_file(extent="departments", departments="Bauhof\nOrdnungsamt")
    assert listed(file) == ("Bauhof", "Ordnungsamt")
    sign(file)
    enter(file, extent="whole")
    assert listed(file) == ("Bauhof", "Ordnungsamt"), "what was signed holds"
    with at_the_file(file_id_of(file)):
        training = next(one for one in steps_now() if one.step is Step.training)
    assert any("Fachbereich" in sentence for sentence in training.missing)
    sign(file)
    assert listed(file) == ()


def test_both_sides_see_that_the_entries_have_moved_on() -> None:
    file = an_admitted_file()
    paper = sign(file)
    page, console = f"/akte/dokumente/{paper.id}", f"/akten/{paper.file_id}/dokumente"
    person = an_operator("support")
    assert OUTDATED not in file.visitor.get(page).text
    enter(file, first_answer_days=2)
    for text in (file.visitor.get(page).text, file.visitor.get("/akte/dokumente").text, person.get(console).text):
        assert OUTDATED in text
        assert "Es gilt, was unterschrieben ist" in text
    enter(file, first_answer_days=3)
    assert OUTDATED not in file.visitor.get(page).text


def test_a_document_that_waits_for_signatures_shows_what_was_entered_then() -> None:
    file = an_admitted_file()
    paper = a_paper("serviceversprechen", file)
    enter(file, extent="departments")
    text = file.visitor.get(f"/akte/dokumente/{paper.id}").text
    assert OUTDATED in text
    assert "zeigt noch die früheren Angaben" in text


def test_the_town_follows_what_is_signed_and_when_it_is_signed() -> None:
    file = an_admitted_file(
        first_answer_days=2, extent="departments", departments="Bauhof", slug=f"heidestadt-{uuid.uuid4().hex[:8]}")
    sign(file)
    enter(file, first_answer_days=1, extent="whole")
    with Here.world.no_scope("console"):
        tenant_id = provision_from_file(
            file_id_of(file), settings=Here.world.settings, by=OPERATOR, at=now())
    assert town_says(tenant_id) == (2, "Das Versprechen gilt für: Bauhof.")
    sign(file)
    assert town_says(tenant_id) == (1, "")
