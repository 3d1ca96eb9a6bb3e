"""The table of moves, run as verb x state x actor: what the desk offers and what the actions take are the same."""

import itertools

import pytest

from maerker.audit.actor import Actor
from maerker.errors import NotAllowed, Stale
from tenants.reports.permissions import needed_for, permissions_of, verbs_of
from tenants.reports.status import LIGHTS, MOVES, STATE_LABELS, Release, State, Verb, moves_from
from tests.makers import MadeTown, a_report, a_tenant, move

RELEASING = {Verb.publish, Verb.publish_redacted, Verb.work_without_publishing, Verb.reject}
WORKING = {Verb.accept, Verb.assign, Verb.answer, Verb.finish, Verb.close_unresolved}
CORRECTING = {
    Release.published: {Verb.revise, Verb.remove}, Release.published_redacted: {Verb.revise, Verb.remove},
    Release.removed: {Verb.restore},
}
# What domain.md section 3 allows, written down a second time and apart from the product's table.
EXPECTED: dict[tuple[State, Release], set[Verb]] = {
    (State.received, Release.waiting): RELEASING | {Verb.assign, Verb.note},
    (State.received, Release.rejected): {Verb.note, Verb.take_back},
    **{
        (state, release): offered | {Verb.note} | CORRECTING.get(release, set())
        for release in (Release.published, Release.published_redacted, Release.not_public, Release.removed)
        for state, offered in {
            State.received: WORKING, State.accepted: WORKING - {Verb.accept},
            State.in_progress: WORKING - {Verb.accept},
            State.done: {Verb.reopen}, State.closed_unresolved: {Verb.reopen, Verb.finish},
        }.items()
    },
}
ROLES = [("reader", False), ("clerk", False), ("clerk", True), ("editor", True), ("editor", False), ("admin", True)]
FILLED = {
    "public_text": "Wir kümmern uns darum.", "internal_text": "Rücksprache gehalten.",
}
WAY_TO = {
    (State.received, Release.waiting): (), (State.received, Release.published): (Verb.publish,),
    (State.received, Release.not_public): (Verb.work_without_publishing,),
    (State.received, Release.rejected): (Verb.reject,),
    (State.accepted, Release.published): (Verb.publish, Verb.accept),
    (State.in_progress, Release.published): (Verb.publish, Verb.answer),
    (State.done, Release.published): (Verb.publish, Verb.finish),
    (State.closed_unresolved, Release.published_redacted): (Verb.publish_redacted, Verb.close_unresolved),
    (State.in_progress, Release.removed): (Verb.publish, Verb.answer, Verb.remove),
}


@pytest.mark.parametrize(("state", "release"), EXPECTED)
def test_the_table_allows_what_the_rule_says(state: State, release: Release) -> None:
    assert {each.verb for each in moves_from(state, release)} == EXPECTED[state, release]
    closed = state in (State.done, State.closed_unresolved)  # and the reporter says that it is still there
    assert {each.verb for each in moves_from(state, release, told=True)} == EXPECTED[state, release] | (
        {Verb.stand_by} if closed else set())


@pytest.mark.parametrize(("role", "trained"), ROLES)
def test_each_role_is_offered_what_it_may(role: str, trained: bool) -> None:
    rights = permissions_of(role, trained=trained)
    offered = verbs_of(Actor(kind="staff", permissions=rights))
    releasing = RELEASING | {Verb.remove, Verb.revise, Verb.restore, Verb.take_back}
    assert offered & releasing == (releasing if role in ("editor", "admin") and trained else set())
    wording = {Verb.answer, Verb.finish, Verb.close_unresolved, Verb.reopen, Verb.stand_by}
    assert offered & wording == (wording if role != "reader" and trained else set())
    assert ({Verb.accept, Verb.assign} <= offered) == (role != "reader")
    assert (Verb.note in offered) == (role != "reader")


@pytest.fixture(scope="module")
def one_town(world: object) -> MadeTown:
    return a_tenant()


def fields_for(verb: Verb, town: MadeTown) -> dict[str, object]:
    reasons = MOVES[verb].reasons
    another = {"public_text": "Ein Loch in der Straße."} if verb is Verb.revise else {}
    chosen = {"reason": reasons[0][0] if reasons else "", "department_id": town.town.departments[0].id}
    return {**FILLED, **another, **chosen}


@pytest.mark.parametrize(("start", "way"), WAY_TO.items(), ids=lambda value: "-".join(map(str, value)) or "new")
@pytest.mark.parametrize(("role", "trained"), [("reader", False), ("clerk", False), ("clerk", True), ("editor", True)])
def test_what_is_not_offered_is_refused_and_what_is_offered_is_taken(
    one_town: MadeTown, start: tuple[State, Release], way: tuple[Verb, ...], role: str, trained: bool
) -> None:
    departments = frozenset(item.id for item in one_town.town.departments)
    by = Actor(kind="staff", permissions=permissions_of(role, trained=trained) | {"see_all_reports"},
               departments=departments)
    offered = {each.verb for each in moves_from(*start, verbs_of(by))}
    number = a_report_after(way, one_town)
    for verb in set(Verb) - offered:
        with pytest.raises(NotAllowed if needed_for(verb) not in by.permissions else Stale):
            move(one_town, number, verb, by=by, **fields_for(verb, one_town))
    for verb in offered:
        move(one_town, a_report_after(way, one_town), verb, by=by, **fields_for(verb, one_town))


def a_report_after(way: tuple[Verb, ...], town: MadeTown) -> str:
    number = a_report(town, lat=None, lon=None, email="")
    for step in way:
        move(town, number, step, **fields_for(step, town))
    return number


def test_every_state_has_a_word_and_a_light() -> None:
    assert set(STATE_LABELS) == set(LIGHTS) == set(State)
    assert [LIGHTS[state] for state in State] == ["red", "red", "yellow", "green", "yellow_green"]


def test_no_two_moves_lead_from_the_same_verb() -> None:
    assert set(MOVES) == set(Verb)
    assert all(first.label != second.label for first, second in itertools.combinations(MOVES.values(), 2))
