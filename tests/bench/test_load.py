"""The client of the bench against a server that says exactly what it was asked."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bench.load import Load, LoadProblem, LoadResult, request_bytes, run_load
from maerker.embedded.ports import LOOPBACK

Answer = Callable[[int], bytes]


@contextmanager
def a_server(answer: Answer) -> Iterator[tuple[int, list[bytes]]]:
    """Answers the n-th request with `answer(n)`: its port, and the requests it saw."""
    seen: list[bytes] = []
    lock = threading.Lock()
    with socket.create_server((LOOPBACK, 0)) as listener:

        def serve(line: socket.socket) -> None:
            with line:
                while request := line.recv(65_536):
                    with lock:
                        seen.append(request)
                        reply = answer(len(seen))
                    line.sendall(reply)
                    if b"Connection: close" in reply:
                        return

        def accept() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1], seen
        listener.shutdown(socket.SHUT_RDWR)


def reply(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
    return head.encode() + body


def load(port: int, *, requests: int = 20, expected: int = 200, connections: int = 4) -> LoadResult:
    texts = [request_bytes("GET", f"/{n}", "bench.test") for n in range(requests)]
    return run_load(Load(
        port=port, requests=texts, expected=expected, connections=connections, seconds=10, once=True
    ))


def test_each_request_is_sent_once_and_measured() -> None:
    with a_server(lambda _: reply(b"x" * 100_000)) as (port, seen):
        result = load(port)
    assert result.answers == len(result.latencies) == 20
    assert sorted(seen) == sorted({request_bytes("GET", f"/{n}", "bench.test") for n in range(20)})
    assert result.body_bytes > 20 * 100_000
    assert 0 < result.seconds < 10
    assert result.rate > 0


def test_a_connection_that_is_closed_after_the_answer_is_opened_again() -> None:
    with a_server(lambda n: reply(b"x", "200 OK", *(["Connection: close"] if n % 2 else []))) as (port, _):
        assert load(port, connections=2).answers == 20


def test_another_status_ends_the_measurement() -> None:
    with a_server(lambda n: reply(b"", "500 Oh") if n == 7 else reply(b"")) as (port, _), pytest.raises(
        LoadProblem, match="500"
    ):
        load(port)


def test_a_connection_that_breaks_ends_the_measurement() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabc"
    with a_server(lambda _: half) as (port, _), pytest.raises(LoadProblem, match="closed"):
        load(port, requests=1)


def test_a_form_carries_its_length_and_cookie() -> None:
    text = request_bytes("POST", "/x", "bench.test", cookie="a=b", body=b"k=v", headers=["Origin: http://bench.test"])
    head, _, body = text.partition(b"\r\n\r\n")
    assert body == b"k=v"
    assert b"Content-Length: 3" in head
    assert b"Cookie: a=b" in head
    assert head.startswith(b"POST /x HTTP/1.1\r\nHost: bench.test\r\n")
