"""Web server settings: `gunicorn --config config/gunicorn.conf.py wsgi:application`.

The number of processes is WEB_CONCURRENCY, gunicorn's own variable; a proxy in front (config/nginx/) ends https.
"""

import gc
import os
import socket
from typing import Any

bind = "127.0.0.1:8000"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))

# Threads: a process answers while one of its requests waits, or is sent slowly where no proxy is in front.
worker_class = "gthread"
threads = 4  # MAERKER_DATABASE_POOL_SIZE is the same: a thread more than that makes a connection for each request
keepalive = 5  # longer than nginx keeps an idle connection (keepalive_timeout of its upstream)
timeout = 30
graceful_timeout = 20

# The application is loaded once and shared by all processes (copy on write): about 30 MB for each instead of 80.
preload_app = True


def when_ready(server: Any) -> None:
    """What is loaded by now stays; the collector would only visit it, and so copy it into each process: 17 MB less."""
    gc.collect()
    gc.freeze()
    for listener in server.LISTENERS:
        _take_whoever_speaks(listener.sock)


def _take_whoever_speaks(listening: socket.socket) -> None:
    """The system hands over a connection with its first words: one opened ahead of need holds no thread (ADR 0008)."""
    if listening.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_DEFER_ACCEPT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, timeout)


def post_fork(_server: Any, _worker: Any) -> None:
    """A long list makes some thousand objects and drops them all: look for cycles less often than after 700."""
    gc.set_threshold(20_000, 20, 20)


max_requests = 20_000
max_requests_jitter = 2_000

# No client chooses where the application is mounted, and nothing else is taken from a header here.
forwarder_headers = ""
limit_request_line = 8190

accesslog = None
errorlog = "-"
control_socket_disable = True
