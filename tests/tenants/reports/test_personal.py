"""What may be about a person strikes whoever releases a report; places and measures do not."""

import pytest

from tenants.reports.personal import Mark, personal_marks


@pytest.mark.parametrize(("text", "kind", "words"), [
    ("Schreiben Sie an karin.melder@posteo.de!", "address", "karin.melder@posteo.de!"[:-1]),
    ("Rufen Sie mich an: 0170/1234567.", "phone", "0170/1234567"),
    ("Tel. +49 355 612-0", "phone", "+49 355 612-0"),
    ("Das Auto LDS-AB 12E steht da seit Wochen.", "plate", "LDS-AB 12E"),
    ("Frau Dr. Nowak hat das gesehen.", "name", "Frau Dr. Nowak"),
    ("Familie Müller-Kretschmer wirft Müll ab.", "name", "Familie Müller-Kretschmer"),
])
def test_it_is_found(text: str, kind: str, words: str) -> None:
    assert Mark(kind, words) in personal_marks(text)


@pytest.mark.parametrize("text", [
    "Auf der B 96 und der L 50 sind Löcher, 20 cm tief.", "Laterne Nr. 10234 ist dunkel, seit dem 12.10.2026.",
    "Das Schild „Mo-Fr 7-17 Uhr“ fehlt.", "Gegenüber Haus 12 a, 03046 Cottbus.", "", "Hinweis 2026-000123 nochmal.",
])
def test_places_and_measures_are_no_persons(text: str) -> None:
    assert personal_marks(text) == []
