"""The embedded PostgreSQL, really started and really killed."""

import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from maerker.embedded import processes
from maerker.embedded.instance import short_folder
from maerker.embedded.postgres import DURABLE, Postgres, programs, version_of
from maerker.embedded.problem import EmbeddedProblem

SMALL = {**DURABLE, "shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def sockets() -> Iterator[Path]:
    folder = short_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(tmp_path: Path, sockets: Path) -> Iterator[Postgres]:
    postgres = Postgres(
        tmp_path / "postgres", sockets, password=secrets.token_hex(8), log=tmp_path / "log", options=SMALL
    )
    yield postgres
    postgres.stop()


def put(server: Postgres, word: str) -> None:
    with psycopg.connect(server.admin_url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def words(server: Postgres) -> list[str]:
    with psycopg.connect(server.admin_url()) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words ORDER BY word")]


def test_what_was_committed_survives_a_stop_and_a_kill(server: Postgres) -> None:
    server.start()
    put(server, "before the stop")
    server.stop()
    process = server.start()
    put(server, "before the kill")
    process.send_signal(signal.SIGKILL)
    process.wait()
    server.start()
    assert words(server) == ["before the kill", "before the stop"]


def test_it_listens_on_no_network_port_and_its_socket_is_private(server: Postgres, sockets: Path) -> None:
    server.start()
    with psycopg.connect(server.admin_url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    assert (sockets / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0
    assert (sockets.stat().st_mode & 0o077) == 0


def test_the_same_order_of_characters_and_capitals_on_every_machine(server: Postgres) -> None:
    server.start()
    with psycopg.connect(server.admin_url()) as connection:
        row = connection.execute("SELECT lower('CHÓŚEBUZ'), to_tsvector('german', 'Schlaglöcher') ").fetchone()
    assert row == ("chóśebuz", "'schlagloch':1")


def test_data_of_another_version_is_refused_in_one_sentence(server: Postgres) -> None:
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedProblem, match=r"made by PostgreSQL 9, this one is \d+: start with --fresh"):
        server.start()


def test_a_lost_secret_is_told_in_one_sentence(server: Postgres, tmp_path: Path, sockets: Path) -> None:
    server.start()
    server.stop()
    stranger = Postgres(server.data, sockets, password="another", log=tmp_path / "log", options=SMALL)
    with pytest.raises(EmbeddedProblem, match=r"another password than secrets\.env"):
        stranger.start()
    assert server.start().poll() is None  # the stranger's server is gone


def test_a_server_that_cannot_start_says_why(server: Postgres) -> None:
    server.start()
    server.stop()
    (server.data / "postgresql.conf").write_text("shared_buffers = nonsense\n")
    with pytest.raises(EmbeddedProblem, match=r"PostgreSQL did not start: .*postgresql\.conf"):
        server.start()


def test_an_interrupted_first_start_is_made_anew(server: Postgres) -> None:
    server.data.mkdir()
    (server.data / "base").mkdir()
    server.start()
    put(server, "made anew")
    assert words(server) == ["made anew"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_starts_it_as_nobody_where_the_kernel_forbids_namespaces(tmp_path: Path, sockets: Path) -> None:
    place = short_folder()  # others may pass through /tmp, but not through pytest's folders
    place.chmod(0o755)
    sockets.chmod(0o755)
    server = Postgres(
        place / "postgres",
        sockets,
        password="a",
        log=tmp_path / "log",
        options=SMALL,
        become=processes.become_nobody,
    )
    try:
        process = server.start()
        assert Path(f"/proc/{process.pid}").stat().st_uid == processes.NOBODY
    except EmbeddedProblem as problem:
        # The environment itself may lie in a folder that only root may enter: then that is what is told.
        assert not _others_may_enter(programs()), problem  # noqa: PT017
    finally:
        server.stop()
        shutil.rmtree(place)


def _others_may_enter(folder: Path) -> bool:
    return all(each.stat().st_mode & 0o001 for each in (folder, *folder.parents))


def test_programs_may_be_named_by_the_operator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    usual = programs()
    assert version_of(usual) >= 15
    for name in ("initdb", "postgres"):
        (tmp_path / name).symlink_to(usual / name)
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    assert programs() == tmp_path
