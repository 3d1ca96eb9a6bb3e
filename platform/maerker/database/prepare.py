"""What a database administrator does once: the roles, the database, its extensions.

`maerker database prepare` runs this as a superuser; running it again changes nothing but passwords that changed.
Roles belong to the whole server, so they are not the migrations' business. Runs on PostgreSQL 15 and later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

Connection = psycopg.Connection[Any]

EXTENSIONS = ("btree_gin", "pg_trgm", "unaccent")
_LOCK = 0x6D61726B  # one preparation at a time on one server


@dataclass(frozen=True)
class Role:
    """One role of the server. Nobody's role passes row-level security, makes roles or owns another's tables."""

    name: str
    sentence: str
    login: bool = True

    @property
    def full_name(self) -> str:
        return f"maerker_{self.name}"


ROLES = (
    Role("owner", "Runs the migrations and owns the tables; row-level security binds it too."),
    Role("tenants", "Web and worker of the towns: reads and writes one town's rows at a time."),
    Role("contacts", "Taken by SET LOCAL ROLE where contact data may be read, for one transaction.", login=False),
    Role("joining", "The joining application: sees one file."),
    Role("console", "The operator's application: registry and files, nothing a citizen wrote."),
    Role("relay", "Hands postings from the outboxes to the queues, reads nothing else."),
    Role("eraser", "Deletes what is due for deletion, in the scope of one town."),
    Role("search", "Owns the search functions, which filter by town themselves.", login=False),
)

# Who may take another's role, never inheriting its rights.
MEMBERSHIPS = (("contacts", "tenants"), ("search", "owner"))


def prepare_database(admin_url: str, database: str, password_of: Callable[[str], str]) -> None:
    """Make or mend the roles, the database and its extensions.

    `admin_url` is a superuser's complete address, its database name does not count. `password_of` gives the
    password of a role by its short name (`tenants`). Raises psycopg.Error as the server puts it.
    """
    with psycopg.connect(make_conninfo(admin_url, dbname="postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        for role in ROLES:
            _prepare_role(server, role, password_of)
        for granted, member in MEMBERSHIPS:
            _prepare_membership(server, granted, member)
        _prepare_the_database(server, database)
        with psycopg.connect(make_conninfo(admin_url, dbname=database), autocommit=True) as inside:
            _prepare_inside(inside)


def _prepare_role(server: Connection, role: Role, password_of: Callable[[str], str]) -> None:
    name = sql.Identifier(role.full_name)
    if not _exists(server, "SELECT FROM pg_roles WHERE rolname = %s", role.full_name):
        server.execute(sql.SQL("CREATE ROLE {}").format(name))
    rights = "NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION NOINHERIT"
    if not role.login:
        server.execute(sql.SQL("ALTER ROLE {} NOLOGIN " + rights).format(name))
    else:
        # The server gets the password's fingerprint, so that its log cannot hold the password.
        secret = server.pgconn.encrypt_password(
            password_of(role.name).encode(), role.full_name.encode(), b"scram-sha-256"
        )
        server.execute(
            sql.SQL("ALTER ROLE {} LOGIN " + rights + " PASSWORD {}").format(name, sql.Literal(secret.decode()))
        )
    server.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(name, sql.Literal(role.sentence)))


def _prepare_membership(server: Connection, granted: str, member: str) -> None:
    # Before 16 the member's NOINHERIT alone keeps the rights apart; since then each grant says it.
    options = " WITH INHERIT FALSE, SET TRUE" if server.info.server_version >= 160000 else ""
    names = (sql.Identifier(f"maerker_{granted}"), sql.Identifier(f"maerker_{member}"))
    server.execute(sql.SQL("GRANT {} TO {}" + options).format(*names))


def _prepare_the_database(server: Connection, database: str) -> None:
    name = sql.Identifier(database)
    if not _exists(server, "SELECT FROM pg_database WHERE datname = %s", database):
        # The same order of characters on every machine; German order is made in the queries.
        locale = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
        if server.info.server_version < 170000:
            locale = "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        statement = "CREATE DATABASE {} OWNER maerker_owner TEMPLATE template0 ENCODING 'UTF8' " + locale
        server.execute(sql.SQL(statement).format(name))
    server.execute(sql.SQL("ALTER DATABASE {} OWNER TO maerker_owner").format(name))
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    logins = sql.SQL(", ").join(sql.Identifier(role.full_name) for role in ROLES if role.login)
    server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, logins))


def _prepare_inside(inside: Connection) -> None:
    # By name and not by being the database's owner: on 15 a NOINHERIT role does not have that right.
    inside.execute("ALTER SCHEMA public OWNER TO maerker_owner")
    inside.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    for extension in EXTENSIONS:
        inside.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def _exists(server: Connection, question: str, name: str) -> bool:
    return server.execute(question.encode(), [name]).fetchone() is not None
