"""The wall around joining files, asked of PostgreSQL itself: one file for the joining application, no file without."""

import uuid

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from onboarding.applications.actions import file_of
from onboarding.tables import models
from tests.makers import Here
from tests.makers_joining import a_file
from tests.world import Mailbox

FILE_TABLES = sorted(model.__tablename__ for model in models() if model.owned_by == "file")
CITIZENS_TABLES = ("reports", "report_contacts", "report_photos", "report_events", "report_drafts", "outbox",
                   "staff_sessions")


def the_file() -> uuid.UUID:
    kommune = a_file().kommune
    with Here.world.no_scope("console"):
        found = file_of(kommune.id)
    assert found is not None
    return found


def announce(connection: Connection, file_id: uuid.UUID) -> None:
    connection.execute(text(f"SET LOCAL maerker.file = '{file_id}'"))


@pytest.mark.parametrize("name", FILE_TABLES)
def test_each_table_of_a_file_has_a_forced_wall_and_no_empty_owner(name: str) -> None:
    with Here.world.engine("owner").connect() as connection:
        row = connection.execute(text(
            "SELECT c.relrowsecurity, c.relforcerowsecurity, a.attnotnull FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'file_id'"
            " WHERE c.oid = CAST(:name AS regclass)"
        ), {"name": name}).one()
    assert tuple(row) == (True, True, True), f"{name}: ENABLE and FORCE ROW LEVEL SECURITY, file_id NOT NULL."


@pytest.mark.parametrize("name", FILE_TABLES)
@pytest.mark.parametrize("role", ["joining", "tenants", "relay", "eraser", "owner"])
def test_without_a_file_nobody_but_the_operator_sees_a_row(name: str, role: str) -> None:
    if (role, name) == ("relay", "file_outbox"):
        return
    the_file()
    with Here.world.engine(role).connect() as connection:
        may_read = connection.execute(
            text("SELECT has_any_column_privilege(:name, 'SELECT')"), {"name": name}).scalar_one()
        if may_read:
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() == 0
        else:
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(text(f"SELECT count(*) FROM {name}"))


def test_the_joining_application_sees_its_own_file_alone() -> None:
    own, other = the_file(), the_file()
    with Here.world.engine("joining").connect() as connection:
        announce(connection, own)
        for name in set(FILE_TABLES) - {"file_outbox"}:
            seen = connection.execute(text(f"SELECT DISTINCT file_id FROM {name}")).scalars().all()
            assert set(seen) <= {own}
            assert other not in seen


def test_a_row_for_another_file_is_refused() -> None:
    own, other = the_file(), the_file()
    with Here.world.engine("joining").connect() as connection:
        announce(connection, own)
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(text(
                "INSERT INTO file_entries (file_id, key, value, saved_at) VALUES (:file, 'city', '\"x\"', now())"
            ), {"file": other})


@pytest.mark.parametrize("said", [
    "UPDATE joining_files SET admitted_at = now()", "UPDATE joining_files SET starts_at = now()",
    "UPDATE joining_files SET set_up_missing = '[]'", "UPDATE joining_files SET trained_needed = 0",
    "UPDATE file_events SET act = 'x'", "DELETE FROM file_events", "DELETE FROM joining_files",
    "UPDATE file_copies SET checked_by = 'x'", "DELETE FROM file_copies", "UPDATE file_documents SET sha256 = 'x'",
    "INSERT INTO file_overrides (step, reason, first_by, first_name, first_at) VALUES ('x', 'x', 1, 'x', now())",
])
def test_the_joining_application_cannot_say_what_is_the_operators_word(said: str) -> None:
    own = the_file()
    with Here.world.engine("joining").connect() as connection:
        announce(connection, own)
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(said))


def test_an_accepted_copy_cannot_come_from_the_joining_application() -> None:
    own = the_file()
    document = (
        "INSERT INTO file_documents (kind, text_version, data, state, made_at)"
        " VALUES ('service_promise', 1, '{}', 'requested', now()) RETURNING id"
    )
    copy = (
        "INSERT INTO file_copies (document_id, side, way, state, file, sha256, size, uploaded_at)"
        " VALUES (:document, :side, 'scan', :state, 'x', 'x', 1, now())"
    )
    for side, state in (("municipality", "accepted"), ("operator", "checking")):
        with Here.world.engine("joining").connect() as connection:
            announce(connection, own)
            number = connection.execute(text(document)).scalar_one()
            with pytest.raises(DBAPIError, match="row-level security"):
                connection.execute(text(copy), {"document": number, "side": side, "state": state})


@pytest.mark.parametrize("name", CITIZENS_TABLES)
@pytest.mark.parametrize("role", ["console", "joining"])
def test_the_gate_reads_no_citizens_row(name: str, role: str) -> None:
    with Here.world.engine(role).connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(text(f"SELECT count(*) FROM {name}"))


def test_where_applications_meet_says_nothing_but_the_file(mailbox: Mailbox) -> None:
    own = the_file()
    with Here.world.engine("joining").connect() as connection:
        kommune = connection.execute(text("SELECT municipality_id FROM joining_files")).scalars().all()
        assert kommune == []
        found = connection.execute(text("SELECT joining_file_of(m.id) FROM municipalities m")).scalars().all()
    assert own in found
