"""The way onto the platform follows from proofs alone; a proof that falls away opens its step again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from onboarding.contracts.kinds import DocumentKind
from onboarding.steps import (
    GATES,
    RULES,
    Facts,
    MadeDocument,
    Override,
    Side,
    SignedCopy,
    Standing,
    Step,
    StepNow,
    gates_open,
    letter,
    steps,
    turn,
)

BEGAN = datetime(2020, 9, 1, 8, tzinfo=UTC)


def day(number: int) -> datetime:
    return BEGAN + timedelta(days=number)


def a_copy(side: str = "municipality", state: str = "accepted", on: int = 20) -> SignedCopy:
    return SignedCopy(
        side=side, state=state, uploaded_at=day(on), checked_at=day(on + 1) if state != "checking" else None,
        signatories=("Holger Kelch, Oberbürgermeister",), signed_on=date(2020, 9, on),
        withdrawn_at=day(on + 3) if state == "withdrawn" else None,
    )


def a_document(kind: DocumentKind, *copies: SignedCopy, made: int = 10) -> MadeDocument:
    return MadeDocument(kind=kind, id=made, made_at=day(made), text_version=1, copies=copies)


SIGNED = (
    a_document(DocumentKind.accession_declaration, a_copy()),
    a_document(DocumentKind.service_promise, a_copy()),
    a_document(DocumentKind.data_processing_agreement, a_copy(), a_copy("operator", on=22)),
    a_document(DocumentKind.processing_release, a_copy(on=24)),
)
COTTBUS = Facts(
    applied_at=BEGAN, confirmed_at=day(0), admitted_at=day(2), council_needed=False, council_entered_at=day(3),
    documents=SIGNED, trained=3, trained_last_at=day(30), provisioned_at=day(31), set_up_looked_at=day(32),
    starts_at=day(100),
    start_fixed_at=day(40),
)


def standing(facts: Facts) -> dict[Step, StepNow]:
    return {step.step: step for step in steps(facts)}


def test_the_letter_of_cottbus_has_its_four_lines() -> None:
    lines = letter(steps(COTTBUS))
    assert [line.step for line in lines] == [
        Step.accession_declaration, Step.service_promise, Step.training, Step.data_processing_agreement]
    assert all(line.standing is Standing.done for line in lines)
    assert lines[0].proof is not None
    assert lines[0].proof.signatories == ("Holger Kelch, Oberbürgermeister",)
    assert not gates_open(COTTBUS)
    assert turn(steps(COTTBUS)).step is Step.live


def test_who_has_just_applied_waits_for_nothing_but_the_address() -> None:
    now = standing(Facts(applied_at=BEGAN))
    assert (now[Step.application].side, now[Step.application].since) == (Side.municipality, BEGAN)
    assert {step.standing for key, step in now.items() if key is not Step.application} == {Standing.waiting}
    confirmed = standing(Facts(applied_at=BEGAN, confirmed_at=day(1)))
    assert (confirmed[Step.application].side, confirmed[Step.application].since) == (Side.operator, day(1))


@pytest.mark.parametrize("gate", sorted(GATES))
def test_each_gate_keeps_from_starting(gate: Step) -> None:
    without = replace(COTTBUS, documents=tuple(item for item in SIGNED if item.kind != gate.value))
    assert [step.step for step in gates_open(without)] == [gate]


def test_an_override_counts_with_the_second_person_and_is_seen() -> None:
    without = replace(COTTBUS, documents=SIGNED[1:])
    first = Override(reason="Urschrift liegt im Rathaus", first_name="A. Erste", first_at=day(50))
    alone = replace(without, overrides={Step.accession_declaration: first})
    assert [step.step for step in gates_open(alone)] == [Step.accession_declaration]
    both = replace(first, second_name="B. Zweite", second_at=day(51))
    agreed = replace(without, overrides={Step.accession_declaration: both})
    assert not gates_open(agreed)
    shown = standing(agreed)[Step.accession_declaration]
    assert (shown.standing, shown.override) == (Standing.overridden, both)


def test_an_exception_does_not_cover_a_proof_that_came_and_was_taken_back_later() -> None:
    taken_back = a_document(DocumentKind.accession_declaration, a_copy(state="withdrawn"))  # on day 23
    override = Override(reason="Urschrift ist unterwegs", first_name="A. Erste", first_at=day(10),
                        second_name="B. Zweite", second_at=day(11))
    facts = replace(COTTBUS, documents=(taken_back, *SIGNED[1:]), overrides={Step.accession_declaration: override})
    now = standing(facts)[Step.accession_declaration]
    assert (now.standing, now.override) == (Standing.reopened, override), "it is shown for ever"
    assert [step.step for step in gates_open(facts)] == [Step.accession_declaration]
    later = replace(facts, overrides={Step.accession_declaration: replace(override, second_at=day(30))})
    assert not gates_open(later), "who agreed afterwards knew"


def test_a_set_up_that_nobody_has_looked_at_is_not_done() -> None:
    now = standing(replace(COTTBUS, set_up_looked_at=None))[Step.set_up]
    assert (now.standing, now.side) == (Standing.open, Side.operator)


def test_a_proof_taken_back_opens_the_step_again() -> None:
    taken_back = a_document(DocumentKind.accession_declaration, a_copy(state="withdrawn"))
    now = standing(replace(COTTBUS, documents=(taken_back, *SIGNED[1:])))[Step.accession_declaration]
    assert (now.standing, now.side, now.since) == (Standing.reopened, Side.municipality, day(23))


def test_a_document_made_anew_needs_a_new_signature() -> None:
    old = replace(SIGNED[0], superseded_at=day(60))
    new = a_document(DocumentKind.accession_declaration, made=60)
    now = standing(replace(COTTBUS, documents=(old, *SIGNED[1:], new)))[Step.accession_declaration]
    assert (now.standing, now.since) == (Standing.reopened, day(60))


def test_the_agreement_needs_both_sides() -> None:
    own = a_document(DocumentKind.data_processing_agreement, a_copy())
    now = standing(replace(COTTBUS, documents=(*SIGNED[:2], own, SIGNED[3])))[Step.data_processing_agreement]
    assert (now.standing, now.side) == (Standing.open, Side.operator)


def test_an_essential_change_asks_for_a_new_release() -> None:
    now = standing(replace(COTTBUS, released_again_since=day(200)))[Step.processing_release]
    assert (now.standing, now.since) == (Standing.reopened, day(200))
    again = a_document(DocumentKind.processing_release, a_copy(on=25), made=201)
    renewed = replace(COTTBUS, released_again_since=day(200), documents=(*SIGNED[:3], again))
    assert standing(renewed)[Step.processing_release].standing is Standing.done


def test_training_is_counted_for_each_department_of_the_promise() -> None:
    now = standing(replace(COTTBUS, departments_without_training=("Fachbereich 66",)))[Step.training]
    assert now.standing is Standing.open
    assert standing(replace(COTTBUS, trained=1))[Step.training].standing is Standing.open


def test_who_checks_is_whose_turn_it_is() -> None:
    sent = a_document(DocumentKind.service_promise, a_copy(state="to_confirm"))
    now = standing(replace(COTTBUS, documents=(SIGNED[0], sent, *SIGNED[2:])))[Step.service_promise]
    assert (now.side, now.since) == (Side.operator, day(20))
    refused = a_document(DocumentKind.service_promise, a_copy(state="refused"))
    now = standing(replace(COTTBUS, documents=(SIGNED[0], refused, *SIGNED[2:])))[Step.service_promise]
    assert now.side is Side.municipality


def test_a_refused_or_withdrawn_application_waits() -> None:
    for end in ({"refused_at": day(3), "admitted_at": None}, {"withdrawn_at": day(3)}):
        now = steps(replace(COTTBUS, documents=(), trained=0, provisioned_at=None, starts_at=None, **end))
        assert not [step for step in now if step.standing in (Standing.open, Standing.reopened)]


def test_every_step_names_its_rule_and_its_proof() -> None:
    assert [rule.step for rule in RULES] == list(Step)
    for rule in RULES:
        assert rule.label
        assert rule.basis
        assert rule.proof
        assert all(list(Step).index(before) < list(Step).index(rule.step) for before in rule.after)
