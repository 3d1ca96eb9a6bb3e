"""The parts of a running instance, kept alive: a part that dies is started again, after a growing pause."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from subprocess import Popen

from maerker.embedded.problem import EmbeddedProblem
from maerker.embedded.progress import tell

FIRST_PAUSE = 0.5  # seconds; doubled at each death, until the part lived for GOOD_LIFE
LONGEST_PAUSE = 30.0
GOOD_LIFE = 60.0


@dataclass
class Child:
    """One part. `start` starts it and returns its process, `end` stops it and all it started."""

    name: str
    start: Callable[[], "Popen[bytes]"]
    end: Callable[["Popen[bytes]"], None]
    process: "Popen[bytes] | None" = None
    pause: float = FIRST_PAUSE
    started_at: float = 0.0
    due_at: float = 0.0

    def begin(self) -> None:
        self.started_at = time.monotonic()
        self.process = self.start()

    def stop(self) -> None:
        if self.process is not None:
            self.end(self.process)
            self.process = None

    def look(self, now: float) -> None:
        """Start it again if it is dead and its pause is over. `now`: monotonic seconds."""
        if self.process is not None:
            if self.process.poll() is None:
                return
            if now - self.started_at > GOOD_LIFE:
                self.pause = FIRST_PAUSE
            tell(f"{self.name} ended ({_ending(self.process.returncode)}); starting it again.")
            self.end(self.process)
            self.process, self.due_at = None, now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        if now >= self.due_at:
            try:
                self.begin()
            except EmbeddedProblem as problem:
                tell(str(problem))
                self.due_at = time.monotonic() + self.pause
                self.pause = min(self.pause * 2, LONGEST_PAUSE)


@dataclass
class Children:
    """All parts in the order of their start; they are stopped in the opposite order."""

    changed: Callable[[dict[str, int]], None]
    parts: list[Child] = field(default_factory=list)

    def add(self, child: Child) -> None:
        """Start it, unless it runs already, and keep it alive from now on."""
        self.parts.append(child)
        if child.process is None:
            child.begin()
        self.changed(self.numbers())

    def numbers(self) -> dict[str, int]:
        """The process number of each living part, by name."""
        return {child.name: child.process.pid for child in self.parts if child.process is not None}

    def look(self) -> None:
        before = self.numbers()
        for child in self.parts:
            child.look(time.monotonic())
        if self.numbers() != before:
            self.changed(self.numbers())

    def stop(self) -> None:
        for child in reversed(self.parts):
            child.stop()
        self.changed({})


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
