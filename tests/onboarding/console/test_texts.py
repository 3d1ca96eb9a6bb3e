"""The texts of the documents at the console: a draft, tried, compared, released; who may, and what is asked again."""

import re
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from maerker.database.base import session
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.models import ContractText
from onboarding.contracts.queries import text_in_use, texts_of
from onboarding.contracts.versions import TextState
from tests.makers import Here
from tests.makers_documents import the_texts
from tests.makers_operators import OperatorVisitor, an_operator
from tests.onboarding.contracts.console import as_superuser
from tests.world import World

KIND = "accessibility_statement"
PLACE = f"/texte/{KIND}"


@pytest.fixture(autouse=True)
def _first_texts(world: World) -> Iterator[None]:
    """The first version of each text, and nothing later of this kind left behind."""
    the_texts()
    yield
    with as_superuser() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql(f"DELETE FROM contract_texts WHERE kind = '{KIND}'")
        connection.commit()
    the_texts()


def source_of(version: int) -> str:
    with Here.world.no_scope("console"):
        return str(session().scalars(select(ContractText.source).where(
            ContractText.kind == KIND, ContractText.version == version)).one())


def versions() -> list[tuple[int, TextState]]:
    with Here.world.no_scope("console"):
        return [(row.version, row.state) for row in texts_of(DocumentKind(KIND))]


def a_draft(anke: OperatorVisitor, words: str = "") -> int:
    """A new version, written over HTTP: the last one and these words."""
    newest = max(number for number, _ in versions())
    anke.get(f"{PLACE}/neu")
    answer = anke.post(f"{PLACE}/neu", {
        "source": source_of(newest) + f"\n{words or uuid.uuid4().hex}\n", "note": "Ein Satz mehr am Ende.",
        "act": "save",
    })
    assert answer.status_code == 303, answer.text[:3000]
    number = re.search(r"/(\d+)\?", answer.headers["Location"])
    assert number
    anke.get(answer.headers["Location"])
    return int(number[1])


def test_a_text_is_drafted_compared_tried_and_released() -> None:
    anke = an_operator()
    number = a_draft(anke, "Neu ist dieser Satz.")
    assert (number, TextState.draft) in versions()
    page = anke.get(f"{PLACE}/vergleich?alt=1&neu={number}").text
    assert "Neu ist dieser Satz." in page
    assert "1 Zeile entfernt" not in page
    tried = anke.post(f"{PLACE}/{number}/pruefen")
    assert "Der Text wird ein Dokument." in tried.text
    sample = anke.get(f"{PLACE}/{number}/muster.pdf")
    assert (sample.mimetype, sample.data[:5]) == ("application/pdf", b"%PDF-")
    assert "lässt sich danach nicht mehr ändern" in anke.get(f"{PLACE}/{number}/freigeben").text
    assert anke.post(f"{PLACE}/{number}/freigeben").status_code == 303
    assert (number, TextState.released) in versions()
    with Here.world.no_scope("console"):
        assert text_in_use(DocumentKind(KIND)).version == number
    anke.get("/texte")
    assert "Text freigegeben" in anke.get("/protokoll?act=text_released").text


def test_the_release_asks_for_the_second_factor_again() -> None:
    anke = an_operator()
    number = a_draft(anke)
    anke.let_time_pass(minutes=11)
    anke.get(f"{PLACE}/{number}/freigeben")
    asked = anke.post(f"{PLACE}/{number}/freigeben")
    assert "Bitte bestätigen" in asked.text
    assert (number, TextState.draft) in versions()
    assert anke.post(f"{PLACE}/{number}/freigeben", {"fresh_code": anke.next_code()}).status_code == 303
    assert (number, TextState.released) in versions()


def test_a_text_that_becomes_no_document_is_shown_with_its_line_and_not_released() -> None:
    anke = an_operator()
    number = a_draft(anke, "#gibtesnicht(1)")
    line = len(source_of(number).rstrip("\n").splitlines())
    tried = anke.post(f"{PLACE}/{number}/pruefen").text
    assert f"zu Zeile {line}:" in tried
    assert "unknown variable" in tried
    sample = anke.get(f"{PLACE}/{number}/muster.pdf")
    assert sample.status_code == 422
    anke.get(f"{PLACE}/{number}/freigeben")
    refused = anke.post(f"{PLACE}/{number}/freigeben")
    assert refused.status_code == 422
    assert "unknown variable" in refused.text
    assert (number, TextState.draft) in versions()


def test_what_was_typed_stays_when_it_is_only_tried_or_refused() -> None:
    anke = an_operator()
    before = versions()
    anke.get(f"{PLACE}/neu")
    typed = source_of(1) + "\nEin angefangener Satz\n"
    tried = anke.post(f"{PLACE}/neu", {"source": typed, "note": "", "act": "try"})
    assert "Der Text wird ein Dokument." in tried.text
    assert "Ein angefangener Satz" in tried.text
    assert "Probebetrieb" not in tried.text
    refused = anke.post(f"{PLACE}/neu", {"source": typed, "note": " ", "act": "save"})
    assert refused.status_code == 422
    assert "Ein angefangener Satz" in refused.text
    broken = anke.post(f"{PLACE}/neu", {"source": typed, "note": "x", "act": "save", "csrf_token": "0"})
    assert broken.status_code == 400
    assert "Ein angefangener Satz" in broken.text
    assert versions() == before


def test_the_sample_comes_before_the_source_of_a_text() -> None:
    anke = an_operator()
    page = anke.get(f"{PLACE}/1").text
    sample, folded = page.index(f'href="{PLACE}/1/muster.pdf"'), page.index('<details class="m-details"><summary>')
    assert sample < folded < page.index('class="c-source"')
    writing = anke.get(f"{PLACE}/neu?aus=1").text
    assert "in der Auszeichnungssprache Typst geschrieben" in writing
    assert f'href="{PLACE}/1/muster.pdf"' in writing


def test_a_draft_is_put_aside_and_cannot_be_released_then() -> None:
    anke = an_operator()
    number = a_draft(anke)
    anke.get(f"{PLACE}/{number}/verwerfen")
    assert anke.post(f"{PLACE}/{number}/verwerfen").status_code == 303
    assert (number, TextState.retired) in versions()
    assert anke.get(f"{PLACE}/{number}/freigeben").status_code == 409
    anke.get(PLACE)
    assert anke.post(f"{PLACE}/{number}/verwerfen").status_code == 409


@pytest.mark.parametrize("role", ["support", "trainer", "reader"])
def test_others_read_and_compare_but_write_nothing(role: str) -> None:
    reader = an_operator(role)
    page = reader.get(f"{PLACE}/1")
    assert page.status_code == 200
    assert "Freigeben" not in page.text.replace("Freigegeben", "")
    assert "/neu?aus=" not in page.text
    for path in (f"{PLACE}/neu", f"{PLACE}/1/freigeben", f"{PLACE}/1/verwerfen"):
        assert reader.get(path).status_code == 403
        reader.get(PLACE)
        assert reader.post(path, {"source": source_of(1), "note": "Ich auch."}).status_code == 403


@pytest.mark.parametrize("path", [
    "/texte/steuerbescheid", f"{PLACE}/999", f"{PLACE}/neu?aus=999", f"{PLACE}/vergleich?alt=0&neu=1",
    f"{PLACE}/999/muster.pdf",
])
def test_what_is_not_there_is_not_there(path: str) -> None:
    assert an_operator().get(path).status_code == 404
