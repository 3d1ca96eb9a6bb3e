"""The documents of a Kommune over HTTP: previews, having them made, reading, handing in, taking back."""

import hashlib

from tests.makers import Here
from tests.makers_documents import PLACE, a_paper, an_admitted_file


def test_a_document_is_asked_for_made_and_read() -> None:
    paper = a_paper()
    page = paper.file.visitor.get(f"{PLACE}/{paper.id}")
    assert page.status_code == 200
    assert "zu unterschreiben" in page.text
    shown = paper.file.visitor.get(f"{PLACE}/{paper.id}/ansehen")
    assert shown.mimetype == "application/pdf"
    assert shown.data.startswith(b"%PDF-")
    assert hashlib.sha256(shown.data).hexdigest() == paper.row.sha256
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Content-Disposition"].startswith("inline")
    taken = paper.file.visitor.get(f"{PLACE}/{paper.id}/herunterladen")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert "Beitrittserkl%C3%A4rung%20Neustadt" in taken.headers["Content-Disposition"]


def test_the_overview_shows_all_kinds() -> None:
    file = an_admitted_file()
    page = file.visitor.get(PLACE)
    assert page.status_code == 200
    for words in ("Beitrittserklärung", "Serviceversprechen", "Auftragsverarbeitungsvertrag", "Löschkonzept"):
        assert words in page.text
    assert Here.world
