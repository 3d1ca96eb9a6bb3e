"""Documents of a file: made from what it says, frozen, made again byte for byte, followed by new versions."""

import hashlib
import os
import re
import time
import uuid
from datetime import timedelta

import pypdfium2
import pytest
from sqlalchemy import func, select, text

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.jobs.schedule import Schedule
from onboarding.applications.entries import save_entry
from onboarding.applications.history import history
from onboarding.applications.standing import steps_now
from onboarding.contracts import file_store
from onboarding.contracts.actions import draft_text
from onboarding.contracts.file_actions import (
    SIGNED,
    UNSIGNED,
    EntriesMissing,
    ask_again,
    request_all_unsigned,
    request_document,
    request_preview,
)
from onboarding.contracts.file_facts import facts_now
from onboarding.contracts.file_jobs import made_again
from onboarding.contracts.file_models import ChangeAnswer, DocumentState, FileDocument
from onboarding.contracts.file_periodic import SLOTS, erase_files_without_a_row
from onboarding.contracts.file_queries import Stage, document_lines
from onboarding.contracts.kinds import OF_THE_MUNICIPALITY, DocumentKind
from onboarding.contracts.models import ContractText
from onboarding.contracts.versions import TextState
from onboarding.joining.documents import SLUGS
from onboarding.steps import Standing, Step
from tests.maerker.documents.files import a_scan
from tests.makers import Here
from tests.makers_documents import OPERATOR, a_paper, an_admitted_file, at_the_file, file_id_of, the_texts
from tests.makers_joining import a_file
from tests.makers_operators import an_operator

DECLARATION = DocumentKind.accession_declaration


def words_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))


def asked(file_id: uuid.UUID, kind: DocumentKind = DECLARATION) -> int:
    with at_the_file(file_id):
        return request_document(kind, by=OPERATOR, at=now())


def test_a_document_is_frozen_and_made_again_byte_for_byte() -> None:
    paper = a_paper()
    row, pdf = paper.row, paper.pdf
    assert (row.state, row.sha256, row.size) == (DocumentState.ready, hashlib.sha256(pdf).hexdigest(), len(pdf))
    assert row.pages >= 2
    with at_the_file(paper.file_id):
        save_entry("head_name", "Jemand Neues", by=OPERATOR, at=now())
        assert made_again(session().get_one(FileDocument, (paper.file_id, paper.id))) == pdf
    assert "Christine Herrmann" in words_of(pdf)


def test_the_facts_of_the_file_stand_in_the_documents() -> None:
    file = an_admitted_file(
        details={"signatories": "head_and_deputy", "second_name": "Jörg Žurman", "second_function": "Kämmerer",
                 "first_answer_days": 2, "extent": "departments", "departments": "Ordnungsamt\nBauamt",
                 "council_needed": "ja", "council_on": "2026-10-12", "council_reference": "26/41",
                 "own_domain": "maerker.spremberg.example", "website": "www.spremberg.example"})
    with at_the_file(file_id_of(file)):
        facts = facts_now(Here.world.settings)
    assert [one.name for one in facts.signatories] == ["Christine Herrmann", "Jörg Žurman"]
    assert facts.promise.first_answer_days == 2
    assert facts.promise.departments == ("Ordnungsamt", "Bauamt")
    assert facts.council_decision == "Beschluss der Vertretung vom 12.10.2026, Nr. 26/41"
    assert re.fullmatch(rf"spremberg-[0-9a-f]{{8}}\.{re.escape(Here.world.settings.base_host)}", facts.host)
    assert facts.contacts.subject.email == file.kommune.email
    assert facts.municipality.seat == facts.municipality.city != "", "what the Kommune corrected counts"
    assert facts.contacts.privacy.name == ""
    assert facts.release.first_use
    promise = a_paper("serviceversprechen", file)
    assert "Ordnungsamt" in words_of(promise.pdf)
    assert len(promise.row.data["signatories"]) == 2


def test_a_power_of_attorney_replaces_the_head_and_bears_its_day() -> None:
    file = an_admitted_file(details={"signatories": "power_of_attorney", "second_name": "Uta Groß",
                                     "second_function": "Justiziarin", "power_of_attorney_on": "2026-03-02"})
    with at_the_file(file_id_of(file)):
        (one,) = facts_now(Here.world.settings).signatories
    assert (one.name, one.power_of_attorney and one.power_of_attorney.isoformat()) == ("Uta Groß", "2026-03-02")


