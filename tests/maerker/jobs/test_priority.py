"""Background work gives way, also where the kernel shares processors out by sessions."""

import subprocess
import sys
from pathlib import Path

import pytest

from maerker.jobs.priority import YIELDS

GIVE_WAY = """
import os
from pathlib import Path
from maerker.jobs.priority import give_way
give_way()
print(os.nice(0))
group = Path("/proc/self/autogroup")
print(group.read_text().split()[-1] if group.exists() else "none")
"""


def niceness(*, own_session: bool) -> tuple[str, str]:
    """Of a process that gives way, and of its session."""
    done = subprocess.run(
        [sys.executable, "-c", GIVE_WAY], capture_output=True, text=True, check=True, start_new_session=own_session
    )
    process, session = done.stdout.split()
    return process, session


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel knows no autogroups")
def test_a_process_alone_in_its_session_makes_the_session_nice() -> None:
    assert niceness(own_session=True) == (str(YIELDS), str(YIELDS))


def test_a_session_that_others_share_is_left_alone() -> None:
    before = Path("/proc/self/autogroup")
    shared = before.read_text().split()[-1] if before.exists() else "none"
    assert niceness(own_session=False) == (str(YIELDS), shared)
