"""A change of sub-processors, Kommune by Kommune: told, answered, in effect, or not."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from onboarding.applications.history import history
from onboarding.contracts.file_models import CopySide
from onboarding.contracts.models import SubprocessorChange
from onboarding.contracts.subprocessor_answers import answer_change, asked_of_file, take_back, to_be_told
from onboarding.contracts.subprocessors import in_force, subprocessors_for
from tests.makers import Here
from tests.makers_changes import (
    ANKE,
    a_mailer,
    announced,
    answer_of,
    in_file,
    let_it_take_effect,
    on_the_day,
    own_registers,
    signed,
    with_agreement,
)
from tests.makers_joining import InFile, admitted, file_id_of
from tests.onboarding.contracts.console import as_superuser, become
from tests.world import Mailbox, World


@pytest.fixture(autouse=True)
def _own_registers(world: World) -> Iterator[None]:
    with own_registers():
        yield


KARLA = Actor(kind="joining", name="Karla Nagel")
REASON = "Der Dienst hat seinen Sitz nicht in der Europäischen Union."


def answered(file: InFile, change_id: int, *, agreed: bool, **options: Any) -> None:
    with in_file(file):
        answer_change(change_id, agreed=agreed, reason="" if agreed else REASON, by=KARLA,
                      at=options.get("at") or now())


def works_for(file: InFile, at: Any) -> set[str]:
    with in_file(file) as file_id:
        return {row.name for row in subprocessors_for(file_id, at)}


def test_only_a_kommune_with_an_agreement_of_both_sides_is_told(mailbox: Mailbox) -> None:
    both, none, half = with_agreement(), admitted(), admitted()
    signed(file_id_of(half), "data_processing_agreement", sides=(CopySide.municipality,))
    Here.world.work()
    mailbox.mails.clear()
    mailer = a_mailer()
    change_id = announced(mailer)
    Here.world.work()
    (mail,) = mailbox.to(both.kommune.email)
    text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert mailer.name in text
    assert f"/akte/aenderungen/{change_id}" in text
    assert mailbox.to(none.kommune.email) == []
    assert mailbox.to(half.kommune.email) == []
    assert answer_of(both, change_id).answer == "silent"
    with in_file(half):
        assert asked_of_file() == []


def test_silence_agreement_and_objection_on_the_day() -> None:
    silent, agreed, objected = with_agreement(), with_agreement(), with_agreement()
    mailer = a_mailer()
    change_id = announced(mailer)
    answered(agreed, change_id, agreed=True)
    answered(objected, change_id, agreed=False)
    before = on_the_day(change_id, -1)
    let_it_take_effect(before)
    assert answer_of(agreed, change_id).effective_from is None
    assert mailer.name not in works_for(agreed, before)
    day = on_the_day(change_id)
    let_it_take_effect(day)
    let_it_take_effect(day)
    assert answer_of(silent, change_id).effective_from == day
    assert answer_of(agreed, change_id).effective_from == day
    assert answer_of(objected, change_id).effective_from is None
    assert mailer.name in works_for(silent, day)
    assert mailer.name in works_for(agreed, day)
    assert mailer.name not in works_for(objected, day)
    assert mailer.name not in works_for(silent, before)
    with in_file(silent):
        acts = [event.act for event in history()]
    assert acts.count("subprocessor_change_in_effect") == 1


def test_whoever_objects_keeps_the_former_one_through_later_changes() -> None:
    file = with_agreement()
    first, second, third = a_mailer(), a_mailer(), a_mailer()
    one = announced(first)
    let_it_take_effect(on_the_day(one))
    with Here.world.no_scope("console"):
        first_row = session().get_one(SubprocessorChange, one).subprocessor_id
    two = announced(second, replaces_id=first_row)
    answered(file, two, agreed=False)
    let_it_take_effect(on_the_day(two))
    day = on_the_day(two)
    assert {first.name, second.name} & works_for(file, day) == {first.name}
    with Here.world.no_scope("console"):
        second_row = session().get_one(SubprocessorChange, two).subprocessor_id
    three = announced(third, replaces_id=second_row)
    let_it_take_effect(on_the_day(three))
    assert {first.name, second.name, third.name} & works_for(file, on_the_day(three)) == {third.name}


def test_an_objection_is_taken_until_the_last_day_and_consent_later_too() -> None:
    file = with_agreement()
    mailer = a_mailer()
    change_id = announced(mailer)
    last, day = on_the_day(change_id, -1), on_the_day(change_id)
    with pytest.raises(Stale), in_file(file):
        answer_change(change_id, agreed=False, reason=REASON, by=KARLA, at=day)
    answered(file, change_id, agreed=False, at=last)
    let_it_take_effect(day)
    assert mailer.name not in works_for(file, day)
    answered(file, change_id, agreed=True, at=day)
    let_it_take_effect(day + timedelta(days=1))
    assert mailer.name in works_for(file, day + timedelta(days=1))
    with pytest.raises(Stale), in_file(file):
        answer_change(change_id, agreed=False, reason=REASON, by=KARLA, at=day + timedelta(days=2))


def test_an_agreement_signed_during_the_period_gets_a_period_of_its_own(mailbox: Mailbox) -> None:
    change_id = announced()
    file = with_agreement()
    Here.world.work()
    mailbox.mails.clear()
    late = on_the_day(change_id, -3)
    let_it_take_effect(late)
    let_it_take_effect(late)
    Here.world.work()
    assert len(mailbox.to(file.kommune.email)) == 1
    let_it_take_effect(on_the_day(change_id, 5))
    assert answer_of(file, change_id).effective_from is None
    with in_file(file):
        (asked,) = [one for one in asked_of_file() if one.change.id == change_id]
        assert asked.last_day == local_day(late) + timedelta(days=30)
        assert asked.may_object(asked.last_day)
        assert not asked.may_object(asked.last_day + timedelta(days=1))
    end = late + timedelta(days=31)
    let_it_take_effect(end)
    assert answer_of(file, change_id).effective_from == end


def test_an_agreement_made_after_the_change_names_it_and_nobody_is_asked() -> None:
    mailer = a_mailer()
    change_id = announced(mailer)
    day = on_the_day(change_id)
    let_it_take_effect(day)
    file = with_agreement(made_at=day + timedelta(days=1))
    with in_file(file) as file_id:
        assert file_id not in to_be_told(session().get_one(SubprocessorChange, change_id))
    assert mailer.name in works_for(file, day + timedelta(days=1))


def test_a_change_taken_back_is_told_and_never_takes_effect(mailbox: Mailbox) -> None:
    file = with_agreement()
    mailer = a_mailer()
    change_id = announced(mailer)
    Here.world.work()
    mailbox.mails.clear()
    for _ in range(2):
        with Here.world.no_scope("console"):
            take_back(change_id, by=ANKE, at=now())
    Here.world.work()
    (mail,) = mailbox.to(file.kommune.email)
    assert "zurückgenommen" in str(mail["Subject"])
    with pytest.raises(Stale), in_file(file):
        answer_change(change_id, agreed=True, by=KARLA, at=now())
    day = on_the_day(change_id)
    let_it_take_effect(day)
    assert mailer.name not in works_for(file, day)


def test_an_objection_needs_a_reason_and_a_stranger_is_not_asked() -> None:
    file, stranger = with_agreement(), admitted()
    change_id = announced()
    with pytest.raises(Invalid) as refused, in_file(file):
        answer_change(change_id, agreed=False, reason=" nein ", by=KARLA, at=now())
    assert set(refused.value.fields) == {"reason"}
    with pytest.raises(NotThere), in_file(stranger):
        answer_change(change_id, agreed=True, by=KARLA, at=now())


def _change(number: int, new: int | None, replaces: int | None) -> Any:
    return SimpleNamespace(id=number, subprocessor_id=new, replaces_id=replaces)


@pytest.mark.parametrize(("changes", "without", "stands"), [
    ([(1, 11, 10)], set(), {11}), ([(1, 11, 10)], {1}, {10}), ([(1, 11, None)], {1}, {10}),
    ([(1, None, 10)], set(), set()), ([(1, None, 10)], {1}, {10}), ([(1, 11, 10), (2, 12, 11)], {1}, {12}),
    ([(1, 11, 10), (2, 12, 11)], {2}, {11}), ([(1, 11, 10), (2, 12, 11)], {1, 2}, {10}),
    ([(1, 11, None), (2, 12, 11)], {1}, {10, 12}), ([(1, 11, None), (2, None, 11)], {1, 2}, {10}),
])
def test_what_stands_follows_from_what_was_completed(
    changes: list[tuple[int, int | None, int | None]], without: set[int], stands: set[int]
) -> None:
    assert in_force([10], [_change(*one) for one in changes], without=without) == stands


def test_the_joining_application_answers_and_decides_nothing_else() -> None:
    """Asked of PostgreSQL itself: effect and notice are the operator's, the answer of another file is out of sight."""
    file, other = with_agreement(), with_agreement()
    change_id = announced()
    scope = f"SET LOCAL maerker.file = '{file_id_of(file)}'"
    for column in ("effective_from", "notified_at", "change_id"):
        with as_superuser() as connection:
            become(connection, "joining")
            connection.exec_driver_sql(scope)
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.exec_driver_sql(f"UPDATE file_change_answers SET {column} = NULL")
    with as_superuser() as connection:
        become(connection, "joining")
        connection.exec_driver_sql(scope)
        changed = connection.exec_driver_sql("UPDATE file_change_answers SET answer = 'agreed'")
        assert changed.rowcount == 1
    assert answer_of(other, change_id).answer == "silent"
