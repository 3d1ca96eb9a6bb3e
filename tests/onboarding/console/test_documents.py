"""The documents of a file at the console: comparing page by page, deciding, taking back, countersigning."""

import io
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from onboarding.contracts import file_store
from onboarding.contracts.file_models import CopyState
from onboarding.contracts.file_review import CHECKS
from tests.maerker.documents.files import a_scan
from tests.makers import Here
from tests.makers_documents import Paper, a_paper, an_admitted_file, at_the_file, file_id_of
from tests.makers_operators import OperatorVisitor, an_operator
from tests.onboarding.contracts.signing import means_of, signed, trusted_service

REASON = "Die Person, die unterschrieben hat, war dazu nicht befugt."


def place(paper: Paper, path: str = "") -> str:
    return f"/akten/{paper.file_id}/nachweise/{paper.copies[-1].id}{path}"


def send(person: OperatorVisitor, page: str, path: str, fields: dict[str, Any], **more: Any) -> TestResponse:
    """Open the page with the form and send it; the worker does what follows."""
    person.get(page)
    answer = person.post(path, fields, **more)
    Here.world.work()
    return answer


def countersigned(person: OperatorVisitor, paper: Paper, content: bytes = b"", **fields: str) -> TestResponse:
    """Hand in the form of the operator's signature, with a file if there is one."""
    form = f"/akten/{paper.file_id}/dokumente/{paper.id}/gegenzeichnen"
    files = {"files": (io.BytesIO(content), "avv.pdf")} if content else {}
    signatory = {"name_1": "Dr. Jana Wölk", "function_1": "Geschäftsführerin"}
    return send(person, form, form, {**signatory, **fields, **files}, content_type="multipart/form-data")


def test_what_came_back_is_shown_beside_what_was_made() -> None:
    paper, person = a_paper(), an_operator("support")
    paper.hand_in(a_scan(1))
    overview = person.get(f"/akten/{paper.file_id}/dokumente").text
    assert "Vergleichen und entscheiden" in overview
    page = person.get(place(paper)).text
    assert f"Links sind es {paper.row.pages} Seiten, rechts 1." in page
    assert page.count("Diese Seite fehlt.") == paper.row.pages - 1
    images = sorted(set(re.findall(r'<img src="(/akten/[^"]+)"', page)))
    assert len(images) == paper.row.pages + 1
    for image in images:
        answer = person.get(image)
        assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/png", "no-store")
        assert answer.data.startswith(b"\x89PNG")
    assert person.get(place(paper, "/seite/ihre/2")).status_code == 404
    assert person.get(place(paper, "/seite/fremde/1")).status_code == 404


def test_accepting_wants_each_point_and_tells_both_sides() -> None:
    paper, person = a_paper(), an_operator("support")
    paper.hand_in(a_scan(2))
    page = place(paper)
    refused = send(person, page, f"{page}/bestaetigen", {"checks": ["power"], "remark": "Fast fertig."})
    assert (refused.status_code, paper.copies[0].state) == (422, CopyState.to_confirm)
    assert "Bitte bestätigen Sie jeden Punkt" in refused.text
    assert "Fast fertig." in refused.text
    accepted = send(person, page, f"{page}/bestaetigen", {"checks": list(CHECKS)})
    assert accepted.status_code == 303
    assert "Die Fassung ist angenommen." in person.get(accepted.headers["Location"]).text
    assert "unterschrieben und geprüft" in paper.file.visitor.get("/akte/dokumente").text
    late = send(person, page, f"{page}/ablehnen", {"reason": "Zu spät gekommen, leider."})
    assert (late.status_code, "schon entschieden" in late.text) == (409, True)


