"""``python -m maerker.embedded [start|test|bench|setup]``: what start.py runs once the environment is made."""

import argparse
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

from maerker.embedded.assets import PROJECT, fetch_assets
from maerker.embedded.problem import EmbeddedProblem
from maerker.embedded.progress import complain, step, tell
from maerker.embedded.set_up import set_up

TEST_PROCESSES = "3"  # one more than the two cores: a test waits for a server, a browser or a mail now and then


def main(arguments: list[str]) -> int:
    """Returns the exit code. What goes wrong is told in one sentence."""
    commands = {"start": start, "test": test, "bench": bench, "setup": setup}
    name, rest = (arguments[0], arguments[1:]) if arguments[:1] and arguments[0] in commands else ("start", arguments)
    try:
        return commands[name](rest)
    except EmbeddedProblem as problem:
        complain(str(problem))
        return problem.exit_code
    except OSError as problem:
        if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        complain("The disk is full: free some room and start again.")
        return 1
    except KeyboardInterrupt:
        complain("Interrupted.")
        return 128 + signal.SIGINT


def start(arguments: list[str]) -> int:
    from maerker.embedded.supervisor import Told, supervise

    parser = argparse.ArgumentParser(prog="start.py", description="Start the whole platform with its demonstration.")
    parser.add_argument("--fresh", action="store_true", help="throw the old data away first")
    parser.add_argument("--port", type=port, default=8000, help="port of the pages (8000)")
    parser.add_argument("--data", type=Path, default=PROJECT / "var", help="folder of everything written (var)")
    options = parser.parse_args(arguments)
    try:
        return supervise(options.data, port=options.port, fresh=options.fresh)
    except Told:
        return 128 + signal.SIGINT


def test(arguments: list[str]) -> int:
    """Run pytest with everything it needs. Its exit code."""
    from maerker.embedded.browser import ensure_chromium
    from maerker.embedded.html_checker import fetch_checker
    from maerker.embedded.testing import start_services

    with step("Style sheets, scripts and fonts"):
        fetch_assets()
    with step("Checker of HTML"):
        fetch_checker()
    with step("Chromium"):
        missing = ensure_chromium()
    if missing:
        tell(f"Cannot run: tests marked `browser`. {missing}.")
    with step("PostgreSQL, Valkey and the template database"):
        services, end = start_services()
    try:
        services.export(os.environ)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what pytest makes of the tests serves the next run too
        command = [sys.executable, "-m", "pytest", "-n", TEST_PROCESSES, "--dist", "loadgroup"]
        command += ["-p", "maerker.embedded.without_browser"]
        process = subprocess.Popen([*command, *arguments], cwd=PROJECT)  # noqa: S603
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches pytest, which ends; then the servers do
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        return process.wait()
    finally:
        end()


def bench(arguments: list[str]) -> int:
    set_up()
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-m", "bench", *arguments])  # noqa: S606


def setup(arguments: list[str]) -> int:
    """Fetch what is fetched; start nothing."""
    argparse.ArgumentParser(prog="start.py setup").parse_args(arguments)
    set_up()
    return 0


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is no port: a port is a number from 1 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
