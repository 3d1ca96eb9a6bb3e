"""Each document as people get it: conforming, complete, and never with a hole where a value is missing."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pypdfium2  # type: ignore[import-untyped]
import pytest

from onboarding.contracts.check import check_source
from onboarding.contracts.facts import Facts, Municipality, Promise, Release, facts_as_data
from onboarding.contracts.generation import Generated, generate, generate_again
from onboarding.contracts.kinds import KINDS, OF_THE_MUNICIPALITY, DocumentKind, SignedBy
from onboarding.contracts.packaged import packaged_text
from onboarding.contracts.sample import sample_facts
from onboarding.contracts.versions import TextState
from tests.onboarding.contracts.reading_pdf import faults_of, words_of

MADE_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DRAFT = "Entwurf – noch nicht vom Betreiber freigegeben"
BARE = Facts(municipality=Municipality(name="Musterheide", kind="Stadt", ars="120990001001"))
LONG = "Verbandsgemeinde Ober-Hammerschmiedewalde-Unterpfaffenweiler an der Schwarzen Elster (Kurort)"


def made(kind: DocumentKind, facts: Facts | None = None, *, released: bool = False) -> Generated:
    text = packaged_text(kind)
    if released:
        text = replace(text, state=TextState.released, released_at=MADE_AT)
    return generate(kind, facts or sample_facts(), text, made_at=MADE_AT)


@pytest.mark.parametrize("kind", DocumentKind)
def test_each_document_can_be_archived_and_read_aloud(kind: DocumentKind) -> None:
    assert faults_of(made(kind).pdf) == []


@pytest.mark.parametrize("kind", DocumentKind)
def test_each_document_with_hardly_any_facts_conforms_and_leaves_lines_to_fill_in(kind: DocumentKind) -> None:
    pdf = made(kind, BARE).pdf
    assert faults_of(pdf) == []
    words = words_of(pdf)
    assert not re.search(r"\b([Nn]one|null|auto|dictionary)\b", words)
    assert "Stadt Musterheide" in words


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_draft_says_so_on_each_page_and_a_released_text_does_not(kind: DocumentKind) -> None:
    draft = pypdfium2.PdfDocument(made(kind).pdf)
    for n in range(len(draft)):
        assert DRAFT in draft[n].get_textpage().get_text_bounded().replace("\u00a0", " ")
    words = words_of(made(kind, released=True).pdf)
    assert "Entwurf" not in words
    assert "Fassung 1 ·" in words


@pytest.mark.parametrize("kind", DocumentKind)
def test_the_same_facts_give_the_same_bytes_also_from_the_values_kept(kind: DocumentKind) -> None:
    first, second = made(kind), made(kind)
    assert first.pdf == second.pdf
    assert len(first.sha256) == 64
    kept = json.loads(json.dumps(dict(reversed(list(first.data.items())))))
    again = generate_again(kind, kept, packaged_text(kind).source, made_at=MADE_AT)
    assert again.sha256 == first.sha256
    other = generate(kind, sample_facts(), packaged_text(kind), made_at=MADE_AT.replace(year=2027))
    assert other.sha256 != first.sha256


@pytest.mark.parametrize("kind", DocumentKind)
def test_the_packaged_text_passes_its_own_check(kind: DocumentKind) -> None:
    assert check_source(packaged_text(kind).source, kind).startswith(b"%PDF-")


def test_a_text_that_does_not_become_a_document_is_refused() -> None:
    from maerker.documents.rendering import RenderingProblem

    with pytest.raises(RenderingProblem):
        check_source('#import "/house.typ": *\n#show: house\n#unbekannt(1)\n', DocumentKind.service_promise)


@pytest.mark.parametrize("kind", DocumentKind)
def test_lower_sorbian_letters_are_there(kind: DocumentKind) -> None:
    town = Municipality(name="Amt Burg (Spreewald)", name_dsb="Bórkowy (Błota)", kind="Amt", ars="120715101",
                        city="Chóśebuz", street="Źělowa droga 7", members=("Dešno", "Wjerbno", "Žylow"))
    facts = replace(sample_facts(), municipality=town)
    words = words_of(made(kind, facts).pdf)
    if not KINDS[kind].for_each_person:
        assert "Bórkowy (Błota)" in words
    pdf = pypdfium2.PdfDocument(made(kind, facts).pdf)
    for n in range(len(pdf)):
        said = pdf[n].get_textpage().get_text_bounded()
        assert "\ufffd" not in said
        assert "\u0000" not in said


@pytest.mark.parametrize("kind", OF_THE_MUNICIPALITY)
def test_long_names_stay_on_the_page(kind: DocumentKind) -> None:
    town = replace(sample_facts().municipality, name=LONG, kind="Verbandsgemeinde", city="Unterpfaffenweiler" * 3)
    pdf = made(kind, replace(sample_facts(), municipality=town, host=f"{'x' * 60}.maerker.example")).pdf
    assert faults_of(pdf) == []
    assert LONG in words_of(pdf)
    document = pypdfium2.PdfDocument(pdf)
    for n in range(len(document)):
        width, _ = document[n].get_size()
        text = document[n].get_textpage()
        assert all(text.get_charbox(i)[2] <= width for i in range(text.count_chars()))


def test_an_amt_names_its_eight_gemeinden() -> None:
    members = sample_facts().municipality.members
    assert len(members) == 8
    for kind in (DocumentKind.accession_declaration, DocumentKind.service_promise,
                 DocumentKind.data_processing_agreement):
        words = words_of(made(kind).pdf)
        assert all(member in words for member in members)


@pytest.mark.parametrize("kind", [kind for kind, what in KINDS.items() if what.signed_by is not SignedBy.nobody])
def test_two_people_sign_one_of_them_by_power_of_attorney(kind: DocumentKind) -> None:
    words = words_of(made(kind).pdf)
    operator = KINDS[kind].signed_by is SignedBy.municipality_and_operator
    assert words.count("Ort, Datum") == 3 if operator else 2
    assert "Karla Lübbers-Nowka" in words
    assert "Jörg Žurman" in words
    assert "Leiter der Kämmerei, Vollmacht vom 2. März 2026" in words
    one = words_of(made(kind, replace(sample_facts(), signatories=())).pdf)
    assert one.count("Ort, Datum") == (2 if operator else 1)
    assert "Jörg Žurman" not in one


@pytest.mark.parametrize("kind", [kind for kind, what in KINDS.items() if what.signed_by is SignedBy.nobody])
def test_what_nobody_signs_has_no_line_to_sign(kind: DocumentKind) -> None:
    assert "Ort, Datum" not in words_of(made(kind).pdf)


def test_the_declaration_holds_what_a_declaration_holds() -> None:
    words = words_of(made(DocumentKind.accession_declaration).pdf)
    for said in ("Das Amt Musterheide erklärt hiermit den Beitritt", "120990199", "Amtsdirektorin",
                 "3.1 vom 1. Juli 2026", "4. Januar 2027", "Sven Kito", "it@musterheide.example", "Dr. Uta Groß",
                 "presse@musterheide.example", "§ 18 Abs. 2 MStV", "gestattet, ihr Wappen", "www.musterheide.example",
                 "Dauer und Ende der Mitgliedschaft", "§ 57 der Kommunalverfassung",
                 "Beschluss des Amtsausschusses vom 12. Oktober 2026"):
        assert said in words, said


@pytest.mark.parametrize(("answer", "said"), [
    (True, "Die Kommune gestattet, ihr Wappen"), (False, "Die Kommune gestattet nicht, ihr Wappen"),
    (None, "bitte ankreuzen"),
])
def test_the_arms_are_allowed_refused_or_to_be_ticked(answer: bool | None, said: str) -> None:
    facts = replace(sample_facts(), may_show_arms=answer)
    assert said in words_of(made(DocumentKind.accession_declaration, facts).pdf)


def test_the_arms_stand_at_the_head_where_they_may() -> None:
    shield = '<path fill="#a00" d="M0 0h10v8l-5 4-5-4z"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 12">{shield}</svg>'
    kind, plain = DocumentKind.service_promise, made(DocumentKind.service_promise)
    shown = made(kind, replace(sample_facts(), arms=svg))
    assert faults_of(shown.pdf) == []
    assert shown.sha256 != plain.sha256
    hidden = made(kind, replace(sample_facts(), arms=svg, may_show_arms=False))
    assert hidden.data["arms"] == ""


def test_the_promise_has_its_six_points_with_the_figures_of_the_kommune() -> None:
    words = words_of(made(DocumentKind.service_promise).pdf)
    for said in ("bis 14 Uhr eingeht, ist spätestens am nächsten Arbeitstag um 18 Uhr öffentlich",
                 "Zulässige Hinweise werden veröffentlicht", "Innerhalb von zwei Arbeitstagen steht eine Antwort",
                 "behoben, den die Antwort nennt", "innerhalb von drei Arbeitstagen dorthin weiter",
                 "Wer eine E-Mail-Adresse angegeben hat", "Ordnungsamt", "Bauamt", "Wirtschaftshof"):
        assert said in words, said
    assert "ganze Verwaltung" not in words


def test_a_sharper_promise_is_said_in_words() -> None:
    sharper = Promise(entered_by=time(15, 30), public_by=time(17), public_after_days=0, first_answer_days=1,
                      forwarding_days=1)
    words = words_of(made(DocumentKind.service_promise, replace(sample_facts(), promise=sharper)).pdf)
    assert "bis 15:30 Uhr eingeht, ist spätestens am selben Arbeitstag um 17 Uhr öffentlich" in words
    assert "Innerhalb eines Arbeitstages steht eine Antwort" in words
    assert "innerhalb eines Arbeitstages dorthin weiter" in words
    assert "ganze Verwaltung" in words


def test_the_release_of_a_change_names_the_change() -> None:
    change = Release(first_use=False, change_title="Umzug in ein anderes Rechenzentrum",
                     change_description="Die Server stehen künftig in Cottbus.", effective_on=date(2027, 3, 1))
    words = words_of(made(DocumentKind.processing_release, replace(sample_facts(), release=change)).pdf)
    for said in ("Umzug in ein anderes Rechenzentrum", "künftig in Cottbus", "1. März 2027", "geänderter Form"):
        assert said in words, said
    assert "Erste Aufnahme" not in words


def test_the_certificate_names_person_course_day_and_result() -> None:
    words = words_of(made(DocumentKind.training_certificate).pdf)
    for said in ("Sven Kito", "Grundschulung Redaktion", "18. November 2026", "vor Ort",
                 "9 von 10 Fragen richtig beantwortet", "Amt Musterheide"):
        assert said in words, said


def test_the_record_has_both_rows_and_the_retention_plan_its_rules() -> None:
    words = words_of(made(DocumentKind.record_of_processing).pdf)
    assert "Eintrag des Verantwortlichen (Art. 30 Abs. 1)" in words
    assert "Eintrag des Auftragsverarbeiters (Art. 30 Abs. 2)" in words
    plan = words_of(made(DocumentKind.retention_plan).pdf)
    for said in ("DIN 66398", "§ 4 des Brandenburgischen Archivgesetzes", "Kontaktdaten", "6 Monate", "LK 4"):
        assert said in plan, said


def test_the_notice_and_the_statement_name_whom_to_turn_to() -> None:
    notice = words_of(made(DocumentKind.privacy_notice).pdf)
    for said in ("Art. 13", "datenschutz@musterheide.example", "poststelle@lda.brandenburg.de", "Art. 77",
                 "24 Stunden"):
        assert said in notice, said
    statement = words_of(made(DocumentKind.accessibility_statement).pdf)
    for said in ("WCAG) 2.1", "ordnung@musterheide.example", "Durchsetzungsstelle", "BbgBITV"):
        assert said in statement, said


def test_what_is_typed_is_shown_and_never_run() -> None:
    typed = '#panic("x") *fett* $x$ @nirgends <marke> [klammer] \\ "Anführung" // Rest'
    town = replace(sample_facts().municipality, street=typed)
    words = words_of(made(DocumentKind.accession_declaration, replace(sample_facts(), municipality=town)).pdf)
    assert '#panic("x") *fett* $x$ @nirgends <marke> [klammer]' in words


def test_facts_as_data_are_plain_json() -> None:
    data = facts_as_data(sample_facts())
    assert json.loads(json.dumps(data)) == data
    assert data["wished_start"] == "2027-01-04"
    assert data["promise"]["entered_by"] == "14:00"
    assert data["municipality"]["with_article"] == "Das Amt Musterheide"


def test_web_processes_word_documents_without_the_libraries_that_draw_them() -> None:
    told = (
        "import sys, onboarding.contracts.generation, onboarding.contracts.actions, onboarding.contracts.queries,"
        " onboarding.contracts.subprocessor_actions, onboarding.contracts.changes, onboarding.contracts.sample;"
        " print([name for name in ('typst', 'pypdfium2', 'pyhanko', 'cryptography') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
