"""The documents of a Kommune over HTTP: previews, having them made, reading, handing in, taking back."""

import hashlib
import sys
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import text, update

from maerker.clock import now
from maerker.database.base import session
from onboarding.applications.actions import invite, this_file
from onboarding.applications.models import FileRole, FileSession
from onboarding.contracts.file_models import CopyState, CopyWay, FileCopy
from onboarding.contracts.file_review import CHECKS, confirm_copy
from tests.maerker.documents.files import a_picture, a_scan
from tests.makers import Here
from tests.makers_documents import (
    OPERATOR,
    PLACE,
    Paper,
    a_paper,
    an_admitted_file,
    at_the_file,
    file_id_of,
    the_texts,
)
from tests.makers_joining import InFile, a_file, opened
from tests.world import Visitor

REASON = "Wir haben versehentlich die alte Fassung eingereicht."


def a_colleague(file: InFile, role: FileRole) -> InFile:
    """Someone else of the same Kommune, signed in."""
    email = f"{role}-{file.kommune.email}"
    with at_the_file(file_id_of(file), "joining"):
        invite(name="Uta Groß", email=email, roles=[role], by=OPERATOR, at=now())
    return opened(InFile(file.kommune, Visitor(Here.world.platform, file.visitor.host)), email)


def let_time_pass(file: InFile) -> None:
    """The last code was asked for an hour ago."""
    with at_the_file(file_id_of(file)):
        session().execute(update(FileSession).values(asked_again_at=now() - timedelta(hours=1)))


def test_a_document_is_asked_for_made_and_read() -> None:
    paper = a_paper()
    page = paper.file.visitor.get(f"{PLACE}/{paper.id}")
    assert "zu unterschreiben" in page.text
    assert "So unterschreiben Sie" in page.text
    shown = paper.file.visitor.get(f"{PLACE}/{paper.id}/ansehen")
    assert shown.mimetype == "application/pdf"
    assert hashlib.sha256(shown.data).hexdigest() == paper.row.sha256
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Content-Disposition"].startswith("inline")
    taken = paper.file.visitor.get(f"{PLACE}/{paper.id}/herunterladen")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert f"Beitrittserklärung {paper.file.kommune.name}.pdf" in unquote(taken.headers["Content-Disposition"])


def test_while_it_is_made_the_page_asks_again_with_and_without_scripts() -> None:
    file = an_admitted_file()
    file.visitor.get(f"{PLACE}/freigabe/erstellen")
    place = file.visitor.post(f"{PLACE}/freigabe/erstellen").headers["Location"]
    for path in (place, PLACE):
        page = file.visitor.get(path).text
        assert 'data-live="pending"' in page
        assert '<noscript><meta http-equiv="refresh"' in page
    assert file.visitor.get(f"{place}/ansehen").status_code == 404
    Here.world.work()
    page = file.visitor.get(place).text
    assert 'data-live="still"' in page
    assert "refresh" not in page


def test_the_overview_says_of_each_where_it_stands() -> None:
    paper = a_paper()
    page = paper.file.visitor.get(PLACE).text
    for words in ("Beitrittserklärung", "Serviceversprechen", "Auftragsverarbeitungsvertrag", "Löschkonzept",
                  "Art. 28 Abs. 3 und 9 DSGVO", "zu unterschreiben", "noch nicht erstellt",
                  "Alle Unterlagen erstellen"):
        assert words in page
    paper.file.visitor.post(f"{PLACE}/alle")
    Here.world.work()
    assert paper.file.visitor.get(PLACE).text.count("liegt vor") == 4


def test_missing_details_are_listed_with_links_to_them() -> None:
    file = an_admitted_file(details={"street": None, "head_name": None})
    page = file.visitor.get(f"{PLACE}/beitrittserklaerung/erstellen")
    assert "2 Angaben fehlen noch" in page.text
    assert 'href="/akte/angaben#street"' in page.text
    refused = file.visitor.post(f"{PLACE}/beitrittserklaerung/erstellen", {"replace": "1"})
    assert (refused.status_code, "2 Angaben fehlen noch" in refused.text) == (422, True)
    everything = file.visitor.post(f"{PLACE}/alle")
    assert (everything.status_code, 'href="/akte/angaben#head_name"' in everything.text) == (422, True)