def test_the_release_says_what_was_decided_and_what_lay_there() -> None:
    """So that it can be signed electronically: a box in it could be ticked on paper alone."""
    file = an_admitted_file(details={
        "risk_measures": "more", "risk_more": "Fotos von Spielplätzen gibt die Leitung frei.",
        "impact_assessment": "done", "impact_on": "2026-10-05", "privacy_opinion": "Keine Einwände.",
        "release_conditions": "Nach einem Jahr wird neu entschieden.",
    })
    a_paper("auftragsverarbeitung", file)
    said = " ".join(words_of(a_paper("freigabe", file).pdf).split())
    for sentence in (
        "Es sind weitere Maßnahmen nötig, und zwar: Fotos von Spielplätzen gibt die Leitung frei.",
        "Durchgeführt am 5. Oktober 2026; das Ergebnis liegt bei.", "Stellungnahme: Keine Einwände.",
        "mit diesen Auflagen freigegeben: Nach einem Jahr wird neu entschieden.",
    ):
        assert sentence in said
    for undecided in ("Die Maßnahmen sind dem Risiko angemessen.", "Nicht erforderlich:"):
        assert undecided not in said
    papers = said[said.index("haben vorgelegen"):]
    assert papers.index("Auftragsverarbeitungsvertrag mit") < papers.index("Löschkonzept")


def test_without_a_decision_there_is_no_release() -> None:
    file_id = file_id_of(an_admitted_file(details={"risk_measures": None, "impact_assessment": "done"}))
    with at_the_file(file_id), pytest.raises(EntriesMissing) as refused:
        request_document(DocumentKind.processing_release, by=OPERATOR, at=now())
    assert {one.key for one in refused.value.missing} == {"risk_measures", "impact_on"}


def test_a_line_for_nobody_is_announced_where_the_document_has_it() -> None:
    visitor = an_admitted_file().visitor
    assert "Ansprechperson für die Presse" in visitor.get("/akte/dokumente/beitrittserklaerung/erstellen").text
    for slug in ("serviceversprechen", "auftragsverarbeitung", "freigabe"):
        assert "für die Presse" not in visitor.get(f"/akte/dokumente/{slug}/erstellen").text


@pytest.mark.parametrize(("given", "lacking"), [
    ({"street": None}, {"street"}),
    ({"signatories": None}, {"signatories"}),
    ({"home_page_link": "ja"}, {"website"}),
    ({"head_title": "Bürgermeister/in"}, {"head_title"}),
    ({"signatories": "head_and_deputy"}, {"second_name", "second_function"}),
    ({"signatories": "power_of_attorney", "second_name": "Uta Groß"}, {"second_function", "power_of_attorney_on"}),
])
def test_what_is_missing_is_named(given: dict[str, str | None], lacking: set[str]) -> None:
    file_id = file_id_of(an_admitted_file(details=given))
    with at_the_file(file_id), pytest.raises(EntriesMissing) as refused:
        request_document(DECLARATION, by=OPERATOR, at=now())
    assert {one.key for one in refused.value.missing} == lacking


def test_a_promise_for_departments_needs_their_names() -> None:
    file_id = file_id_of(an_admitted_file(details={"extent": "departments"}))
    with at_the_file(file_id), pytest.raises(EntriesMissing) as refused:
        request_document(DocumentKind.service_promise, by=OPERATOR, at=now())
    assert [one.key for one in refused.value.missing] == ["departments"]


def test_before_the_admission_there_are_previews_only() -> None:
    the_texts()
    file_id = file_id_of(a_file())
    with at_the_file(file_id):
        number = request_preview(DECLARATION, by=OPERATOR, at=now())
        with pytest.raises(Invalid, match="noch nicht zugestimmt"):
            request_document(DECLARATION, by=OPERATOR, at=now())
    Here.world.work()
    with at_the_file(file_id):
        row = session().get_one(FileDocument, (file_id, number))
        assert (row.state, row.preview) == (DocumentState.ready, True)
        preview = file_store.read(Here.world.settings, row.file)
        assert preview == made_again(row)
        assert "VORSCHAU" in words_of(preview)
        assert all(line.stage is Stage.none for line in document_lines())


