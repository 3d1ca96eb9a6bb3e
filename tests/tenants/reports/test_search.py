"""Searching as people do: with the beginning of a word, as it is typed on the telephone."""

import pytest

from tenants.reports.search import as_query
from tests.makers import MadeTown, a_published_report, a_visitor, an_editor


@pytest.mark.parametrize(("typed", "asked"), [
    ("Thiemstr. 12", "(Thiemstr:*) & (12)"), ("Karl-Liebknecht", "(Karl:* & Liebknecht:*)"), ("am", "(am)"),
    ('"am Tor" -baum', "(am <-> Tor) & !(baum:*)"), ("Laterne OR Ampel", "(Laterne:*) | (Ampel:*)"), ("OR", "(OR)"),
    ("a & b | !", "(a) & (b)"), ("':*((", ""), ("Źěłowy", "(Źěłowy:*)"), ("_", ""), ("", ""), ("🚧", ""), ('-"', ""),
])
def test_what_is_typed_becomes_words_and_never_an_operator(typed: str, asked: str) -> None:
    assert as_query(typed) == asked


@pytest.mark.parametrize("words", ["Thiemstr", "papierk", "THIEMSTRASSE", "papierkorb thiem", "Körbe Papier"])
def test_the_beginning_of_a_word_finds_it_on_both_sides(town: MadeTown, words: str) -> None:
    number = a_published_report(
        town, street="Thiemstraße", description="Der Papierkorb ist abgebrochen, einer von drei Körben.")
    a_published_report(town, street="Hegelstraße", description="Die Laterne ist dunkel.")
    public = a_visitor(town).get("/hinweise/", query_string={"q": words}).text
    desk = an_editor(town).get("/redaktion/alle", query_string={"q": words}).text
    for page in (public, desk):
        assert number in page
        assert "Hegelstraße" not in page
