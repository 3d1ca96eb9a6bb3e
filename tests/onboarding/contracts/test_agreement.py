"""The agreement holds each duty of Art. 28 (3) DSGVO as its own clause, and its four annexes."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from onboarding.contracts.generation import generate
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.packaged import packaged_text
from onboarding.contracts.sample import sample_facts
from tests.onboarding.contracts.reading_pdf import squeezed, words_of

KIND = DocumentKind.data_processing_agreement
DUTIES = {
    "a": ("nur auf dokumentierte Weisung", "Drittland", "teilt er der Kommune diese Anforderung vorher mit"),
    "b": ("zur Vertraulichkeit verpflichtet", "gesetzlichen Verschwiegenheitspflicht"),
    "c": ("nach Art. 32 DSGVO erforderlichen Maßnahmen",),
    "d": ("mindestens 30 Tage vorher", "Einspruch", "auf dieselben Pflichten", "haftet der Betreiber"),
    "e": ("geeigneten technischen und organisatorischen Maßnahmen", "Kapitel III"),
    "f": ("Artikeln 32 bis 36", "Verletzung des Schutzes personenbezogener Daten", "Datenschutz-Folgenabschätzung"),
    "g": ("gibt der Betreiber der Kommune alle Daten", "die Wahl hat die Kommune", "§ 4 BbgArchivG", "bescheinigt"),
    "h": ("alle Informationen zur Verfügung", "Überprüfungen, auch vor Ort", "Aufsichtsbehörde"),
}


@cache
def agreement() -> str:
    return words_of(generate(KIND, sample_facts(), packaged_text(KIND), made_at=datetime(2026, 11, 22, tzinfo=UTC)).pdf)


def clause(letter: str) -> str:
    """The words of the clause whose heading names this letter, up to the next clause's heading."""
    heading = rf"§ \d+ [A-ZÄÖÜ][^§()]*\(Art\. 28 Abs\. 3 Buchst\. {letter}\)"
    found = re.search(rf"{heading}(.*?)(?=§ \d+ [A-ZÄÖÜ][^§]*? \((?:1\)|Art\.)|§ 13 )", agreement())
    assert found, f"no clause for letter {letter}"
    return found[1]


@pytest.mark.parametrize("letter", DUTIES)
def test_each_duty_is_a_clause_of_its_own(letter: str) -> None:
    words = clause(letter)
    for duty in DUTIES[letter]:
        assert duty in words, f"letter {letter}: {duty}"


def test_the_clauses_stand_in_the_order_of_the_law() -> None:
    assert re.findall(r"\(Art\. 28 Abs\. 3 Buchst\. ([a-h])\)", agreement()) == list("abcdefgh")


def test_subject_duration_nature_purpose_data_and_people_are_described() -> None:
    for said in ("Gegenstand und Dauer", "Art der Verarbeitung", "Zweck", "Arten der personenbezogenen Daten",
                 "Betroffene Personen", "Kontaktdaten: Name, E-Mail-Adresse, Telefonnummer", "elektronische Format"):
        assert squeezed(said) in squeezed(agreement()), said


def test_the_annexes_are_filled_from_the_tables() -> None:
    facts, words = sample_facts(), agreement()
    for title in ("Anhang I: Die Parteien", "Anhang II: Beschreibung", "Anhang III: Technische", "Anhang IV: Unter"):
        assert title in words
    assert "Zentraler IT-Dienstleister Beispielland" in words
    assert "Henrik Fließ" in words
    for measure in facts.measures:
        assert squeezed(measure.measure) in squeezed(words)
    for row in facts.subprocessors:
        assert squeezed(row.service) in squeezed(words)
    assert "1. Mai 2026" in words


def test_without_sub_processors_annex_iv_says_so() -> None:
    facts = replace(sample_facts(), subprocessors=())
    words = words_of(generate(KIND, facts, packaged_text(KIND), made_at=datetime(2026, 11, 22, tzinfo=UTC)).pdf)
    assert "setzt bei Abschluss dieses Vertrages keine Unterauftragsverarbeiter ein" in words
