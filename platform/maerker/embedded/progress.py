"""What the terminal shows while an instance is set up: one line for each step, with its seconds."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 52


@contextmanager
def step(words: str) -> Iterator[None]:
    """`Starting PostgreSQL ............ 0.5 s`; a step that fails leaves its line open for the reason."""
    began = time.monotonic()
    print(f"  {words} ".ljust(WIDTH, "."), end=" ", flush=True)
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def tell(words: str) -> None:
    print(f"  {words}", flush=True)


def complain(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def wait_visibly(process: "subprocess.Popen[bytes]") -> int:
    """Wait for a process, with a dot for each second. Returns its exit code."""
    while True:
        try:
            return process.wait(1)
        except subprocess.TimeoutExpired:
            print(".", end="", flush=True)
