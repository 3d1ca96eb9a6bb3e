"""The client: many connections at once, in a process of its own, with as little work per request as Python allows.

It speaks just enough HTTP/1.1 to measure: requests are bytes made beforehand, of an answer it reads status, length
and whether the connection stays open. Both sides of each comparison are measured by it, and its own CPU time is
given with the figures, since on two cores it takes its share.
"""

import multiprocessing
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from maerker.embedded.ports import LOOPBACK

PATIENCE = 15.0  # seconds for the answers that are still under way when the time is over


class LoadProblem(RuntimeError):
    """An answer was not what the measurement is about: its figures would mean nothing."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What to send: `requests` in turn, each once if `once`, else over and over, for `seconds`."""

    port: int
    requests: Sequence[bytes]
    expected: int
    connections: int
    seconds: float
    once: bool = False


@dataclass
class LoadResult:
    """What came back. `latencies` (seconds) and `seconds` are of what was answered in time, `answers` of all."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    answers: int = 0
    body_bytes: int = 0
    client_cpu: float = 0.0
    wrong: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0


def run_load(load: Load) -> LoadResult:
    """Send it, from another process. Raises LoadProblem if an answer had another status than expected."""
    forking = multiprocessing.get_context("fork")
    receiving, sending = forking.Pipe(duplex=False)
    process = forking.Process(target=_send_result, args=(load, sending), daemon=True)
    process.start()
    sending.close()
    try:
        result: LoadResult = receiving.recv()
    except EOFError:
        raise LoadProblem("The client ended without a result.") from None
    finally:
        process.join()
    if result.wrong:
        first = load.requests[0].split(b"\r\n", 1)[0].decode()
        raise LoadProblem(f"{first}: expected {load.expected}, got {result.wrong}")
    return result


def request_bytes(
    method: str, path: str, host: str, *, cookie: str = "", body: bytes = b"", headers: Sequence[str] = ()
) -> bytes:
    """One request as a browser would send it, as far as an application looks at it."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Accept: text/html", "Accept-Language: de", *headers]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _send_result(load: Load, sending: "multiprocessing.connection.Connection") -> None:
    sending.send(_Client(load).run())
    sending.close()


@dataclass
class _Connection:
    line: socket.socket | None = None
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    needed: int = -1  # bytes of the whole answer; -1 while its head is not complete
    stays_open: bool = True


class _Client:
    def __init__(self, load: Load) -> None:
        self._load = load
        self._requests: Iterator[bytes] = iter(load.requests) if load.once else cycle(load.requests)
        self._selector = selectors.DefaultSelector()
        self._result = LoadResult()
        self._wrong: Counter[str] = Counter()
        self._under_way = 0

    def run(self) -> LoadResult:
        cpu, start = time.process_time(), time.perf_counter()
        end = start + self._load.seconds
        for _ in range(self._load.connections):
            self._next(_Connection(), start)
        last = self._answer_until(end, start)
        self._result.seconds = (last if self._load.once and last < end else end) - start
        self._result.client_cpu = time.process_time() - cpu
        self._result.wrong = dict(self._wrong)
        return self._result

    def _answer_until(self, end: float, start: float) -> float:
        """Returns when the last answer in time came."""
        last = start
        while self._under_way:
            events = self._selector.select(PATIENCE)
            if not events:
                self._wrong["no answer"] += self._under_way
                break
            for key, _ in events:
                connection: _Connection = key.data
                if not self._read(connection):
                    continue
                at = time.perf_counter()
                if at <= end:
                    self._result.latencies.append(at - connection.began)
                    last = at
                self._finish(connection)
                if at < end:
                    self._next(connection, at)
                else:
                    self._close(connection)
        return last

    def _next(self, connection: _Connection, at: float) -> None:
        request = next(self._requests, None)
        if request is None:
            self._close(connection)
            return
        connection.began, connection.needed = at, -1
        connection.received.clear()
        if connection.line is None:
            connection.line = socket.create_connection((LOOPBACK, self._load.port), timeout=PATIENCE)
            connection.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(connection.line, selectors.EVENT_READ, connection)
        connection.line.sendall(request)
        self._under_way += 1

    def _read(self, connection: _Connection) -> bool:
        """Take in what is there; whether the answer is complete."""
        assert connection.line is not None
        try:
            piece = connection.line.recv(262_144)
        except ConnectionError:
            piece = b""
        if not piece:
            self._wrong["connection closed"] += 1
            connection.stays_open = False
            return True
        received = connection.received
        received += piece
        if connection.needed < 0:
            head_end = received.find(b"\r\n\r\n")
            if head_end < 0:
                return False
            head = bytes(received[:head_end]).lower()
            length = head.partition(b"\ncontent-length:")[2].partition(b"\r")[0]
            connection.needed = head_end + 4 + int(length or 0)
            connection.stays_open = b"\nconnection: close" not in head
            if int(head[9:12]) != self._load.expected:
                self._wrong[head[9:12].decode()] += 1
        return len(received) >= connection.needed

    def _finish(self, connection: _Connection) -> None:
        self._under_way -= 1
        self._result.answers += 1
        self._result.body_bytes += len(connection.received)
        if not connection.stays_open:
            self._close(connection)

    def _close(self, connection: _Connection) -> None:
        if connection.line is not None:
            self._selector.unregister(connection.line)
            connection.line.close()
            connection.line = None