def test_before_the_admission_only_previews_are_offered() -> None:
    the_texts()
    file = a_file()
    page = file.visitor.get(PLACE).text
    assert "Der Betreiber prüft noch Ihren Antrag" in page
    assert "Alle Unterlagen erstellen" not in page
    assert "/erstellen" not in page
    assert page.count('/vorschau"') == 8
    place = file.visitor.post(f"{PLACE}/beitrittserklaerung/vorschau").headers["Location"]
    Here.world.work()
    preview = file.visitor.get(place).text
    assert "Nur zum Ansehen" in preview
    assert "So unterschreiben Sie" not in preview
    assert "/erstellen" not in preview
    assert file.visitor.get(f"{place}/abgeben").status_code == 404


def test_a_second_version_is_made_only_after_saying_what_becomes_of_the_first() -> None:
    paper = a_paper()
    visitor = paper.file.visitor
    visitor.get(f"{PLACE}/{paper.id}")
    asked = visitor.post(f"{PLACE}/beitrittserklaerung/erstellen")
    assert (asked.status_code, "Es gibt schon eine Fassung" in asked.text) == (200, True)
    newer = a_paper(file=paper.file)
    old = visitor.get(f"{PLACE}/{paper.id}").text
    assert "Das ist eine frühere Fassung" in old
    assert f"{PLACE}/{newer.id}" in old
    assert visitor.get(f"{PLACE}/{paper.id}/abgeben").status_code == 409
    assert "1 frühere Fassung" in visitor.get(f"{PLACE}/{newer.id}").text


def test_a_copy_is_handed_in_and_waits() -> None:
    paper = a_paper()
    form = paper.file.visitor.get(f"{PLACE}/{paper.id}/abgeben?weg=scan").text
    assert 'value="Christine Herrmann"' in form
    answer = paper.hand_in(a_scan(2))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PLACE}/{paper.id}")
    page = paper.file.visitor.get(f"{PLACE}/{paper.id}").text
    for words in ("beim Betreiber", "Christine Herrmann", paper.copies[0].sha256, "Zurücknehmen"):
        assert words in page
    taken = paper.file.visitor.get(f"{PLACE}/nachweis/{paper.copies[0].id}/herunterladen")
    assert hashlib.sha256(taken.data).hexdigest() == paper.copies[0].sha256
    assert "unterschrieben.pdf" in unquote(taken.headers["Content-Disposition"])
    again = paper.file.visitor.get(f"{PLACE}/{paper.id}/abgeben")
    assert again.status_code == 303
    assert paper.hand_in(a_scan(1)).status_code == 422