def test_pressed_twice_it_is_made_once() -> None:
    file_id = file_id_of(an_admitted_file())
    assert asked(file_id) == asked(file_id)
    Here.world.work()
    with at_the_file(file_id):
        assert session().scalar(select(func.count()).select_from(FileDocument)) == 1
        acts = [event.act for event in history()]
    assert acts.count("document_requested") == acts.count("document_made") == 1


def test_a_new_version_takes_the_place_and_the_old_one_stays_readable() -> None:
    first = a_paper()
    with at_the_file(first.file_id):
        save_entry("head_name", "Max Neumann", by=OPERATOR, at=now())
    second = a_paper(file=first.file)
    assert first.row.superseded_at is not None
    assert second.row.superseded_at is None
    assert "Christine Herrmann" in words_of(first.pdf)
    assert "Max Neumann" in words_of(second.pdf)
    with at_the_file(first.file_id):
        line = document_lines([DECLARATION])[0]
        assert line.current is not None
        assert (line.current.id, [old.id for old in line.older]) == (second.id, [first.id])


def test_the_old_version_counts_until_the_new_one_is_there() -> None:
    paper = a_paper()
    asked(paper.file_id)
    assert paper.row.superseded_at is None
    with at_the_file(paper.file_id):
        (line,) = document_lines([DECLARATION])
        assert (line.stage, line.current and line.current.id) == (Stage.in_work, paper.id)


def test_the_papers_that_nobody_signs_are_made_in_one_go() -> None:
    file_id = file_id_of(an_admitted_file())
    with at_the_file(file_id):
        assert len(request_all_unsigned(by=OPERATOR, at=now())) == len(UNSIGNED) == 4
    Here.world.work()
    with at_the_file(file_id):
        assert {line.kind: line.stage for line in document_lines(UNSIGNED)} == dict.fromkeys(UNSIGNED, Stage.ready)


def test_a_certificate_for_a_person_is_not_asked_for_here() -> None:
    file_id = file_id_of(an_admitted_file())
    for act in (request_document, request_preview):
        with at_the_file(file_id), pytest.raises(NotThere):
            act(DocumentKind.training_certificate, by=OPERATOR, at=now())


def test_what_the_kommune_can_mend_is_told_in_a_sentence_and_made_anew() -> None:
    file_id = file_id_of(an_admitted_file())
    number = asked(file_id, DocumentKind.service_promise)
    with at_the_file(file_id):
        save_entry("extent", "departments", by=OPERATOR, at=now())
    Here.world.work()
    with at_the_file(file_id):
        row = session().get_one(FileDocument, (file_id, number))
        assert row.state is DocumentState.failed
        assert row.problem == "Bitte nennen Sie die Fachbereiche, für die das Versprechen gilt."
        assert document_lines([DocumentKind.service_promise])[0].stage is Stage.failed
        save_entry("extent", "whole", by=OPERATOR, at=now())
        again = ask_again(number, by=OPERATOR, at=now())
    Here.world.work()
    with at_the_file(file_id):
        assert again != number
        assert session().get_one(FileDocument, (file_id, again)).state is DocumentState.ready
        assert ask_again(again, by=OPERATOR, at=now()) == again


def test_a_text_with_a_fault_is_a_sentence_for_the_kommune_and_a_problem_for_the_operator() -> None:
    file_id = file_id_of(an_admitted_file())
    with Here.world.no_scope("console"):
        faulty = draft_text(DocumentKind.retention_plan, '#import "/house.typ": *\n#show: house\n#nothing()\n',
                            "Mit einem Fehler.", by=OPERATOR, at=now())
        version, number = faulty.version, faulty.id
    try:
        with at_the_file(file_id):
            made = request_document(DocumentKind.retention_plan, by=OPERATOR, at=now())
        Here.world.work()
        with at_the_file(file_id):
            row = session().get_one(FileDocument, (file_id, made))
            assert (row.state, row.text_version) == (DocumentState.failed, version)
            assert row.problem.startswith("Der Text dieses Dokuments hat einen Fehler.")
            problem = session().scalar(
                text("SELECT problem FROM file_outbox WHERE file_id = :file AND kind = 'make_document'"
                     " AND subject_id = :id"), {"file": file_id, "id": made})
            assert "unknown variable: nothing" in problem
    finally:
        with Here.world.no_scope("console"):
            row = session().get_one(ContractText, number)
            row.state, row.retired_at, row.retired_by = TextState.retired, now(), "Test"


