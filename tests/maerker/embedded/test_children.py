"""Parts that die are started again, after a pause that grows while they keep dying."""

import signal
import subprocess
from collections.abc import Callable

import pytest

from maerker.embedded.children import GOOD_LIFE, LONGEST_PAUSE, Child, Children
from maerker.embedded.problem import EmbeddedProblem
from maerker.embedded.processes import stop


def a_process(command: str = "sleep 600") -> Callable[[], "subprocess.Popen[bytes]"]:
    return lambda: subprocess.Popen(["bash", "-c", f"exec {command}"])


def a_dead_child() -> Child:
    child = Child("web", a_process("true"), stop)
    child.begin()
    assert child.process is not None
    child.process.wait()
    return child


def test_a_killed_part_is_started_again(capsys: pytest.CaptureFixture[str]) -> None:
    changes: list[dict[str, int]] = []
    children = Children(changed=changes.append)
    child = Child("worker", a_process(), stop, pause=0)
    children.add(child)
    try:
        assert child.process is not None
        first = child.process
        first.send_signal(signal.SIGKILL)
        first.wait()
        children.look()
        assert child.process is not None
        assert child.process.pid != first.pid
        assert changes == [{"worker": first.pid}, {"worker": child.process.pid}]
        assert "worker ended (signal 9); starting it again." in capsys.readouterr().out
    finally:
        children.stop()
    assert changes[-1] == {}


def test_the_pause_doubles_up_to_its_limit_and_a_good_life_resets_it() -> None:
    child = a_dead_child()
    now = child.started_at
    pauses = []
    for _ in range(9):
        child.look(now)
        pauses.append(child.due_at - now)
        assert child.process is None
        child.look(now + pauses[-1] / 2)
        assert child.process is None, "not before its pause is over"
        now = child.due_at
        child.look(now)
        assert child.process is not None
        child.process.wait()
        child.started_at = now
    assert pauses[:3] == pytest.approx([0.5, 1, 2])
    assert pauses[-1] == pytest.approx(LONGEST_PAUSE)
    now += GOOD_LIFE + 1
    child.look(now)
    assert child.due_at - now == pytest.approx(0.5)


def test_a_part_that_cannot_start_is_tried_again_later(capsys: pytest.CaptureFixture[str]) -> None:
    child = a_dead_child()

    def refuse() -> "subprocess.Popen[bytes]":
        raise EmbeddedProblem("PostgreSQL did not start: the disk is full.")

    child.start = refuse
    child.pause = 0
    child.look(child.started_at)
    assert child.process is None
    assert "the disk is full" in capsys.readouterr().out


def test_parts_are_stopped_in_the_opposite_order_of_their_start() -> None:
    ended: list[str] = []
    children = Children(changed=lambda _: None)

    def end_of(name: str) -> Callable[["subprocess.Popen[bytes]"], None]:
        def end(process: "subprocess.Popen[bytes]") -> None:
            ended.append(name)
            stop(process)

        return end

    for name in ("postgres", "valkey", "web"):
        children.add(Child(name, a_process(), end_of(name)))
    children.stop()
    assert ended == ["web", "valkey", "postgres"]
