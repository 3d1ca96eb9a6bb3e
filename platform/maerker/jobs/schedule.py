"""Periodic jobs: one table of slots, run by one process at a time (an advisory lock of PostgreSQL elects it)."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from maerker.database.base import db, session
from maerker.settings import Settings

_ELECTION = 7_261_001
_PAUSE = 20.0
log = structlog.get_logger()


@dataclass(frozen=True)
class Slot:
    """Something done every so many seconds; `act` opens its own scopes and commits for each town or file.

    `role` is the database role it works as: the eraser deletes what is due, the console starts towns.
    """

    name: str
    every: int
    act: Callable[[Settings], None]
    role: str = "eraser"


class Schedule:
    """Runs the slots, each in the application of its role."""

    def __init__(self, apps: Mapping[str, Flask], slots: Sequence[Slot]) -> None:
        self._apps = apps
        self._slots = slots
        self._next = {slot.name: 0.0 for slot in slots}

    def forever(self) -> None:
        """Until the process is ended."""
        while True:
            try:
                with self._apps["eraser"].app_context(), db.engine.connect() as connection:
                    self._while_elected(connection)
            except SQLAlchemyError as away:
                log.warning("schedule waits", reason=type(away).__name__)
            time.sleep(_PAUSE)

    def _while_elected(self, connection: Connection) -> None:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ELECTION}).scalar_one():
            return
        connection.commit()
        while True:
            self.run_due(time.monotonic())
            time.sleep(_PAUSE)
            connection.execute(text("SELECT 1"))
            connection.commit()

    def run_due(self, moment: float) -> list[str]:
        """Run what is due; a slot that fails is logged and due again at its next time. Returns their names."""
        ran = []
        for slot in self._slots:
            if self._next[slot.name] > moment:
                continue
            self._next[slot.name] = moment + slot.every
            with self._apps[slot.role].app_context():
                self._run(slot)
            ran.append(slot.name)
        return ran

    def _run(self, slot: Slot) -> None:
        try:
            slot.act(self._apps[slot.role].config["SETTINGS"])
            session().commit()
        except Exception as problem:
            session().rollback()
            log.error("slot failed", slot=slot.name, exc_info=problem)
