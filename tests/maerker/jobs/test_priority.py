"""Background work gives way, also where the kernel shares processors out by sessions; but not for ever."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maerker.embedded.processes import enter_user_namespace, user_namespaces_work
from maerker.jobs.handlers import MAY_WAIT, QUEUES
from maerker.jobs.priority import BEHIND_PAGES, IN_TURN, WITHOUT_SESSIONS

GIVE_WAY = """
import os, time
from datetime import timedelta
from pathlib import Path
from maerker.jobs.priority import BEHIND_PAGES, IN_TURN, Patience, give_way
give_way()
def told(seconds, wanted):
    until = time.monotonic() + 10
    patience.note(timedelta(seconds=seconds), timedelta(seconds=60))
    while patience.niceness != wanted and time.monotonic() < until:  # the kernel takes one wish in a tenth of a second
        patience.note(timedelta(seconds=seconds), timedelta(seconds=60))
    say()
def say():
    group = Path("/proc/self/autogroup")
    print(group.read_text().split()[-1] if group.exists() and group.read_text() else "none")
print(os.nice(0))
say()
patience = Patience()
"""
knows_sessions = pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="this kernel knows no autogroups"
)
unprivileged = pytest.mark.skipif(
    os.geteuid() == 0 and not user_namespaces_work(), reason="root cannot become unprivileged here"
)


def start(*, own_session: bool, then: str = "", as_root: bool = True) -> "subprocess.Popen[str]":
    """A process that gives way and says how nice it and its session are."""
    return subprocess.Popen(
        [sys.executable, "-c", GIVE_WAY + then], stdout=subprocess.PIPE, text=True, start_new_session=own_session,
        preexec_fn=enter_user_namespace if not as_root and os.geteuid() == 0 else None,
    )


def said_by(process: "subprocess.Popen[str]") -> list[int | str]:
    return [int(word) if word.isdecimal() else word for word in process.communicate()[0].split()]


@knows_sessions
def test_a_process_alone_in_its_session_makes_the_session_nice() -> None:
    assert said_by(start(own_session=True)) == [WITHOUT_SESSIONS, BEHIND_PAGES]


@knows_sessions
@unprivileged
def test_all_that_start_at_once_give_way() -> None:
    """Of people without privileges the kernel takes one such wish in a tenth of a second, for the whole machine."""
    started = [start(own_session=True, as_root=False) for _ in range(5)]
    assert [said_by(process) for process in started] == [[WITHOUT_SESSIONS, BEHIND_PAGES]] * len(started)


@knows_sessions
@unprivileged
def test_what_has_waited_long_gets_a_share_and_gives_way_again_after_it() -> None:
    waited = "told(59, BEHIND_PAGES)\ntold(61, IN_TURN)\ntold(3, BEHIND_PAGES)"
    process = start(own_session=True, as_root=False, then=waited)
    assert said_by(process) == [WITHOUT_SESSIONS, BEHIND_PAGES, BEHIND_PAGES, IN_TURN, BEHIND_PAGES]


def test_a_session_that_others_share_is_left_alone() -> None:
    group = Path("/proc/self/autogroup")  # empty for those that no session was opened for since the machine started
    shared = group.read_text().split()[-1] if group.exists() and group.read_text() else "none"
    before = int(shared) if shared.isdecimal() else shared
    assert said_by(start(own_session=False, then="told(61, IN_TURN)")) == [WITHOUT_SESSIONS, before, before]


def test_of_each_queue_it_is_said_how_long_it_may_wait() -> None:
    assert set(MAY_WAIT) == set(QUEUES)
