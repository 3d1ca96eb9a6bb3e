"""Signed copies from both sides: refused by machine with a sentence, compared, accepted, taken back, countersigned."""

from datetime import timedelta

import pytest

from maerker.clock import now
from onboarding.contracts.file_models import CopyState
from onboarding.demo.authority import DemoAuthority, SigningMeans, a_demo_authority
from tests.makers_documents import Paper, a_paper
from tests.maerker.documents.files import a_picture, a_scan

__all__ = ["DemoAuthority", "SigningMeans", "a_demo_authority", "timedelta", "now", "pytest", "Paper"]


def test_a_scan_waits_for_the_operator_with_its_pages_drawn() -> None:
    paper = a_paper()
    answer = paper.hand_in(a_scan(2))
    assert answer.status_code == 303, answer.text[:2000]
    (copy,) = paper.copies
    assert (copy.state, copy.pages, copy.sha256 != "") == (CopyState.to_confirm, 2, True)


def test_several_pictures_are_one_copy() -> None:
    paper = a_paper()
    assert paper.hand_in(a_picture(), a_picture("PNG"), a_picture()).status_code == 303
    (copy,) = paper.copies
    assert (copy.state, copy.pages, copy.content_type) == (CopyState.to_confirm, 3, "application/zip")
