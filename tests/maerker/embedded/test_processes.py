"""No process outlives whoever started it."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

from maerker.embedded.processes import session_of, spawn, stop

GRANDPARENT = """
import sys
from pathlib import Path
from maerker.embedded.processes import spawn
child = spawn(["sleep", "600"], log=Path(sys.argv[1]))
print(child.pid, flush=True)
child.wait()
"""


def wait_for_end(number: int) -> bool:
    """Whether the process with this number ends within ten seconds."""
    try:
        handle = os.pidfd_open(number)
    except ProcessLookupError:
        return True
    with os.fdopen(handle, "rb", closefd=True) as stream:
        return bool(select.select([stream], [], [], 10)[0])


def test_a_process_dies_with_its_parent_even_if_that_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", GRANDPARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_for_end(child)


def test_stopping_ends_what_the_process_had_started_itself(tmp_path: Path) -> None:
    process = spawn(["bash", "-c", "trap '' TERM; sleep 600 & echo $!; wait; wait"], log=tmp_path / "log")
    log = tmp_path / "log"
    while not log.read_text().strip():
        assert process.poll() is None
    child = int(log.read_text())
    assert sorted(session_of(process.pid)) == sorted([process.pid, child])
    stop(process, patience=0.2)
    assert process.returncode == -signal.SIGKILL
    assert wait_for_end(child)


def test_ctrl_c_at_the_terminal_does_not_reach_it(tmp_path: Path) -> None:
    process = spawn(["sleep", "600"], log=tmp_path / "log")
    try:
        assert os.getsid(process.pid) == process.pid != os.getsid(0)
    finally:
        stop(process)
