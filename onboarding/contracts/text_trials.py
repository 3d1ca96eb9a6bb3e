"""Trying a text before anybody signs it: in a process of its own, which ends with the trial.

Web processes never load Typst. The trial takes about a second, so whoever writes the text gets the answer on the page
itself; a text that runs without end, or wants all memory, is stopped with its process.
"""

import json
import os
import re
import resource
import subprocess
import sys
from dataclasses import dataclass

from onboarding.contracts.kinds import DocumentKind

SECONDS = 10
MEMORY = 2 * 1024**3
_LINE = re.compile(r"\bline (\d+)\b")


@dataclass(frozen=True)
class Trial:
    """How a trial went. `problem` is Typst's message (English), empty if the text becomes a document; then `pdf` is
    the document of a sample Kommune. `line` counts from 1, None where the message names none.
    """

    pdf: bytes = b""
    problem: str = ""
    line: int | None = None

    @property
    def is_good(self) -> bool:
        return not self.problem

    def lines_around(self, source: str, around: int = 2) -> list[tuple[int, str, bool]]:
        """Number, text and "this is the one" of the lines beside the place of the problem."""
        lines = source.replace("\r\n", "\n").splitlines()
        if self.line is None or not 1 <= self.line <= len(lines):
            return []
        first, last = max(1, self.line - around), min(len(lines), self.line + around)
        return [(number, lines[number - 1], number == self.line) for number in range(first, last + 1)]


def try_text(kind: DocumentKind, source: str) -> Trial:
    """Make the sample documents of this kind from this source, elsewhere, and say how it went."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "onboarding.contracts.text_trials"], timeout=SECONDS, check=False,
            input=json.dumps({"kind": str(kind), "source": source}).encode(), capture_output=True, env=_no_secrets(),
        )
    except subprocess.TimeoutExpired:
        return Trial(problem=f"stopped after {SECONDS} seconds")
    if done.returncode == 0:
        return Trial(pdf=done.stdout)
    said = done.stdout.decode(errors="replace").strip()
    if done.returncode != 1 or not said:
        return Trial(problem="stopped: the text needs too much time or memory")
    line = _LINE.search(said)
    return Trial(problem=said[:2000], line=int(line.group(1)) if line else None)


def _no_secrets() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("MAERKER_")}


def main() -> int:
    """The process itself: source in, document out; or 1 and the message."""
    from maerker.documents.rendering import RenderingProblem
    from onboarding.contracts.check import check_source

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    asked = json.load(sys.stdin.buffer)
    try:
        pdf = check_source(asked["source"], DocumentKind(asked["kind"]))
    except RenderingProblem as problem:
        sys.stdout.write(str(problem))
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