@pytest.mark.parametrize(("contents", "fields", "sentence"), [
    ((), {}, "Bitte wählen Sie eine Datei aus."),
    ((b"MZ\x90 kein Dokument",), {}, "weder ein PDF noch ein Bild"),
    ((b"%PDF-1.7", b"%PDF-1.7"), {}, "entweder ein PDF mit allen Seiten oder ein Bild für jede Seite"),
    (tuple(b"\xff\xd8\xff\xe0" for _ in range(11)), {}, "höchstens 10 Bilder"),
    ((b"\xff\xd8\xff\xe0",), {"way": "electronic"}, "immer genau ein PDF"),
    ((b"%PDF-" + b"0" * (20 * 1024 * 1024),), {}, "mehr als 20 MB"),
    ((b"%PDF-1.7",), {"name_1": ""}, "Bitte nennen Sie, wer unterschrieben hat."),
    ((b"%PDF-1.7",), {"function_1": " "}, "Bitte nennen Sie die Funktion"),
    ((b"%PDF-1.7",), {"on_behalf_1": "king"}, "Bitte wählen Sie, womit die Person unterschreibt."),
    ((b"%PDF-1.7",), {"on_behalf_1": "power_of_attorney"}, "das Datum der Vollmacht"),
    ((b"%PDF-1.7",), {"signed_on": ""}, "an welchem Tag unterschrieben wurde"),
    ((b"%PDF-1.7",), {"signed_on": "2000-01-01"}, "An diesem Tag gab es das Dokument noch nicht."),
    ((b"%PDF-1.7",), {"signed_on": "9999-01-01"}, "Dieser Tag liegt in der Zukunft."),
])
def test_what_cannot_be_taken_is_said_beside_the_field(
    shared_paper: Paper, contents: tuple[bytes, ...], fields: dict[str, str], sentence: str
) -> None:
    answer = shared_paper.hand_in(*contents, **{"name_1": "Frida Tipptext", **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert fields.get("name_1") == "" or "Frida Tipptext" in answer.text
    assert shared_paper.copies == []


@pytest.fixture(scope="module")
def shared_paper(world: object) -> Paper:
    """One document for all that is refused before anything is kept of it."""
    assert world
    return a_paper()


def test_a_power_of_attorney_is_kept_with_its_day() -> None:
    paper = a_paper()
    paper.hand_in(a_picture(), on_behalf_1="power_of_attorney", power_of_attorney_1="2026-03-02")
    (one,) = paper.copies[0].signatories
    assert (one["on_behalf"], one["power_of_attorney"]) == ("power_of_attorney", "2026-03-02")
    assert "mit Vollmacht (§ 57 BbgKVerf)" in paper.file.visitor.get(f"{PLACE}/{paper.id}").text


def test_handing_in_and_taking_back_ask_for_a_code_again() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(1))
    back = f"{PLACE}/nachweis/{paper.copies[0].id}/zuruecknehmen"
    let_time_pass(paper.file)
    visitor = paper.file.visitor
    for path in (f"{PLACE}/{paper.id}/abgeben", back):
        assert visitor.get(path).headers["Location"] == f"/code?weiter={path}"
    visitor.get(f"{PLACE}/{paper.id}")
    assert visitor.post(back, {"reason": REASON}).headers["Location"].startswith("/code?")
    visitor.get(f"{PLACE}/{paper.id}")
    refused = visitor.post(f"{PLACE}/{paper.id}/abgeben", {"name_1": "Frida Tipptext"})
    assert refused.status_code == 403
    assert "Frida Tipptext" in refused.text
    assert "Code anfordern" in refused.text
    assert paper.copies[0].state is CopyState.to_confirm


def test_a_copy_is_taken_back_with_a_reason_and_another_one_follows() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(1))
    place = f"{PLACE}/nachweis/{paper.copies[0].id}/zuruecknehmen"
    paper.file.visitor.get(place)
    assert paper.file.visitor.post(place, {"reason": "kurz"}).status_code == 422
    assert paper.file.visitor.post(place, {"reason": REASON}).status_code == 303
    assert (paper.copies[0].state, paper.copies[0].withdrawn_reason) == (CopyState.withdrawn, REASON)
    assert REASON in paper.file.visitor.get(f"{PLACE}/{paper.id}").text
    assert paper.hand_in(a_scan(2)).status_code == 303
    assert paper.copies[1].state is CopyState.to_confirm


def test_the_operators_signature_is_not_the_kommunes_to_take_back() -> None:
    paper = a_paper("auftragsverarbeitung")
    paper.hand_in(a_scan(1))
    with at_the_file(paper.file_id):
        confirm_copy(paper.copies[0].id, CHECKS, "", by=OPERATOR, at=now())
        theirs = FileCopy(
            document_id=paper.id, side="operator", way=CopyWay.scan, state=CopyState.accepted, file="x",
            sha256="0" * 64, size=1, uploaded_at=now(), checked_at=now(),
            signatories=[{"name": "Dr. Wölk", "function": "Leitung"}])
        session().add(theirs)
        session().flush()
        number = theirs.id
    page = paper.file.visitor.get(f"{PLACE}/{paper.id}").text
    assert "Vom Betreiber unterschrieben" in page
    place = f"{PLACE}/nachweis/{number}/zuruecknehmen"
    assert paper.file.visitor.get(place).status_code == 303
    assert paper.file.visitor.post(place, {"reason": REASON}).status_code == 404


def test_who_reads_along_can_read_and_nothing_else() -> None:
    paper = a_paper()
    press = a_colleague(paper.file, FileRole.press).visitor
    assert press.get(f"{PLACE}/{paper.id}/ansehen").status_code == 200
    page = press.get(f"{PLACE}/{paper.id}").text
    assert "Einreichen können die fachliche Ansprechperson" in page
    assert "Scan einreichen" not in page
    for path in (f"{PLACE}/beitrittserklaerung/erstellen", f"{PLACE}/{paper.id}/abgeben"):
        assert press.get(path).status_code == 403
    for path in (f"{PLACE}/alle", f"{PLACE}/freigabe/vorschau", f"{PLACE}/{paper.id}/abgeben"):
        press.get(PLACE)
        assert press.post(path).status_code == 403


