"""The list of all files: order, filters, search, pages, and that a hundred files ask no more than ten."""

import re

import pytest

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from tests.makers_joining import a_file
from tests.makers_operators import an_operator
from tests.onboarding.console.files import files_at_once, long_ago, statements_of


def names_on(page: str) -> list[str]:
    return re.findall(r'class="m-filelist__name"><a href="/akten/[0-9a-f-]+">([^<]+)</a>', page)


def test_a_new_application_is_in_the_list_with_whose_turn_it_is() -> None:
    person = a_file()
    page = an_operator("reader").get(f"/?q={person.kommune.name}").text
    assert names_on(page) == [person.kommune.name]
    assert "1 Akte" in page
    assert re.search(r"m-side--operator.*?Betreiber</span><span[^>]*>seit heute", page, re.S)


def test_who_waits_longest_comes_first_and_who_waits_for_nobody_last() -> None:
    word, _ = files_at_once(1, name="A neu", turn_since=long_ago(days=1))
    for name, values in (
        ("B alt", {"turn_since": long_ago(days=40)}), ("C nie", {"turn": "nobody", "turn_since": long_ago(days=90)}),
    ):
        files_at_once(1, name=f"{name} {word}", **values)
    page = an_operator("reader").get(f"/?q={word}").text
    assert [name.split()[0] for name in names_on(page)] == ["B", "A", "C"]
    days = (local_day(now()) - local_day(long_ago(days=40))).days  # on the clock of the town hall, which is put back
    assert f"seit {days} Tagen" in page


@pytest.mark.parametrize(("query", "expected"), [
    ("show=running", ["M", "T", "W"]), ("show=running&step=training", ["T"]), ("side=municipality", ["M"]),
    ("days=30", ["W"]), ("step=training&side=municipality", []), ("show=ended", ["R"]), ("show=started", ["S"]),
    ("", ["M", "R", "S", "T", "W"]), ("step=x&side=x&days=viele&show=y&seite=-3", ["M", "R", "S", "T", "W"]),
    ("days=99999999999&seite=99", ["M", "R", "S", "T", "W"]), ("district=Spree-Nei%C3%9Fe&show=ended", ["R"]),
    ("district=Uckermark", []),
])
def test_filters_narrow_the_list_and_nonsense_is_no_filter(query: str, expected: list[str]) -> None:
    word, _ = files_at_once(1, name="M", turn="municipality")
    files_at_once(1, name=f"T {word}", step="training")
    files_at_once(1, name=f"W {word}", turn_since=long_ago(days=31))
    files_at_once(1, name=f"R {word}", refused_at=long_ago(days=1), refused_reason="x", turn="nobody", step="live")
    files_at_once(1, name=f"S {word}", started_at=long_ago(days=1), turn="nobody", step="live")
    page = an_operator("reader").get(f"/?q={word}&{query}").text
    assert sorted(name.split()[0] for name in names_on(page)) == expected


def test_a_name_is_found_however_it_is_typed() -> None:
    word, _ = files_at_once(1, name="Lübbenau-Błota")
    reader = an_operator("reader")
    for typed in ("lübbenau", "Luebbenau", "lubbenau", "BLOTA", "błota spree-neiße", "12%"):
        page = reader.get("/", query_string={"q": f"{typed} {word}"}).text
        assert bool(names_on(page)) == (typed != "12%"), typed


def test_people_of_the_file_and_its_reference_lead_to_it() -> None:
    person = a_file()
    reader = an_operator("reader")
    page = reader.get(f"/?q={person.kommune.email}").text
    assert names_on(page) == [person.kommune.name]
    reference = re.search(r"BA-\d{4}-\d+", page)
    assert reference
    assert names_on(reader.get(f"/?q={reference[0]}").text)[:1] == [person.kommune.name]


def test_fifty_on_a_page_and_filters_go_along() -> None:
    word, _ = files_at_once(53, name="Viele")
    reader = an_operator("reader")
    first = reader.get(f"/?q={word}&side=operator").text
    assert len(names_on(first)) == 50
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    assert {"side=operator", f"q={word}", "seite=2"} <= set(following[1].replace("&amp;", "&").lstrip("/?").split("&"))
    assert len(names_on(reader.get(following[1].replace("&amp;", "&")).text)) == 3


def test_nothing_found_is_said_and_the_way_back_shown() -> None:
    page = an_operator("reader").get("/?q=gibtesnicht").text
    assert "Keine Akte passt dazu" in page
    assert "Filter zurücksetzen" in page


def test_a_name_is_shown_as_it_is_and_runs_nothing() -> None:
    word, _ = files_at_once(1, name="<script>alert(1)</script>")
    page = an_operator("reader").get(f"/?q={word}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_hundred_files_ask_the_database_no_more_than_ten() -> None:
    reader = an_operator("reader")
    files_at_once(10)
    few = {path: statements_of(reader, path) for path in ("/", "/?q=ort", "/aufgaben", "/kalender")}
    files_at_once(90, admitted_at=long_ago(days=3))
    many = {path: statements_of(reader, path) for path in few}
    assert many == few
    assert few["/"] <= 6
