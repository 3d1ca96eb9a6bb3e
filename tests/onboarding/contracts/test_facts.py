"""What may be promised, and how a Kommune is named."""

from datetime import time
from typing import Any

import pytest

from maerker.errors import Invalid
from onboarding.contracts.facts import Facts, Municipality, Promise, Signatory


@pytest.mark.parametrize(("weaker", "field"), [
    ({"first_answer_days": 4}, "first_answer_days"), ({"first_answer_days": 0}, "first_answer_days"),
    ({"forwarding_days": 4}, "forwarding_days"), ({"entered_by": time(13, 59)}, "entered_by"),
    ({"public_by": time(18, 1)}, "public_by"), ({"public_after_days": 2}, "public_after_days"),
    ({"public_after_days": 0, "public_by": time(14)}, "public_by"), ({"whole_administration": False}, "departments"),
])
def test_a_weaker_promise_is_refused_with_a_sentence_at_its_field(weaker: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        Promise(**weaker)
    assert set(refused.value.fields) == {field}
    assert refused.value.fields[field].endswith(".")


@pytest.mark.parametrize("sharper", [
    {}, {"first_answer_days": 1}, {"forwarding_days": 2}, {"entered_by": time(16)}, {"public_by": time(12)},
    {"public_after_days": 0}, {"whole_administration": False, "departments": ("Ordnungsamt",)},
])
def test_the_state_wide_promise_and_sharper_ones_are_taken(sharper: dict[str, Any]) -> None:
    assert Promise(**sharper)


@pytest.mark.parametrize(("name", "kind", "said"), [
    ("Cottbus", "kreisfreie Stadt", "Die Stadt Cottbus"), ("Kleinmachnow", "Gemeinde", "Die Gemeinde Kleinmachnow"),
    ("Amt Peitz", "Amt", "Das Amt Peitz"), ("Landkreis Spree-Neiße", "Landkreis", "Der Landkreis Spree-Neiße"),
    ("Verbandsgemeinde Liebenwerda", "Verbandsgemeinde", "Die Verbandsgemeinde Liebenwerda"),
    ("Bad Liebenwerda", "mitverwaltende Stadt", "Die Stadt Bad Liebenwerda"),
])
def test_a_kommune_is_named_with_its_kind_once(name: str, kind: str, said: str) -> None:
    assert Municipality(name=name, kind=kind, ars="12").with_article == said


def test_three_signatories_and_a_kommune_without_a_name_are_refused() -> None:
    town = Municipality(name="Musterheide", kind="Stadt", ars="12")
    with pytest.raises(Invalid) as refused:
        Facts(municipality=town, signatories=(Signatory(), Signatory(), Signatory()))
    assert set(refused.value.fields) == {"signatories"}
    with pytest.raises(Invalid):
        Facts(municipality=Municipality(name=" ", kind="Stadt", ars="12"))