def test_another_files_documents_and_copies_are_not_there() -> None:
    paper, theirs = a_paper(), an_admitted_file()
    paper.hand_in(a_scan(1))
    copy = paper.copies[0].id
    theirs.visitor.get(PLACE)
    for path in ("", "/ansehen", "/herunterladen", "/abgeben"):
        assert theirs.visitor.get(f"{PLACE}/{paper.id}{path}").status_code == 404
    for path in ("/herunterladen", "/zuruecknehmen"):
        assert theirs.visitor.get(f"{PLACE}/nachweis/{copy}{path}").status_code == 404
    assert theirs.visitor.post(f"{PLACE}/nachweis/{copy}/zuruecknehmen", {"reason": REASON}).status_code == 404
    assert theirs.visitor.post(f"{PLACE}/{paper.id}/abgeben", {"way": "scan"}).status_code == 404
    assert theirs.visitor.get(f"{PLACE}/unfug/erstellen").status_code == 404


def test_a_withdrawn_application_has_no_new_documents() -> None:
    file = an_admitted_file()
    with at_the_file(file_id_of(file)):
        this_file().withdrawn_at = now()
    assert "Der Antrag ruht" in file.visitor.get(PLACE).text
    refused = file.visitor.post(f"{PLACE}/freigabe/erstellen", {"replace": "1"})
    assert (refused.status_code, "Der Antrag ruht" in refused.text) == (422, True)
    asked = file.visitor.get(f"{PLACE}/freigabe/erstellen").text
    assert "Das Dokument kann noch nicht erstellt werden" in asked
    assert "Dokument erstellen" not in asked


def test_why_a_copy_was_refused_stands_above_what_to_do_next() -> None:
    paper = a_paper()
    paper.hand_in(paper.pdf, way="electronic")
    assert paper.copies[0].state is CopyState.refused
    page = paper.file.visitor.get(f"{PLACE}/{paper.id}").text
    said = page.index("Ihre unterschriebene Fassung konnte nicht angenommen werden")
    assert said < page.index(paper.copies[0].finding_text) < page.index("So unterschreiben Sie")


def test_the_joining_role_can_say_nothing_that_is_the_operators_to_say() -> None:
    """PostgreSQL itself: no copy is accepted, no document ready, by whoever is the joining application."""
    paper = a_paper()
    paper.hand_in(a_scan(1))
    for statement in (
        "UPDATE file_copies SET state = 'accepted', checked_at = now()",
        "UPDATE file_copies SET signers = '[]'",
        "UPDATE file_documents SET data = '{}'",
        "INSERT INTO file_documents (kind, text_version, data, state, made_at, sha256)"
        " VALUES ('privacy_notice', 1, '{}', 'ready', now(), 'x')",
        "DELETE FROM file_copies",
    ):
        with Here.world.engine("joining").connect() as connection:
            connection.execute(text(f"SET LOCAL maerker.file = '{paper.file_id}'"))
            with pytest.raises(Exception, match=r"permission denied|row-level security"):
                connection.execute(text(statement))


def test_a_web_process_loads_nothing_that_reads_or_makes_documents() -> None:
    """Asked of a process of its own: this one has worked as a worker."""
    import subprocess

    code = (
        "import sys, wsgi\n"
        "from onboarding.joining import documents, documents_hand_in\n"
        "from onboarding.console import documents, documents_sign\n"
        "print([name for name in ('typst', 'pyhanko', 'pypdfium2', 'asn1crypto') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_new_version_of_what_is_signed_is_as_grave_as_taking_it_back() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2))
    with at_the_file(paper.file_id):
        confirm_copy(paper.copies[-1].id, CHECKS, "", by=OPERATOR, at=now())
    place = f"{PLACE}/beitrittserklaerung/erstellen"
    privacy = a_colleague(paper.file, FileRole.privacy)
    privacy.visitor.get(PLACE)
    for answer in (privacy.visitor.post(place, {"replace": "1"}), privacy.visitor.get(place)):
        assert answer.status_code == 403
        assert "schon unterschrieben" in answer.text
    let_time_pass(paper.file)
    paper.file.visitor.get(PLACE)
    for answer in (paper.file.visitor.post(place, {"replace": "1"}), paper.file.visitor.get(place)):
        assert answer.headers["Location"].startswith("/code?")
    assert paper.row.superseded_at is None
