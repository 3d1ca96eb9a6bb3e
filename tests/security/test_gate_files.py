"""Files at the gate: what is uploaded, what was made, and what was overtaken by a newer one."""

from urllib.parse import unquote

import pytest
from sqlalchemy import select, text

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, Stale
from onboarding.applications.entries import save_entry
from onboarding.applications.models import FileOverride
from onboarding.applications.overrides import agree_override, decline_override, propose_override
from onboarding.contracts import file_store
from onboarding.contracts.file_jobs import made_again
from onboarding.contracts.file_models import CopyState, CopyWay, FileDocument
from onboarding.contracts.file_review import CHECKS, confirm_copy
from onboarding.contracts.file_uploads import UploadedFile, pack
from onboarding.steps import Step
from tests.maerker.documents.files import a_scan
from tests.makers import Here
from tests.makers_documents import OPERATOR, PLACE, a_paper, an_admitted_file, at_the_file
from tests.makers_joining import (
    file_id_of,
)
from tests.security.test_gate import ANNA, BERT, REASON


@pytest.mark.parametrize("name", [
    "../../etc/passwd", "C:\\Windows\\boese.pdf", 'x"; filename="boese.html', "a\r\nSet-Cookie: b=c.pdf",
    "\u202egpj.exe", "x" * 500, "", ".", "/",
])
def test_the_name_of_an_upload_is_words_and_nothing_else(name: str) -> None:
    kept = pack([UploadedFile(name, a_scan(1))], CopyWay.scan).name
    assert kept
    assert len(kept) <= 120
    assert not set(kept) & set("\r\n\\/\u202e")


@pytest.mark.parametrize("content", [
    b"<html><script>alert(1)</script>", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', b"MZ\x90\x00",
    b"PK\x03\x04boese", b"GIF89a<script>", b"\n%PDF-1.7", b"", b"BM<script>",
])
def test_what_is_no_document_by_its_content_is_not_kept_whatever_its_name_says(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        pack([UploadedFile("Beitrittserklärung.pdf", content)], CopyWay.scan)
    assert "files" in refusal.value.fields


ONLY_BEGINS_LIKE_A_DOCUMENT = (
    b"%PDF-1.7\n<html><script>alert(1)</script>", b"\xff\xd8\xff<script>alert(1)</script>",
    b"\x89PNG\r\n\x1a\n<svg onload=alert(1)>", b"%PDF-1.4\n" + b"[" * 200_000,
)


def test_what_only_begins_like_a_document_is_refused_by_the_worker_with_a_sentence() -> None:
    paper = a_paper()
    for content in ONLY_BEGINS_LIKE_A_DOCUMENT:
        assert paper.hand_in(content).status_code == 303
        copy = paper.copies[-1]
        assert copy.state is CopyState.refused
        assert copy.finding_text
    taken = paper.file.visitor.get(f"{PLACE}/nachweis/{copy.id}/herunterladen")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert taken.headers["Cache-Control"] == "no-store"


def test_the_kommunes_name_cannot_write_headers_of_a_download() -> None:
    paper = a_paper()
    with Here.world.no_scope("console"):
        session().execute(
            text("UPDATE municipalities SET name = :name WHERE id = :id"),
            {"name": 'Neu"; filename="boese.html', "id": paper.file.kommune.id},
        )
    header = paper.file.visitor.get(f"{PLACE}/{paper.id}/herunterladen").headers["Content-Disposition"]
    assert 'filename="boese.html' not in unquote(header).replace('\\"', "'")
    assert header.startswith("attachment")


def test_a_document_that_was_made_is_the_same_byte_for_byte_for_ever() -> None:
    paper = a_paper()
    with at_the_file(paper.file_id):
        row = session().get_one(FileDocument, (paper.file_id, paper.id))
        kept = file_store.read(Here.world.settings, row.file)
        save_entry("official_name", "Stadt Anderswo", by=OPERATOR, at=now())
        assert made_again(row) == kept


def test_a_signature_under_an_old_version_is_not_accepted_after_a_new_one_was_made() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2))
    assert paper.copies[-1].state is CopyState.to_confirm
    a_paper("beitrittserklaerung", paper.file)
    with pytest.raises(Stale), at_the_file(paper.file_id):
        confirm_copy(paper.copies[-1].id, CHECKS, "", by=OPERATOR, at=now())
    assert paper.copies[-1].state is CopyState.to_confirm


def test_nobody_agrees_to_a_reason_that_was_exchanged_after_they_read_it() -> None:
    person = an_admitted_file()
    with at_the_file(file_id_of(person)):
        propose_override(Step.service_promise, REASON, by=ANNA, at=now())
    with at_the_file(file_id_of(person)):
        read = session().scalars(select(FileOverride)).one().first_at.isoformat()
        decline_override(Step.service_promise, "", by=ANNA, at=now())
    with at_the_file(file_id_of(person)):
        propose_override(Step.service_promise, REASON + " Und das Versprechen gilt gar nicht.", by=ANNA, at=now())
    with pytest.raises(Stale), at_the_file(file_id_of(person)):
        agree_override(Step.service_promise, seen=read, by=BERT, at=now())
    with at_the_file(file_id_of(person)):
        row = session().scalars(select(FileOverride)).one()
        assert row.second_by is None
        agree_override(Step.service_promise, seen=row.first_at.isoformat(), by=BERT, at=now())
