"""Pages go first: on a busy machine mails and the sizes of photos wait, a citizen does not. But not for ever."""

import os
import time
from datetime import timedelta
from pathlib import Path

BEHIND_PAGES = 19  # the most: a seventieth of a busy processor is left
IN_TURN = 5  # a quarter of one
WITHOUT_SESSIONS = 10  # of the process, which cannot take it back: what counts where the kernel knows no sessions
TRIES = 30
_AUTOGROUP = Path("/proc/self/autogroup")


def give_way() -> None:
    """From now on this process takes what the processes that answer people leave.

    Linux shares processors out between sessions first, and niceness counts only inside one (sched(7), autogroup):
    alone in its session, as a supervisor or systemd starts it, a process must make the session nice, or nothing comes
    of it. A session that others share is left as it is.
    """
    os.nice(WITHOUT_SESSIONS)
    for _ in range(TRIES):
        if be_nice(BEHIND_PAGES):
            return
        time.sleep(0.1 + os.getpid() % 10 / 100)  # those that start together do not ask together again


def be_nice(niceness: int) -> bool:
    """Set how far this process's session gives way. False: to be tried again.

    Without privileges the kernel takes one such wish in a tenth of a second from all processes together.
    """
    if os.getsid(0) != os.getpid():
        return True
    try:
        _AUTOGROUP.write_text(str(niceness))
    except BlockingIOError:
        return False
    except OSError:  # a kernel without autogroups has no such file
        return True
    return True


class Patience:
    """Work that has waited long enough gets a share of its own, until what comes next has not (aging).

    Otherwise mails would not leave at all while others keep the machine busy.
    """

    def __init__(self) -> None:
        self.niceness = BEHIND_PAGES

    def note(self, waited: timedelta, longest: timedelta) -> None:
        """Before a piece of work: how long it has waited, and how long such work may."""
        wanted = IN_TURN if waited > longest else BEHIND_PAGES
        if wanted != self.niceness and be_nice(wanted):
            self.niceness = wanted
