"""The one rule for typed addresses."""

import pytest

from maerker.mail.address import address_problem


@pytest.mark.parametrize("address", [
    "karin.melder@stadt.de", "k+m@cottbus.example.test", "redaktion@jübeck.de", "Amt@PEITZ.de",
])
def test_an_address_that_mails_can_go_to(address: str) -> None:
    assert address_problem(address) == ""


@pytest.mark.parametrize(("address", "words"), [
    ("", "nicht vollständig"), ("karin", "nicht vollständig"), ("karin@stadt", "nicht vollständig"),
    ("ka rin@stadt.de", "nicht vollständig"), ("karin@@stadt.de", "nicht vollständig"),
    ("karin@stadt.de\nBcc: x@y.de", "nicht vollständig"), ("jürgen@stadt.de", "Umlauten vor dem @"),
])
def test_what_is_wrong_with_another_is_said(address: str, words: str) -> None:
    assert words in address_problem(address)
