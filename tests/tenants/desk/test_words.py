"""How the desk says when something is due."""

from datetime import datetime

import pytest
from flask import Flask

from tenants.desk.words import age_in_words, due_in_words, due_status
from tests.makers import Here, berlin

NOON = berlin(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(("due", "words", "status"), [
    (berlin(2026, 11, 25, 18), "heute bis 18 Uhr", "soon"),
    (berlin(2026, 11, 26, 0), "bis heute Abend", "soon"),
    (berlin(2026, 11, 26, 18), "morgen bis 18 Uhr", "open"),
    (berlin(2026, 11, 27, 0), "bis morgen Abend", "open"),
    (berlin(2026, 12, 3, 0), "bis Mittwoch, 2. Dezember", "open"),
    (berlin(2026, 12, 1, 18), "bis Dienstag, 1. Dezember, 18 Uhr", "open"),
    (berlin(2027, 1, 5, 0), "bis Montag, 4. Januar 2027", "open"),
    (berlin(2026, 11, 25, 9, 30), "seit heute, 9:30 Uhr", "overdue"),
    (berlin(2026, 11, 25, 0), "seit gestern", "overdue"),
    (berlin(2026, 11, 24, 18), "seit gestern", "overdue"),
    (berlin(2026, 11, 23, 0), "seit 3 Tagen", "overdue"),
    (NOON, "seit heute, 12 Uhr", "overdue"),
])
def test_a_due_moment_in_words(due: datetime, words: str, status: str) -> None:
    with _app().test_request_context():
        assert due_in_words(due, NOON) == words
        assert due_status(due, NOON) == status


@pytest.mark.parametrize(("moment", "words"), [
    (berlin(2026, 11, 25, 7, 40), "heute, 07:40 Uhr"), (berlin(2026, 11, 24, 23, 59), "gestern, 23:59 Uhr"),
    (berlin(2026, 11, 22, 12), "vor 3 Tagen"), (berlin(2026, 11, 25, 12, 1), "heute, 12:01 Uhr"),
])
def test_an_age_in_words(moment: datetime, words: str) -> None:
    with _app().test_request_context():
        assert age_in_words(moment, NOON) == words


def _app() -> Flask:
    return Here.world.platform.app("town")
