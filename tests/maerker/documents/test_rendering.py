"""Documents: archivable, accessible, the same bytes each time, and no way out of the template."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import page
import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from maerker.documents.rendering import RenderingProblem, render_pdf
from tests.maerker.documents.authority import MADE_AT, SOURCE, a_document

HEAD = '#import "/house.typ": *\n#show: house\n'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 50">{}</svg>'
ARMS = SVG.format('<path d="M0 0h40v30l-20 20l-20-20z" fill="#c00"/>')
EVERYTHING = (
    HEAD
    + """
= Beteiligte
#facts(("Name", at("name")), ("Sitz", none), ("Schlüssel", "120520000000"))
== Einzelnes
#note[Hinweis nach § 57 BbgKVerf.]
Ansprechperson: #blank(at("contact")). Beginn am #german_date(at("start")). Ende am #german_date(none).
#enumeration(("Gas", "Wasser", "Strom"))
- eins
+ zwei
= Unterauftragnehmer
#data_table(([Name], [Sitz]), at("rows"), row => (row.name, row.at("seat", default: none)), columns: (1fr, 2fr))
#data_table(([Name], [Sitz]), at("nothing"), row => ())
= Unterschriften
#signatures(
  (party: "Für die Kommune", people: ((name: "Erika Muster", role: "Bürgermeisterin"), (name: none, role: none))),
  (party: "Für den Betreiber", people: ()),
)
"""
)


def data(**more: Any) -> dict[str, Any]:
    return {
        "title": "Vereinbarung",
        "version": "3",
        "reference": "BB-2026-0042",
        "issuer": "Stadt Cottbus/Chóśebuz",
        "name": "Amt Burg (Spreewald)/Bórkowy (Błota)",
        "start": "2027-01-04",
        "rows": [{"name": f"Rechenzentrum {number}"} for number in range(60)],
        "arms": ARMS,
        "arms_alt": "Wappen der Stadt Cottbus",
        **more,
    }


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(document[number].get_textpage().get_text_range() for number in range(len(document)))


def rendered(source: str = HEAD + "= Anfang", **more: Any) -> bytes:
    return render_pdf(source, data(**more), made_at=MADE_AT)


@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1])
@pytest.mark.parametrize(
    "more", [{}, {"arms": None, "issuer": None, "version": None, "reference": None}, {"draft": True}]
)
def test_everything_of_the_layout_conforms(profile: page.ValidationProfile, more: dict[str, Any]) -> None:
    report = page.validate_pdf_bytes(rendered(EVERYTHING, **more), profile=profile)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.is_compliant


def test_the_same_words_and_moment_give_the_same_bytes() -> None:
    assert rendered(EVERYTHING) == rendered(EVERYTHING)
    assert rendered(EVERYTHING) != render_pdf(EVERYTHING, data(), made_at=MADE_AT + timedelta(seconds=1))
    assert rendered(EVERYTHING) != rendered(EVERYTHING, name="Stadt Guben")


def test_the_order_of_the_data_does_not_matter() -> None:
    backwards = dict(reversed(data().items()))
    assert render_pdf(EVERYTHING, backwards, made_at=MADE_AT) == rendered(EVERYTHING)


def test_title_language_and_moment_stand_in_the_file() -> None:
    reader = PdfFileReader(io.BytesIO(rendered()))
    assert str(reader.root["/Lang"]).startswith("de")
    assert reader.trailer["/Info"]["/Title"] == "Vereinbarung"
    assert reader.trailer["/Info"]["/CreationDate"].startswith("D:20261102090000")


def test_each_page_says_which_document_and_page_it_is() -> None:
    with pypdfium2.PdfDocument(rendered(EVERYTHING)) as document:
        pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    assert len(pages) > 1
    for number, words in enumerate(pages, start=1):
        assert f"Seite {number} von {len(pages)}" in words
        assert "Vereinbarung · Fassung 3 · Aktenzeichen BB-2026-0042" in words


def test_the_heads_of_a_table_come_again_on_the_next_page() -> None:
    assert text_of(rendered(EVERYTHING)).count("Name Sitz") + text_of(rendered(EVERYTHING)).count("Name\r\nSitz") >= 2


def test_sorbian_names_are_written_with_all_their_letters() -> None:
    letters = "Chóśebuz Bórkowy (Błota) Zły Komorow Mužakow ćčěłńóřŕšśźž ÄÖÜäöüß „“–…§"
    pdf = rendered(HEAD + '#at("name")', name=letters)
    assert letters in text_of(pdf)
    assert page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_A_3A).is_compliant  # no missing glyph


def test_what_is_missing_is_a_line_and_never_the_word_none() -> None:
    words = text_of(rendered(EVERYTHING, contact=None, name=None, start=None))
    assert "none" not in words
    assert "Name in Druckschrift" in words
    assert "Keine Einträge." in words


def test_a_draft_says_so_on_every_page() -> None:
    pdf = rendered(EVERYTHING, draft=True)
    with pypdfium2.PdfDocument(pdf) as document:
        assert text_of(pdf).count("Entwurf – noch nicht vom Betreiber freigegeben") == len(document)
    assert "Entwurf" not in text_of(rendered(EVERYTHING, draft=False))
    assert "Nur zur Ansicht" in text_of(rendered(EVERYTHING, draft="Nur zur Ansicht"))


def test_dates_are_written_out() -> None:
    assert "4. Januar 2027" in text_of(rendered(EVERYTHING)).replace("\xa0", " ")


def test_what_is_filled_in_is_never_read_as_a_template() -> None:
    evil = '#panic("x") #import "/x.typ" $ * _ ` \\ = Kopf @quelle'
    assert evil in text_of(rendered(HEAD + '#at("name")', name=evil)).replace("\r\n", " ")


def test_a_fault_of_the_template_is_named_with_its_line_and_without_folders_of_the_machine() -> None:
    with pytest.raises(RenderingProblem, match=r"unknown variable: unbekannt, line 4") as caught:
        rendered(HEAD + "= Anfang\n#unbekannt")
    assert "/" not in str(caught.value)


@pytest.mark.parametrize("title", [None, "", "  ", 7])
def test_a_document_needs_a_title(title: object) -> None:
    with pytest.raises(RenderingProblem, match="title"):
        rendered(title=title)


def test_a_moment_without_zone_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        render_pdf(SOURCE, data(), made_at=MADE_AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../rendering.py")',
        '#read("../../../../../../../../etc/hostname")',
        '#json("/../limits.py")',
        '#image("/etc/passwd")',
        '#import "@preview/cetz:0.3.0"',
        '#import "@local/anything:1.0.0": *',
        '#import ("@pre" + "view/cetz:0.3.0")',
        '#include "/etc/passwd"',
        '#include "@preview/cetz:0.3.0"',
        '#eval("1")',
        '#let f = eval; #f("1")',
        '#dictionary(std).at("ev" + "al")("1")',
        '#plugin("/x.wasm")',
    ],
)
def test_a_template_reads_no_file_and_fetches_no_package(source: str) -> None:
    with pytest.raises(RenderingProblem) as caught:
        rendered(HEAD + source)
    assert "download" not in str(caught.value)


@pytest.mark.parametrize("source", ["#let n = 1\n#while n > 0 { n += 1 }", "#let f() = f()\n#f()"])
def test_a_template_that_never_ends_is_stopped(source: str) -> None:
    with pytest.raises(RenderingProblem, match=r"infinite|recursion|depth"):
        rendered(HEAD + source)


def test_arms_cannot_draw_in_files_of_the_machine(tmp_path: Path) -> None:
    from PIL import Image

    picture = tmp_path / "secret.png"
    Image.new("RGB", (50, 50), "red").save(picture)
    drawing = SVG.format('<image href="{}" width="40" height="50"/>')

    def without_folders(href: str) -> int:
        try:
            return len(rendered(arms=drawing.format(href)))
        except RenderingProblem:
            return 0

    assert without_folders(str(picture)) == without_folders("/no/such/picture.png")
    assert without_folders(f"file://{picture}") == without_folders("/no/such/picture.png")


def test_the_sample_of_these_tests_is_a_document() -> None:
    assert "Stadt Cottbus/Chóśebuz" in text_of(a_document())
