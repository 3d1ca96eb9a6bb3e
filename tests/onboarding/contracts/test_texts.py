"""Versions of the texts: drafted, compared, released, and never changed."""

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from onboarding.contracts.actions import (
    BEGINS_WITH,
    discard_draft,
    draft_text,
    load_first_texts,
    release_text,
)
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.models import ContractText
from onboarding.contracts.queries import (
    all_texts,
    difference,
    released_text,
    text_in_use,
    text_version,
    texts_of,
)
from onboarding.contracts.versions import TextState
from onboarding.operators.models import OperatorAudit
from tests.onboarding.contracts.console import ANKE, AT, as_superuser, at_the_console, become

KIND = DocumentKind.service_promise
INSERT = (
    "INSERT INTO contract_texts (kind, version, state, source, made_at)"
    " VALUES ('service_promise', {}, 'draft', 'x', now())"
)
RELEASE = "UPDATE contract_texts SET state = 'released', released_at = now() WHERE version = {}"


def a_source(words: str) -> str:
    return f"{BEGINS_WITH}\n#show: house\n{words}\n"


def a_draft(words: str) -> int:
    """A new version of the promise, after the first texts are there; its number."""
    load_first_texts(by=ANKE, at=AT)
    return draft_text(KIND, a_source(words), "Anderer Wortlaut.", by=ANKE, at=AT).version


def test_the_first_texts_are_taken_once_as_drafts() -> None:
    with at_the_console():
        missing = {kind for kind, rows in all_texts().items() if not rows}
        assert set(load_first_texts(by=ANKE, at=AT)) == missing
        assert load_first_texts(by=ANKE, at=AT) == ()
        for kind in DocumentKind:
            assert text_version(kind, 1).source.startswith(BEGINS_WITH)
            assert text_in_use(kind).source


def test_a_draft_is_the_next_version_and_comes_into_the_record() -> None:
    with at_the_console():
        first, second = a_draft("Eins."), a_draft("Zwei.")
        assert second == first + 1
        assert [row.version for row in texts_of(KIND)][:2] == [second, first]
        acts = session().scalars(select(OperatorAudit).where(OperatorAudit.act == "text_drafted")).all()
        assert {"kind": "service_promise", "version": second, "by": "Anke Brandt"} in [row.details for row in acts]


def test_until_a_text_is_released_the_newest_draft_is_in_use_and_marked() -> None:
    with at_the_console():
        version = a_draft("Neu.")
        if released_text(KIND) is None:
            assert text_in_use(KIND).version == version
            assert text_in_use(KIND).is_draft


def test_a_release_retires_the_former_and_older_drafts_and_leaves_newer_ones() -> None:
    with at_the_console():
        first, second, third, fourth = (a_draft(words) for words in ("Eins.", "Zwei.", "Drei.", "Vier."))
        release_text(KIND, first, by=ANKE, at=AT)
        release_text(KIND, third, by=ANKE, at=AT)
        states = {row.version: row.state for row in texts_of(KIND)}
        assert states[first] is states[second] is TextState.retired
        assert states[third] is TextState.released
        assert states[fourth] is TextState.draft
        now_in_force = released_text(KIND)
        assert now_in_force is not None
        assert (now_in_force.version, now_in_force.words, now_in_force.released_at) == (third, str(third), AT)
        assert text_in_use(KIND) == now_in_force


def test_only_a_draft_can_be_released_or_put_aside() -> None:
    with at_the_console():
        first, second = a_draft("Eins."), a_draft("Zwei.")
        release_text(KIND, first, by=ANKE, at=AT)
        with pytest.raises(Stale):
            release_text(KIND, first, by=ANKE, at=AT)
        with pytest.raises(Stale):
            discard_draft(KIND, first, by=ANKE, at=AT)
        with pytest.raises(NotThere):
            release_text(KIND, 9999, by=ANKE, at=AT)
        with pytest.raises(NotThere):
            discard_draft(KIND, 9999, by=ANKE, at=AT)
        discard_draft(KIND, second, by=ANKE, at=AT)
        assert text_version(KIND, second).state is TextState.retired
        with pytest.raises(Stale):
            release_text(KIND, second, by=ANKE, at=AT)


def test_the_only_version_left_is_not_put_aside() -> None:
    with at_the_console():
        last = a_draft("Eins.")
        for row in texts_of(KIND):
            if row.version != last and row.state is TextState.draft:
                discard_draft(KIND, row.version, by=ANKE, at=AT)
        others = [row for row in texts_of(KIND) if row.state is TextState.released]
        if not others:
            with pytest.raises(Stale):
                discard_draft(KIND, last, by=ANKE, at=AT)


@pytest.mark.parametrize(("source", "note", "field"), [
    ("", "Neu.", "source"), ("Ohne Anfang", "Neu.", "source"), (a_source("x" * 200_000), "Neu.", "source"),
    (a_source("Wort."), "  ", "note"), (a_source("Wort."), "x" * 2001, "note"),
])
def test_a_draft_without_text_or_reason_is_refused(source: str, note: str, field: str) -> None:
    with at_the_console(), pytest.raises(Invalid) as refused:
        draft_text(KIND, source, note, by=ANKE, at=AT)
    assert set(refused.value.fields) == {field}


