"""Signed copies from both sides: refused by machine with a sentence, compared, accepted, taken back, countersigned."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from onboarding.applications.history import history
from onboarding.applications.standing import steps_now
from onboarding.contracts import file_store
from onboarding.contracts.file_copies import HandIn, Signed, copies_of, hand_in, the_copy, withdraw_copy
from onboarding.contracts.file_jobs import HANDLERS
from onboarding.contracts.file_models import CopySide, CopyState, CopyWay, FileCopy, FileDocument
from onboarding.contracts.file_queries import Stage, document_lines, to_confirm
from onboarding.contracts.file_review import (
    CHECKS,
    checks_for,
    compared_with,
    confirm_copy,
    countersign_by_certificate,
    countersign_by_upload,
    refuse_copy,
    take_back_proof,
)
from onboarding.contracts.file_uploads import UploadedFile
from onboarding.contracts.kinds import DocumentKind
from onboarding.operators.models import OperatorAudit
from onboarding.steps import Standing, StepNow
from tests.maerker.documents.files import a_picture, a_scan, encrypted
from tests.makers import Here
from tests.makers_documents import OPERATOR, Paper, a_paper, an_admitted_file, at_the_file
from tests.onboarding.contracts.signing import means_of, signed, trusted_service
from tests.world import Mailbox

REASON = "Die Person, die unterschrieben hat, war dazu nicht befugt."
DIRECTOR = Signed(name="Dr. Jana Wölk", function="Geschäftsführerin")


@pytest.fixture(autouse=True)
def _a_trusted_service() -> None:
    trusted_service()


def step_of(paper: Paper) -> StepNow:
    with at_the_file(paper.file_id):
        return next(one for one in steps_now() if one.rule.document == paper.row.kind)


def stage_of(paper: Paper) -> Stage:
    with at_the_file(paper.file_id):
        return document_lines([DocumentKind(paper.row.kind)])[0].stage


def decide(paper: Paper, act: Callable[..., None], *values: Any) -> None:
    """The operator decides on the newest copy."""
    with at_the_file(paper.file_id):
        act(paper.copies[-1].id, *values, by=OPERATOR, at=now())
    Here.world.work()


def a_proof(slug: str = "beitrittserklaerung") -> Paper:
    """A document whose scan the operator has accepted."""
    paper = a_paper(slug)
    paper.hand_in(a_scan(2))
    decide(paper, confirm_copy, CHECKS, "")
    return paper


def test_a_scan_waits_for_the_operator_with_its_pages_drawn() -> None:
    paper = a_paper()
    scan = a_scan(2)
    assert paper.hand_in(scan).status_code == 303
    (copy,) = paper.copies
    assert (copy.state, copy.pages, copy.side, copy.way) == (
        CopyState.to_confirm, 2, CopySide.municipality, CopyWay.scan)
    with at_the_file(paper.file_id):
        settings = Here.world.settings
        assert file_store.read(settings, copy.file) == scan
        for name, pages in ((copy.file, 2), (paper.row_file, paper.row.pages)):
            for page in range(1, pages + 1):
                assert file_store.read(settings, file_store.page_name(name, page)).startswith(b"\x89PNG")
        assert [document.id for _copy, document in to_confirm()] == [paper.id]


def test_several_pictures_are_one_copy() -> None:
    paper = a_paper()
    assert paper.hand_in(a_picture(), a_picture("PNG"), a_picture()).status_code == 303
    (copy,) = paper.copies
    assert (copy.state, copy.pages, copy.content_type) == (CopyState.to_confirm, 3, "application/zip")


def test_an_electronic_signature_is_read_and_waits_for_the_look_at_the_power() -> None:
    paper = a_paper()
    paper.hand_in(signed(paper.pdf), way="electronic", signed_on="")
    (copy,) = paper.copies
    assert copy.state is CopyState.to_confirm, copy.finding_text
    assert [(one["name"], one["organisation"]) for one in copy.signers] == [
        ("Christine Herrmann", "Stadt Spremberg/Grodk")]
    assert copy.signed_on is not None
    assert set(checks_for(copy, paper.row.kind)) == {"signatures", "power"}
    decide(paper, confirm_copy, {"signatures", "power"}, "")
    assert step_of(paper).standing is Standing.done


REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "unsigned": (lambda pdf: pdf, "unsigned"),
    "altered": (lambda pdf: signed(pdf)[:2000] + b"X" + signed(pdf)[2001:], ""),
    "junk behind": (lambda pdf: signed(pdf) + b"\n% angehaengt\n", ""),
    "twice by one person": (lambda pdf: signed(signed(pdf)), ""),
    "run out": (lambda pdf: signed(pdf, means_of(days=-1), at=now() - timedelta(days=2)), ""),
    "unknown issuer": (lambda pdf: signed(pdf, means_of(service="unknown")), "untrusted"),
    "encrypted": (lambda pdf: encrypted(signed(pdf)), ""),
    "cut off": (lambda pdf: signed(pdf)[:-400], ""),
    "another document": (lambda _pdf: signed(a_paper("serviceversprechen").pdf), ""),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_wrong_with_an_electronic_copy_is_said_and_mailed(what: str, mailbox: Mailbox) -> None:
    make, code = REFUSED[what]
    paper = a_paper()
    upload = make(paper.pdf)
    mailbox.mails.clear()
    assert paper.hand_in(upload, way="electronic").status_code == 303
    (copy,) = paper.copies
    assert copy.state is CopyState.refused, copy.signers
    assert copy.finding == (code or copy.finding) != ""
    assert copy.finding_text.endswith(".")
    assert stage_of(paper) is Stage.refused
    assert copy.finding_text in paper.file.visitor.get(f"/akte/dokumente/{paper.id}").text.replace("&#34;", '"')
    (mail,) = mailbox.to(paper.file.kommune.email)
    body = mail.get_body(("plain",))
    assert body is not None
    assert " ".join(copy.finding_text.split())[:40] in " ".join(str(body.get_content()).replace("\n> ", " ").split())
    with at_the_file(paper.file_id):
        assert file_store.read(Here.world.settings, copy.file) == upload
        event = next(one for one in history() if one.act == "copy_refused")
        assert event.details["text"] == copy.finding_text


def test_a_refused_copy_can_be_followed_by_a_better_one() -> None:
    paper = a_paper()
    paper.hand_in(paper.pdf, way="electronic")
    paper.hand_in(a_scan(2))
    assert [copy.state for copy in paper.copies] == [CopyState.refused, CopyState.to_confirm]


def test_two_signatories_are_wanted_where_the_document_says_so() -> None:
    file = an_admitted_file(details={"signatories": "head_and_deputy", "second_name": "Jörg Žurman",
                                     "second_function": "Kämmerer"})
    paper = a_paper(file=file)
    second = {"name_2": "Jörg Žurman", "function_2": "Kämmerer", "on_behalf_2": "deputy"}
    paper.hand_in(signed(paper.pdf), way="electronic", **second)
    assert paper.copies[-1].finding == "too_few"
    both = signed(signed(paper.pdf), means_of("Jörg Žurman"))
    paper.hand_in(both, way="electronic", **second)
    copy = paper.copies[-1]
    assert (copy.state, len(copy.signers), len(copy.signatories)) == (CopyState.to_confirm, 2, 2)


def test_a_broken_scan_is_refused_by_the_worker() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2)[:-900])
    (copy,) = paper.copies
    assert (copy.state, copy.finding) == (CopyState.refused, "broken")


def test_accepting_needs_every_check_and_closes_the_step(mailbox: Mailbox) -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2))
    mailbox.mails.clear()
    with pytest.raises(Invalid):
        decide(paper, confirm_copy, set(CHECKS) - {"power"}, "")
    assert paper.copies[0].state is CopyState.to_confirm
    decide(paper, confirm_copy, CHECKS, "Vollmacht gesehen.")
    (copy,) = paper.copies
    assert (copy.state, copy.checked_by) == (CopyState.accepted, "Bea Trieb")
    assert copy.how_checked.endswith("Vollmacht gesehen.")
    step = step_of(paper)
    assert step.standing is Standing.done
    assert step.proof is not None
    assert step.proof.signatories == ("Christine Herrmann, Bürgermeisterin",)
    (mail,) = mailbox.to(paper.file.kommune.email)
    assert "Unterschrift geprüft: Beitrittserklärung" in str(mail["Subject"])
    with Here.world.no_scope("console"):
        assert "proof_accepted" in set(session().scalars(select(OperatorAudit.act)))


def test_two_people_decide_once() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2))
    decide(paper, confirm_copy, CHECKS, "")
    with pytest.raises(Stale):
        decide(paper, refuse_copy, "Die zweite Seite fehlt leider.")


def test_a_refusal_says_why(mailbox: Mailbox) -> None:
    paper = a_paper()
    paper.hand_in(a_scan(1))
    mailbox.mails.clear()
    with pytest.raises(Invalid):
        decide(paper, refuse_copy, "kurz")
    decide(paper, refuse_copy, "Die zweite Seite fehlt leider.")
    assert paper.copies[0].finding_text == "Die zweite Seite fehlt leider."
    (mail,) = mailbox.to(paper.file.kommune.email)
    body = mail.get_body(("plain",))
    assert "Beitrittserklärung" in str(mail["Subject"]), "which of the documents it is about"
    assert body
    assert "Die zweite Seite fehlt" in body.get_content()
    assert step_of(paper).standing is Standing.open


def test_a_proof_that_turns_out_to_be_none_opens_the_step_again(mailbox: Mailbox) -> None:
    paper = a_proof()
    mailbox.mails.clear()
    decide(paper, take_back_proof, REASON)
    (copy,) = paper.copies
    assert (copy.state, copy.withdrawn_reason, copy.withdrawn_by) == (CopyState.withdrawn, REASON, "Bea Trieb")
    assert step_of(paper).standing is Standing.reopened
    (mail,) = mailbox.to(paper.file.kommune.email)
    assert "Ein Nachweis gilt nicht mehr" in str(mail["Subject"])
    with pytest.raises(Invalid):
        decide(paper, take_back_proof, REASON)


def test_a_new_version_asks_for_new_signatures() -> None:
    paper = a_proof()
    newer = a_paper(file=paper.file)
    assert (step_of(newer).standing, stage_of(newer)) == (Standing.reopened, Stage.to_sign)
    assert paper.copies[0].state is CopyState.accepted


def test_what_came_for_an_old_version_is_refused() -> None:
    paper = a_paper()
    with at_the_file(paper.file_id):
        hand_in(paper.id, HandIn(way=CopyWay.scan, signed=(Signed(name="Christine Herrmann", function="Leitung"),),
                                 files=[UploadedFile("a.pdf", a_scan(1))], signed_on=local_day(now()).isoformat()),
                Here.world.settings, by=OPERATOR, at=now())
        session().execute(update(FileDocument).where(FileDocument.id == paper.id).values(superseded_at=now()))
    Here.world.work()
    assert paper.copies[0].finding == "superseded"


def test_the_agreement_is_complete_only_with_both_signatures(tmp_path: Path, mailbox: Mailbox) -> None:
    """By the operator's own certificate, on top of the Kommune's electronic signature."""
    paper = a_paper("auftragsverarbeitung")
    paper.hand_in(signed(paper.pdf), way="electronic")
    decide(paper, confirm_copy, {"signatures", "power"}, "")
    assert (step_of(paper).standing, stage_of(paper)) == (Standing.open, Stage.countersign)
    own, settings = means_of("Dr. Jana Wölk"), Here.world.settings
    (tmp_path / "betreiber.p12").write_bytes(own.pkcs12)
    mailbox.mails.clear()
    with_certificate(tmp_path / "betreiber.p12", own.passphrase, paper)
    theirs = paper.copies[-1]
    assert (theirs.state, theirs.side, theirs.way) == (CopyState.accepted, CopySide.operator, CopyWay.electronic)
    with at_the_file(paper.file_id):
        complete = file_store.read(settings, theirs.file)
        assert complete.startswith(file_store.read(settings, paper.copies[0].file))
    assert (step_of(paper).standing, stage_of(paper)) == (Standing.done, Stage.done)
    (mail,) = mailbox.to(paper.file.kommune.email)
    assert "Von beiden Seiten unterschrieben" in str(mail["Subject"])


def with_certificate(path: Path, passphrase: str, paper: Paper) -> None:
    """Countersign on a platform that has a certificate, and let its worker work."""
    platform, known = Here.world.platform, Here.world
    Here.world.platform = platform_with = known.platform_with(
        operator_certificate=str(path), operator_certificate_passphrase=passphrase,
        operator_representative="Dr. Jana Wölk", operator_representative_function="Geschäftsführerin")
    try:
        with at_the_file(paper.file_id):
            countersign_by_certificate(paper.id, platform_with.settings, by=OPERATOR, at=now())
        known.work()
    finally:
        Here.world.platform = platform


@pytest.mark.parametrize("fault", ["wrong passphrase", "no file"])
def test_a_certificate_that_does_not_open_is_told_and_can_be_tried_again(fault: str, tmp_path: Path) -> None:
    paper = a_proof("auftragsverarbeitung")
    own = means_of("Dr. Jana Wölk")
    if fault != "no file":
        (tmp_path / "betreiber.p12").write_bytes(own.pkcs12)
    with_certificate(tmp_path / "betreiber.p12", "falsch", paper)
    copy = paper.copies[-1]
    assert (copy.side, copy.state, copy.finding_text != "") == (CopySide.operator, CopyState.refused, True)
    (tmp_path / "betreiber.p12").write_bytes(own.pkcs12)
    with_certificate(tmp_path / "betreiber.p12", own.passphrase, paper)
    assert step_of(paper).standing is Standing.done


def test_without_a_certificate_there_is_no_signing_by_it() -> None:
    paper = a_proof("auftragsverarbeitung")
    with at_the_file(paper.file_id), pytest.raises(Invalid, match="kein Zertifikat"):
        countersign_by_certificate(paper.id, Here.world.settings, by=OPERATOR, at=now())


def uploaded(paper: Paper, content: bytes, way: CopyWay = CopyWay.electronic) -> FileCopy:
    with at_the_file(paper.file_id):
        countersign_by_upload(
            paper.id, way, [UploadedFile("avv.pdf", content)], DIRECTOR, local_day(now()).isoformat(),
            Here.world.settings, by=OPERATOR, at=now())
    Here.world.work()
    return paper.copies[-1]


def test_the_operator_may_sign_elsewhere_on_top_of_the_kommunes_file() -> None:
    paper = a_paper("auftragsverarbeitung")
    theirs = signed(paper.pdf)
    paper.hand_in(theirs, way="electronic")
    decide(paper, confirm_copy, {"signatures", "power"}, "")
    unchanged = uploaded(paper, theirs)
    assert (unchanged.state, unchanged.finding) == (CopyState.refused, "unsigned")
    beside = uploaded(paper, signed(paper.pdf, means_of("Dr. Jana Wölk")))
    assert beside.state is CopyState.refused
    both = uploaded(paper, signed(theirs, means_of("Dr. Jana Wölk")))
    assert both.state is CopyState.accepted, both.finding_text
    assert [one["name"] for one in both.signers] == ["Dr. Jana Wölk"]
    assert step_of(paper).standing is Standing.done


def test_the_operators_scan_is_compared_as_well() -> None:
    paper = a_proof("auftragsverarbeitung")
    copy = uploaded(paper, a_scan(2), CopyWay.scan)
    assert copy.state is CopyState.to_confirm
    decide(paper, confirm_copy, CHECKS, "")
    assert step_of(paper).standing is Standing.done


def test_the_operators_signature_is_held_against_what_the_kommune_signed() -> None:
    paper = a_proof("auftragsverarbeitung")
    copy = uploaded(paper, a_scan(2), CopyWay.scan)
    assert stage_of(paper) is Stage.countersigning
    with at_the_file(paper.file_id):
        (own, theirs) = copies_of(paper.id)
        assert (compared_with(theirs), compared_with(own).file) == (own, paper.row_file)
    decide(paper, confirm_copy, CHECKS, "")
    with at_the_file(paper.file_id):
        assert "mit der Fassung der Kommune verglichen" in the_copy(copy.id).how_checked
    step = step_of(paper)
    assert step.countersigned is not None
    assert step.countersigned.signatories == ("Dr. Jana Wölk, Geschäftsführerin",)
    assert "gegengezeichnet von Dr. Jana Wölk, Geschäftsführerin" in paper.file.visitor.get("/akte").text


def test_a_release_with_open_boxes_is_no_release() -> None:
    paper = a_paper("freigabe")
    paper.hand_in(a_scan(2))
    with at_the_file(paper.file_id), pytest.raises(Invalid):
        confirm_copy(paper.copies[-1].id, CHECKS, "", by=OPERATOR, at=now())
    decide(paper, confirm_copy, {*CHECKS, "filled"}, "")
    assert paper.copies[-1].state is CopyState.accepted


def test_the_operator_signs_what_both_sign_and_only_after_the_kommune() -> None:
    for paper in (a_proof(), a_paper("auftragsverarbeitung")):
        with pytest.raises(Stale):
            uploaded(paper, a_scan(1), CopyWay.scan)


def test_the_operators_signature_falls_with_the_kommunes() -> None:
    paper = a_proof("auftragsverarbeitung")
    uploaded(paper, a_scan(2), CopyWay.scan)
    decide(paper, confirm_copy, CHECKS, "")
    with at_the_file(paper.file_id):
        withdraw_copy(paper.copies[0].id, REASON, by=OPERATOR, at=now())
    assert {copy.state for copy in paper.copies} == {CopyState.withdrawn}
    assert step_of(paper).standing is Standing.reopened


def test_a_posting_done_twice_does_its_work_once() -> None:
    paper = a_proof()
    handlers = {handler.kind: handler for handler in HANDLERS}

    class Again:
        subject_id = paper.id

    with at_the_file(paper.file_id):
        before = paper.row.sha256
        handlers["make_document"].act(Again(), Here.world.settings)
        Again.subject_id = paper.copies[0].id
        handlers["check_copy"].act(Again(), Here.world.settings)
        handlers["sign_copy"].act(Again(), Here.world.settings)
    assert (paper.row.sha256, paper.copies[0].state) == (before, CopyState.accepted)


def test_nothing_is_handed_in_for_what_nobody_signs() -> None:
    paper = a_paper("loeschkonzept")
    given = HandIn(way=CopyWay.scan, signed=(), files=[UploadedFile("a.pdf", a_scan(1))])
    with at_the_file(paper.file_id), pytest.raises(NotThere):
        hand_in(paper.id, given, Here.world.settings, by=OPERATOR, at=now())
