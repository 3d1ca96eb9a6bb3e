"""Background work gives way, also where the kernel shares processors out by sessions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maerker.embedded.processes import enter_user_namespace, user_namespaces_work
from maerker.jobs.priority import BEHIND_PAGES

GIVE_WAY = """
import os
from pathlib import Path
from maerker.jobs.priority import give_way
give_way()
print(os.nice(0))
group = Path("/proc/self/autogroup")
print(group.read_text().split()[-1] if group.exists() and group.read_text() else "none")
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
    assert niceness(own_session=True) == (str(BEHIND_PAGES), str(BEHIND_PAGES))


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel knows no autogroups")
@pytest.mark.skipif(os.geteuid() == 0 and not user_namespaces_work(), reason="root cannot become unprivileged here")
def test_all_that_start_at_once_give_way() -> None:
    """Of people without privileges the kernel takes one such wish in a tenth of a second, for the whole machine."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", GIVE_WAY], stdout=subprocess.PIPE, text=True, start_new_session=True,
            preexec_fn=enter_user_namespace if os.geteuid() == 0 else None,
        )
        for _ in range(5)
    ]
    said = [process.communicate()[0].split() for process in started]
    assert said == [[str(BEHIND_PAGES), str(BEHIND_PAGES)]] * len(started)


def test_a_session_that_others_share_is_left_alone() -> None:
    group = Path("/proc/self/autogroup")  # empty for those that no session was opened for since the machine started
    shared = group.read_text().split()[-1] if group.exists() and group.read_text() else "none"
    assert niceness(own_session=False) == (str(BEHIND_PAGES), shared)