def test_an_objection_keeps_the_sub_processor_out_of_this_kommunes_annex() -> None:
    file_id = file_id_of(an_admitted_file())
    with at_the_file(file_id):
        session().add(ChangeAnswer(change_id=987654, answer="objected", answered_at=now()))
        session().flush()
        assert facts_now(Here.world.settings).subprocessors == ()


def test_previews_go_after_a_day_with_their_files() -> None:
    file_id = file_id_of(an_admitted_file())
    with at_the_file(file_id):
        old = request_preview(DECLARATION, by=OPERATOR, at=now())
    Here.world.work()
    with at_the_file(file_id):
        fresh = request_preview(DECLARATION, by=OPERATOR, at=now())
    Here.world.work()
    kept = asked(file_id)
    Here.world.work()
    with at_the_file(file_id):
        for number in (old, kept):
            session().get_one(FileDocument, (file_id, number)).made_at = now() - timedelta(days=2)
        name = session().get_one(FileDocument, (file_id, old)).file
    apps = {"console": Here.world.platform.app("console")}
    assert "erase_previews" in Schedule(apps, SLOTS).run_due(0.0)
    with at_the_file(file_id):
        assert sorted(session().scalars(select(FileDocument.id))) == sorted([fresh, kept])
        assert not file_store.is_kept(Here.world.settings, name)


def test_a_made_document_opens_its_step_for_signing() -> None:
    paper = a_paper()
    with at_the_file(paper.file_id):
        step = next(one for one in steps_now() if one.step is Step.accession_declaration)
        assert (step.standing, step.missing) == (Standing.open, ("Die unterschriebene Fassung fehlt.",))


def test_each_kind_has_its_address() -> None:
    assert set(SLUGS.values()) == set(OF_THE_MUNICIPALITY) == {*SIGNED, *UNSIGNED}


def test_another_files_documents_are_not_there() -> None:
    mine, theirs = a_paper(), an_admitted_file()
    for path in ("", "/ansehen", "/herunterladen", "/abgeben"):
        assert theirs.visitor.get(f"/akte/dokumente/{mine.id}{path}").status_code == 404


def test_while_the_operator_is_no_complete_party_nothing_is_made_to_be_signed() -> None:
    file = an_admitted_file()
    file_id, world = file_id_of(file), Here.world
    complete = world.platform
    world.platform = world.platform_with(operator_street="", operator_representative="")
    try:
        number, preview = asked(file_id), None
        with at_the_file(file_id, "joining"):
            preview = request_preview(DECLARATION, by=OPERATOR, at=now())
        world.work()
        tasks = an_operator("support").get("/aufgaben").text
    finally:
        world.platform = complete
    with at_the_file(file_id):
        made = session().get_one(FileDocument, (file_id, number))
        assert made.state is DocumentState.failed
        assert "Der Betreiber hat seine eigenen Angaben" in made.problem
        assert session().get_one(FileDocument, (file_id, preview)).state is DocumentState.ready
    assert "MAERKER_OPERATOR_STREET" in tasks
    assert "MAERKER_OPERATOR_CITY" not in tasks


def test_files_that_no_row_names_go_after_two_days_and_no_proof_does() -> None:
    paper, neighbour = a_paper(), a_paper()
    for one in (paper, neighbour):
        one.hand_in(a_scan(2))
    folder = Here.world.settings.storage_folder / str(paper.file_id) / "documents"
    proofs = {path for path in folder.rglob("*") if path.is_file()}
    theirs = {path for path in (folder.parents[1] / str(neighbour.file_id)).rglob("*") if path.is_file()}
    assert len(proofs) > 4, "the document, the signed copy, and the pictures of their pages"
    lost, new = folder / "signed" / "8f00", folder / "made" / "just-now"
    for path in (lost, new):
        path.write_bytes(b"%PDF-1.7 somebody's signature")
    for path in (*proofs, *theirs, lost):
        os.utime(path, (time.time() - 3 * 86400,) * 2)
    with Here.world.no_scope("console"):
        erase_files_without_a_row(Here.world.settings)
    assert {path for path in folder.rglob("*") if path.is_file()} == {*proofs, new}
    assert all(path.is_file() for path in theirs)