def test_the_same_text_twice_is_no_new_version() -> None:
    with at_the_console():
        version = a_draft("Eins.")
        with pytest.raises(Invalid) as refused:
            draft_text(KIND, a_source("Eins.").replace("\n", "\r\n"), "Nichts.", by=ANKE, at=AT)
        assert str(version) in refused.value.fields["source"]


def test_a_comparison_shows_what_went_and_what_came() -> None:
    with at_the_console():
        common = "\n".join(f"Zeile {n}." for n in range(30))
        first, second = a_draft(f"{common}\nAlt."), a_draft(f"{common}\nNeu.")
        lines = difference(KIND, first, second)
        assert [(line.kind, line.text) for line in lines if line.kind in ("old", "new")] == [
            ("old", "Alt."), ("new", "Neu.")
        ]
        assert lines[0].kind == "gap"
        assert [line.text for line in lines if line.kind == "same"][-1] == "Zeile 29."
        old = next(line for line in lines if line.kind == "old")
        assert (old.old_number, old.new_number) == (33, None)
        assert difference(KIND, first, first) == []
        with pytest.raises(NotThere):
            difference(KIND, first, 9999)


def _two_versions(connection: Connection, first: int) -> None:
    become(connection, "console")
    for version in (first, first + 1):
        connection.execute(text(INSERT.format(version)))


def test_the_words_of_a_version_never_change_not_even_for_the_owner() -> None:
    with as_superuser() as connection:
        connection.execute(text(INSERT.format(7001)))
        for change in ("source = 'y'", "note = 'y'", "version = 7002"):
            with pytest.raises(DBAPIError, match="stays as it was written"), connection.begin_nested():
                connection.execute(text(f"UPDATE contract_texts SET {change} WHERE version = 7001"))
        connection.execute(text(RELEASE.format(7001)))
        with pytest.raises(DBAPIError, match="stays as it was written"), connection.begin_nested():
            connection.execute(text(
                "UPDATE contract_texts SET state = 'draft', released_at = NULL WHERE version = 7001"
            ))
        with pytest.raises(DBAPIError, match="begins as a draft"), connection.begin_nested():
            connection.execute(text(INSERT.format(7003).replace("'draft'", "'released'")))


def test_only_one_version_of_a_kind_is_in_force() -> None:
    with as_superuser() as connection:
        for version in (7001, 7002):
            connection.execute(text(INSERT.format(version)))
        connection.execute(text(
            "UPDATE contract_texts SET state = 'retired', retired_at = now()"
            " WHERE kind = 'service_promise' AND state = 'released'"
        ))
        connection.execute(text(RELEASE.format(7001)))
        with pytest.raises(DBAPIError, match="ix_contract_texts_released"):
            connection.execute(text(RELEASE.format(7002)))


@pytest.mark.parametrize("statement", [
    "UPDATE contract_texts SET source = 'y'", "UPDATE trust_anchors SET certificate = 'y'",
    "UPDATE subprocessors SET name = 'y'", "UPDATE platform_changes SET title = 'y'",
    "UPDATE subprocessor_changes SET takes_effect_on = now()", "DELETE FROM contract_texts",
    "DELETE FROM trust_anchors", "DELETE FROM subprocessors", "DELETE FROM subprocessor_changes",
    "DELETE FROM platform_changes",
])
def test_the_console_rewrites_nothing_and_deletes_nothing(statement: str) -> None:
    with as_superuser() as connection:
        become(connection, "console")
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(statement))


@pytest.mark.parametrize("table", [
    "contract_texts", "subprocessors", "subprocessor_changes", "platform_changes",
])
def test_the_joining_application_reads_and_writes_nothing(table: str) -> None:
    with as_superuser() as connection:
        become(connection, "joining")
        connection.execute(text(f"SELECT count(*) FROM {table}"))
        for statement in (f"INSERT INTO {table} DEFAULT VALUES", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="permission denied"), connection.begin_nested():
                connection.execute(text(statement))


@pytest.mark.parametrize("role", ["tenants", "contacts", "relay", "eraser"])
def test_nobody_else_reads_them(role: str) -> None:
    with as_superuser() as connection:
        become(connection, role)
        for table in ("contract_texts", "trust_anchors", "subprocessors"):
            with pytest.raises(DBAPIError, match="permission denied"), connection.begin_nested():
                connection.execute(text(f"SELECT count(*) FROM {table}"))


def test_the_joining_application_does_not_read_what_is_being_worked_on() -> None:
    seen = select(func.array_agg(ContractText.version)).where(ContractText.version > 7000)
    with as_superuser() as connection:
        _two_versions(connection, 7001)
        connection.execute(text(
            "UPDATE contract_texts SET state = 'retired', retired_at = now()"
            " WHERE kind = 'service_promise' AND version < 7001 AND state <> 'retired'"
        ))
        become(connection, "joining")
        assert connection.execute(seen).scalar_one() == [7002]
        connection.execute(text("RESET ROLE"))
        become(connection, "console")
        connection.execute(text(RELEASE.format(7001)))
        become(connection, "joining")
        assert connection.execute(seen).scalar_one() == [7001]