def test_refusing_wants_a_reason_that_the_kommune_reads() -> None:
    paper, person = a_paper(), an_operator("support")
    paper.hand_in(a_scan(1))
    page = place(paper)
    short = send(person, page, f"{page}/ablehnen", {"reason": "nein"})
    assert (short.status_code, ">nein</textarea>" in short.text.replace("\n", "")) == (422, True)
    assert send(person, page, f"{page}/ablehnen", {"reason": "Die zweite Seite fehlt."}).status_code == 303
    assert "Die zweite Seite fehlt." in paper.file.visitor.get(f"/akte/dokumente/{paper.id}").text


def test_taking_a_proof_back_asks_for_the_second_factor_again() -> None:
    paper, person = a_paper(), an_operator("support")
    paper.hand_in(a_scan(2))
    page = place(paper)
    send(person, page, f"{page}/bestaetigen", {"checks": list(CHECKS)})
    person.let_time_pass(minutes=30)
    assert person.get(f"{page}/zuruecknehmen").headers["Location"].startswith("/konto/bestaetigen")
    person.get(page)
    asked = person.post(f"{page}/zuruecknehmen", {"reason": REASON})
    assert REASON in asked.text
    assert paper.copies[0].state is CopyState.accepted
    proved = person.post(f"{page}/zuruecknehmen", {"reason": REASON, "fresh_code": person.next_code()})
    assert proved.status_code == 303
    assert paper.copies[0].state is CopyState.withdrawn
    assert REASON in paper.file.visitor.get(f"/akte/dokumente/{paper.id}").text


def test_the_operator_countersigns_by_upload() -> None:
    trusted_service()
    paper, person = a_paper("auftragsverarbeitung"), an_operator("support")
    theirs = signed(paper.pdf)
    paper.hand_in(theirs, way="electronic")
    page = place(paper)
    assert "Byte für Byte unser Dokument" in person.get(page).text
    send(person, page, f"{page}/bestaetigen", {"checks": ["signatures", "power"]})
    assert "Gegenzeichnung fehlt" in person.get(f"/akten/{paper.file_id}/dokumente").text
    form = f"/akten/{paper.file_id}/dokumente/{paper.id}/gegenzeichnen"
    empty = countersigned(person, paper, way="electronic", name_1="")
    assert empty.status_code == 422
    for sentence in ("Bitte nennen Sie, wer unterschrieben hat.", "Bitte wählen Sie eine Datei aus."):
        assert sentence in empty.text
    answer = countersigned(person, paper, signed(theirs, means_of("Dr. Jana Wölk")), way="electronic")
    assert answer.status_code == 303
    assert "unterschrieben und geprüft" in person.get(f"/akten/{paper.file_id}/dokumente").text
    assert person.get(form).status_code == 303
    assert "Vom Betreiber unterschrieben" in paper.file.visitor.get(f"/akte/dokumente/{paper.id}").text


def test_the_operators_scan_stands_beside_the_copy_of_the_kommune() -> None:
    paper, person = a_paper("auftragsverarbeitung"), an_operator("support")
    paper.hand_in(a_scan(2))
    theirs = place(paper)
    send(person, theirs, f"{theirs}/bestaetigen", {"checks": list(CHECKS)})
    countersigned(person, paper, a_scan(2), way="scan", signed_on=local_day(now()).isoformat())
    assert "Gegenzeichnung wird geprüft" in person.get(f"/akten/{paper.file_id}/dokumente").text
    own = place(paper)
    page = person.get(own).text
    assert "Von der Kommune unterschrieben, Seite 1" in page
    assert "Beide Unterschriften, die der Kommune und die des Betreibers" in page
    assert "Zurückgekommene Seite" not in page
    assert person.get(f"{own}/seite/unsere/1").data == person.get(f"{theirs}/seite/ihre/1").data


