"""Pages go first, then mails: on a busy machine the sizes of a photo may wait, a citizen should not."""

import contextlib
import os
import time
from pathlib import Path

BEHIND_PAGES = 10  # a tenth of a busy processor is left: some mails in a second, however many people look at pages
BEHIND_ALL = 19  # the most: a seventieth is left
TRIES = 30
_AUTOGROUP = Path("/proc/self/autogroup")


def give_way(niceness: int = BEHIND_PAGES) -> None:
    """From now on this process takes what the processes that answer people leave.

    Linux shares processors out between sessions first, and niceness counts only inside one (sched(7), autogroup):
    alone in its session, as a supervisor or systemd starts it, a process must make the session nice, or nothing comes
    of it. A session that others share is left as it is.
    """
    os.nice(niceness)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # a kernel without autogroups has no such file
            _make_session_nice(niceness)


def _make_session_nice(niceness: int) -> None:
    """Without privileges the kernel takes one such wish in a tenth of a second from all processes together."""
    for _ in range(TRIES):
        try:
            _AUTOGROUP.write_text(str(niceness))
        except BlockingIOError:
            time.sleep(0.1 + os.getpid() % 10 / 100)  # those that start together do not ask together again
        else:
            return
