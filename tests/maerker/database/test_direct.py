"""Statements by the driver itself: in the session's transaction and scope, with SQLAlchemy's errors."""

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from maerker.database.base import db, session
from maerker.database.direct import command, last_statement, one_row, one_row_ahead
from maerker.database.scope import tenant_scope
from tests.makers import Here, a_tenant, a_visitor
from tests.makers_joining import JOINING_HOST
from tests.makers_operators import an_operator
from tests.world import BASE, Visitor

PLACE = "INSERT INTO places (name, position) VALUES (%(name)s, 1) RETURNING name"


def pid_of_session() -> int:
    return int(session().scalar(text("SELECT pg_backend_pid()")) or 0)


def end_connection(pid: int, role: str = "tenants") -> None:
    """As a restarted server does, for one connection."""
    with Here.world.engine(role).connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_a_row_or_none() -> None:
    with Here.world.no_scope():
        assert one_row("SELECT %(word)s::text || '!', 2", {"word": "Straße"}) == ("Straße!", 2)
        assert one_row("SELECT 1 WHERE %(never)s", {"never": False}) is None


def test_two_rows_are_a_fault_of_ours() -> None:
    with Here.world.no_scope(), pytest.raises(RuntimeError, match="one row expected, got 2"):
        one_row("SELECT generate_series(1, %(last)s)", {"last": 2})


def test_it_belongs_to_the_sessions_transaction_and_to_the_scope() -> None:
    here, there = a_tenant(), a_tenant()
    with Here.world.scope(here.tenant_id):
        assert one_row(PLACE, {"name": "Neue Siedlung"}) == ("Neue Siedlung",)
        session().rollback()
        assert one_row(PLACE, {"name": "Alte Siedlung"}) == ("Alte Siedlung",)
    count = "SELECT count(*) FROM places WHERE name LIKE %(name)s"
    with Here.world.scope(here.tenant_id):
        assert one_row(count, {"name": "% Siedlung"}) == (1,)
    with Here.world.scope(there.tenant_id):
        assert one_row(count, {"name": "% Siedlung"}) == (0,)
    with Here.world.no_scope():
        assert one_row(count, {"name": "% Siedlung"}) == (0,)


def test_a_broken_rule_is_sqlalchemys_error_without_the_values() -> None:
    town = a_tenant()
    with Here.world.scope(town.tenant_id):
        one_row(PLACE, {"name": "Frau Kowalski"})
        with pytest.raises(IntegrityError) as broken:
            one_row(PLACE, {"name": "Frau Kowalski"})
        session().rollback()
    assert "Kowalski" not in str(broken.value)
    assert not broken.value.connection_invalidated


def test_a_lost_connection_is_said_so_and_leaves_the_pool() -> None:
    with Here.world.no_scope():
        lost = pid_of_session()
        end_connection(lost)
        with pytest.raises(OperationalError) as fault:
            one_row("SELECT %(n)s", {"n": 1})
        assert fault.value.connection_invalidated
        session().rollback()
        assert pid_of_session() != lost


def state_of_transaction() -> int:
    driver = session().connection().connection.driver_connection
    return int(driver.info.transaction_status)  # type: ignore[union-attr]


def test_what_is_read_ahead_begins_no_transaction_and_what_comes_next_does() -> None:
    town = a_tenant()
    with Here.world.no_scope():
        assert one_row_ahead("SELECT %(n)s + 1", {"n": 1}) == (2,)
        assert state_of_transaction() == TransactionStatus.IDLE
        with tenant_scope(town.tenant_id):
            assert state_of_transaction() == TransactionStatus.INTRANS
            assert one_row_ahead(PLACE, {"name": "Neuer Weg"}) == ("Neuer Weg",)
            session().rollback()
            assert one_row("SELECT count(*) FROM places WHERE name = %(name)s", {"name": "Neuer Weg"}) == (0,)


def test_the_last_statement_takes_the_commit_along() -> None:
    town = a_tenant()
    count = "SELECT count(*) FROM places WHERE name LIKE %(name)s"
    with Here.world.scope(town.tenant_id):
        one_row(PLACE, {"name": "Erster Hof"})
        with last_statement():
            assert one_row(PLACE, {"name": "Letzter Hof"}) == ("Letzter Hof",)
        assert one_row(count, {"name": "% Hof"}) == (0,), "the scope has ended with the transaction"
        session().rollback()
        assert one_row(count, {"name": "% Hof"}) == (2,)


def test_a_last_statement_that_fails_commits_nothing() -> None:
    town = a_tenant()
    with Here.world.scope(town.tenant_id):
        one_row(PLACE, {"name": "Neuer Hof"})
        with pytest.raises(IntegrityError), last_statement():
            one_row(PLACE, {"name": "Neuer Hof"})
        session().rollback()
        assert one_row("SELECT count(*) FROM places WHERE name = %(name)s", {"name": "Neuer Hof"}) == (0,)
        assert one_row(PLACE, {"name": "Neuer Hof"}) == ("Neuer Hof",), "the next one is none of the last"
        session().rollback()


def test_a_statement_that_fails_ahead_leaves_a_connection_that_keeps_its_transactions() -> None:
    town = a_tenant()
    with Here.world.no_scope():
        with pytest.raises(DataError):
            one_row_ahead("SELECT CAST(%(word)s AS uuid)", {"word": "Straße"})
        with tenant_scope(town.tenant_id):
            one_row(PLACE, {"name": "Alter Weg"})
            session().rollback()
            assert one_row("SELECT count(*) FROM places WHERE name = %(name)s", {"name": "Alter Weg"}) == (0,)


def test_a_scope_that_cannot_be_announced_is_an_error() -> None:
    with Here.world.no_scope():
        with pytest.raises(OperationalError):
            command(session().connection(), "SET LOCAL maerker.tenant = uuid()")
        session().rollback()
        end_connection(pid_of_session())
        with pytest.raises(OperationalError) as fault:
            command(session().connection(), "SET LOCAL maerker.tenant = ''")
        assert fault.value.connection_invalidated
        session().rollback()


def someone_at(app: str) -> tuple[Visitor, str]:
    """A visitor of this application, and a page of it that asks the database."""
    if app == "town":
        return a_visitor(a_tenant()), "/hinweise/neu"
    if app == "bare":
        return Visitor(Here.world.platform, BASE), "/orte"
    if app == "joining":
        return Visitor(Here.world.platform, JOINING_HOST), "/antrag?suche=Forst"
    return an_operator(), "/"


@pytest.mark.parametrize("app", ["town", "bare", "joining", "console"])
def test_a_visitor_does_not_notice_that_the_server_was_restarted(app: str) -> None:
    visitor, page = someone_at(app)
    with Here.world.no_scope(app):
        db.engine.dispose()
        with db.engine.connect() as one, db.engine.connect() as another:  # these two alone lie in the pool then
            pids = [connection.scalar(text("SELECT pg_backend_pid()")) for connection in (one, another)]
    assert len(set(pids)) == 2
    for pid in pids:
        end_connection(pid or 0, Here.world.platform.kinds[app].role)
    assert visitor.get(page).status_code == 200
