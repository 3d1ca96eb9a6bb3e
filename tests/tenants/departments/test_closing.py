"""Closing and merging in odd trees, and what two people do at the same moment."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, Problem, Stale
from tenants.departments.actions import (
    DepartmentWords,
    add_department,
    change_department,
    close_department,
    delete_department,
    reopen_department,
)
from tenants.departments.queries import department_tree
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_published_report, an_actor, move, report_row

BY = an_actor()


def add(town: MadeTown, name: str, parent: int | None = None) -> int:
    with Here.world.scope(town.tenant_id):
        return add_department(DepartmentWords(name=name, parent_id=parent), by=BY, at=now()).id


def version_of(town: MadeTown, department: int) -> int:
    with Here.world.scope(town.tenant_id):
        asked = text("SELECT version FROM departments WHERE id = :id")
        return int(session().execute(asked, {"id": department}).scalar_one())


def close(town: MadeTown, department: int, successor: int | None) -> None:
    version = version_of(town, department)
    with Here.world.scope(town.tenant_id):
        close_department(department, successor_id=successor, version=version, by=BY, at=now())


def tree(town: MadeTown) -> list[tuple[str, int]]:
    with Here.world.scope(town.tenant_id):
        return [(row.department.name, row.depth) for row in department_tree()[0]]


def test_a_part_that_takes_over_the_whole_takes_its_place_in_the_tree(town: MadeTown) -> None:
    top = add(town, "Dezernat")
    whole = add(town, "Bauamt", top)
    part, sister = add(town, "Hochbau", whole), add(town, "Tiefbau II", whole)
    deep = add(town, "Brücken", part)
    close(town, whole, deep)
    shown = dict(tree(town))
    assert shown["Dezernat"] == 0
    assert shown["Brücken"] == 1
    assert (shown["Hochbau"], shown["Tiefbau II"]) == (2, 2)
    assert part != sister


def test_who_took_over_can_be_closed_in_turn_and_mails_follow(town: MadeTown) -> None:
    first, second, third = (add(town, name) for name in ("Eins", "Zwei", "Drei"))
    number = a_published_report(town)
    move(town, number, Verb.accept, department_id=first)
    close(town, first, second)
    close(town, second, third)
    assert town.town.department_in_charge(first).id == third  # type: ignore[union-attr]
    with Here.world.scope(town.tenant_id):
        assert report_row(number).department_id == third


def test_nothing_open_needs_no_successor_and_a_closed_one_is_none(town: MadeTown) -> None:
    idle, other = add(town, "Leer"), add(town, "Auch leer")
    close(town, idle, None)
    with pytest.raises(Stale):
        close(town, idle, other)
    with pytest.raises(Invalid) as refused:
        close(town, other, idle)
    assert "successor_id" in refused.value.fields
    with pytest.raises(Invalid):
        close(town, other, other)


def test_opened_under_a_closed_one_it_stands_alone(town: MadeTown) -> None:
    above = add(town, "Oben")
    below = add(town, "Unten", above)
    close(town, below, None)
    close(town, above, None)
    version = version_of(town, below)
    with Here.world.scope(town.tenant_id):
        reopen_department(below, version=version, by=BY, at=now())
    assert ("Unten", 0) in tree(town)


def test_what_history_names_is_never_deleted(town: MadeTown) -> None:
    named, number = add(town, "Kurz gefragt"), a_published_report(town)
    move(town, number, Verb.accept, department_id=named)
    move(town, number, Verb.assign, department_id=town.town.departments[0].id)
    with pytest.raises(Invalid), Here.world.scope(town.tenant_id):
        delete_department(named, version=1, by=BY, at=now())


def at_once(town: MadeTown, *acts: Callable[[], object]) -> list[type[Exception] | None]:
    """Do several things at the same moment, each in its own transaction; what each was refused with."""
    outcome: list[type[Exception] | None] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(n: int) -> None:
        start.wait()
        try:
            with Here.world.scope(town.tenant_id):
                acts[n]()
        except Problem as problem:
            outcome[n] = type(problem)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def test_two_admins_cannot_make_a_circle_together(town: MadeTown) -> None:
    for n in range(5):
        one, two = add(town, f"A{n}"), add(town, f"B{n}")
        outcome = at_once(
            town,
            lambda one=one, two=two, n=n: change_department(  # type: ignore[misc]
                one, DepartmentWords(name=f"A{n}", parent_id=two), version=1, by=BY, at=now()),
            lambda one=one, two=two, n=n: change_department(  # type: ignore[misc]
                two, DepartmentWords(name=f"B{n}", parent_id=one), version=1, by=BY, at=now()),
        )
        assert set(outcome) == {Invalid, None}
        assert {f"A{n}", f"B{n}"} <= {name for name, _ in tree(town)}


def test_a_report_handed_over_while_the_department_is_deleted_loses_nothing(town: MadeTown) -> None:
    for n in range(5):
        department, number = add(town, f"Wackelig {n}"), a_published_report(town)
        refused = at_once(
            town,
            lambda department=department: delete_department(  # type: ignore[misc]
                department, version=1, by=BY, at=now()),
            lambda department=department, number=number: _accept(town, number, department),  # type: ignore[misc]
        )
        assert set(refused) == {None, Invalid}
        with Here.world.scope(town.tenant_id):
            there = session().execute(
                text("SELECT count(*) FROM departments WHERE id = :id"), {"id": department}
            ).scalar_one()
            report = report_row(number)
        assert (report.department_id == department) == bool(there)
        assert report.state == ("accepted" if there else "received")


def test_a_report_handed_over_while_the_department_is_closed_goes_to_the_successor(town: MadeTown) -> None:
    for n in range(5):
        department, heir, number = add(town, f"Alt {n}"), add(town, f"Neu {n}"), a_published_report(town)
        if n % 2:  # handed over before already: both want the report and the department
            move(town, number, Verb.assign, department_id=department)
        at_once(
            town,
            lambda department=department, heir=heir: close_department(  # type: ignore[misc]
                department, successor_id=heir, version=1, by=BY, at=now()),
            lambda department=department, number=number: _accept(town, number, department),  # type: ignore[misc]
        )
        with Here.world.scope(town.tenant_id):
            assert report_row(number).department_id in ((heir,) if n % 2 else (heir, None))


def _accept(town: MadeTown, number: str, department: int) -> None:
    from tenants.profile.town import load_town
    from tenants.reports.actions import take_step
    from tenants.reports.step import Step

    own = load_town(town.tenant_id)
    step = Step(version=report_row(number).version, department_id=department)
    take_step(number, Verb.accept, step, town=own, by=BY, at=now())