def test_without_a_certificate_of_the_operator_its_button_is_not_there() -> None:
    paper, person = a_paper("auftragsverarbeitung"), an_operator("support")
    paper.hand_in(a_scan(1))
    page = place(paper)
    send(person, page, f"{page}/bestaetigen", {"checks": list(CHECKS)})
    form = f"/akten/{paper.file_id}/dokumente/{paper.id}/gegenzeichnen"
    assert "Jetzt elektronisch unterschreiben" not in person.get(form).text
    refused = send(person, form, form, {"way": "certificate"})
    assert (refused.status_code, "kein Zertifikat" in refused.text) == (422, True)


@pytest.mark.parametrize("role", ["reader", "trainer"])
def test_who_only_reads_compares_and_decides_nothing(role: str) -> None:
    paper, person = a_paper(), an_operator(role)
    paper.hand_in(a_scan(1))
    page = person.get(place(paper)).text
    assert "Als Nachweis annehmen" not in page
    for path, fields in (("/bestaetigen", {"checks": list(CHECKS)}), ("/ablehnen", {"reason": REASON})):
        assert send(person, place(paper), place(paper, path), fields).status_code == 403
    assert paper.copies[0].state is CopyState.to_confirm


def test_a_copy_is_found_in_its_own_file_alone() -> None:
    paper, other, person = a_paper(), file_id_of(an_admitted_file()), an_operator("support")
    paper.hand_in(a_scan(1))
    copy = paper.copies[0].id
    for path in ("", "/herunterladen", "/seite/ihre/1", "/zuruecknehmen"):
        assert person.get(f"/akten/{other}/nachweise/{copy}{path}").status_code == 404
    assert person.get(f"/akten/{other}/dokumente/{paper.id}/ansehen").status_code == 404
    elsewhere = f"/akten/{other}/nachweise/{copy}/ablehnen"
    assert send(person, place(paper), elsewhere, {"reason": REASON}).status_code == 404


def test_the_document_and_the_copy_can_be_taken_along() -> None:
    paper, person = a_paper(), an_operator("reader")
    scan = a_scan(1)
    paper.hand_in(scan)
    assert person.get(place(paper, "/herunterladen")).data == scan
    document = f"/akten/{paper.file_id}/dokumente/{paper.id}"
    assert person.get(f"{document}/ansehen").data == person.get(f"{document}/herunterladen").data == paper.pdf


def test_a_file_without_documents_says_so() -> None:
    person = an_operator("reader")
    page = person.get(f"/akten/{file_id_of(an_admitted_file())}/dokumente").text
    assert page.count("Die Kommune hat dieses Dokument noch nicht erstellen lassen.") == 4


def test_a_copy_without_pictures_of_its_pages_is_compared_in_the_files() -> None:
    paper, person = a_paper(), an_operator("support")
    paper.hand_in(a_scan(2))
    assert person.get(place(paper)).text.count("<img src=") == paper.row.pages + 2
    with at_the_file(paper.file_id):
        file_store.erase(Here.world.settings, file_store.page_name(paper.copies[-1].file, 2))
    page = person.get(place(paper)).text
    assert "Die Seiten sind nicht als Bild vorhanden" in page
    assert "<img src=" not in page.partition("</header>")[2]
    for path in (f"/akten/{paper.file_id}/dokumente/{paper.id}/herunterladen", place(paper, "/herunterladen")):
        assert f'href="{path}"' in page
        assert person.get(path).status_code == 200


def test_the_file_leads_to_what_the_operator_has_to_do() -> None:
    paper, person = a_paper("auftragsverarbeitung"), an_operator("support")
    overview = f"/akten/{paper.file_id}"
    paper.hand_in(a_scan(2))
    assert f'href="{place(paper)}"' in person.get(overview).text
    assert f'href="{place(paper)}"' not in an_operator("reader").get(overview).text
    send(person, place(paper), f"{place(paper)}/bestaetigen", {"checks": list(CHECKS)})
    assert f'href="{overview}/dokumente/{paper.id}/gegenzeichnen"' in person.get(overview).text
    assert f'href="{overview}/einrichtung">Zur Einrichtung' in an_operator("admin").get(overview).text
