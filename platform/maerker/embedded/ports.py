"""Ports on the loopback interface, the only one an embedded instance listens on."""

import errno
import socket

from maerker.embedded.problem import EmbeddedProblem

LOOPBACK = "127.0.0.1"


def demand_free(port: int) -> None:
    """Raises EmbeddedProblem with one sentence if nobody, or not this user, may listen there."""
    problem = _attempt(port)
    if problem in (errno.EACCES, errno.EPERM):
        raise EmbeddedProblem(f"Port {port} may be opened by root alone: choose one above 1023 with --port.")
    if problem:
        raise EmbeddedProblem(f"Port {port} is taken by another program: choose another one with --port.")


def free_port(wish: int = 0) -> int:
    """`wish` if it is free, else any."""
    if 0 < wish < 65536 and not _attempt(wish):
        return wish
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])


def _attempt(port: int) -> int:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            listener.listen()
        except OSError as problem:
            return problem.errno or errno.EADDRINUSE
    return 0
