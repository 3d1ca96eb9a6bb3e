"""Processes that never outlive whoever started them.

Each gets a session of its own, so that Ctrl-C at the terminal reaches the supervisor alone, and a signal from the
kernel as soon as its parent dies, even by kill -9. The kernel ties that to the parent's thread: start processes
from the main thread.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from maerker.embedded.problem import EmbeddedProblem

NOBODY = 65534
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    parent_death_signal: signal.Signals = signal.SIGTERM,
    become: Callable[[], None] | None = None,
    folder: Path | None = None,
    held: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a process whose words are appended to `log`. `become` changes the user before it runs.

    `held`: its standard input stays open until `release`; a process that reads it waits for that.
    """
    parent = os.getpid()

    def prepare() -> None:
        if become is not None:
            become()  # first: a change of user clears the parent death signal
        die_with_parent(parent, parent_death_signal)

    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        try:
            return subprocess.Popen(  # noqa: S603
                [str(part) for part in command],
                stdin=subprocess.PIPE if held else subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=environment if environment is None else dict(environment),
                cwd=folder,
                start_new_session=True,
                preexec_fn=prepare,
            )
        except PermissionError:
            raise EmbeddedProblem(
                f"{command[0]} may not be run by the user of the servers: put the project where others may enter."
            ) from None


def release(process: subprocess.Popen[bytes]) -> None:
    """Let a process that was started `held` go on. Harmless for any other."""
    if process.stdin is not None:
        process.stdin.close()


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    """Ask a process to end, wait `patience` seconds, then end it. Harmless for one that has ended."""
    release(process)
    if process.poll() is None:
        process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    for each in session_of(process.pid):  # what it had started itself, and the process if it hangs
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    process.wait()


def session_of(leader: int) -> list[int]:
    """The processes of the session that `spawn` opened for this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # pid (name) state ppid pgrp session ...; a name may hold spaces and brackets
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def die_with_parent(parent: int, by: signal.Signals) -> None:
    if sys.platform != "linux":
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    if os.getppid() not in (parent, 0):  # the parent was gone before the kernel was told
        os._exit(1)


def unprivileged() -> Callable[[], None] | None:
    """How root starts a server that refuses to run as root; None for everybody else.

    A user namespace in which root's files belong to `nobody` needs no change to any file. Where the kernel forbids
    that, the process becomes `nobody` itself and its folders must belong to `nobody` (see `owner_of_files`).
    """
    if os.geteuid() != 0:
        return None
    return enter_user_namespace if user_namespaces_work() else become_nobody


def user_namespaces_work() -> bool:
    try:
        subprocess.run(["/bin/true"], preexec_fn=enter_user_namespace, check=True)
    except (subprocess.SubprocessError, OSError):
        return False
    return True


def enter_user_namespace() -> None:
    """Map this process's user and group to 65534 in a namespace of its own. Raises OSError where forbidden."""
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def become_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def owner_of_files(become: Callable[[], None] | None) -> int:
    """The user that a process started with `become` acts as on disk."""
    return NOBODY if become is become_nobody else os.geteuid()
