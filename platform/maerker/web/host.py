"""The host a request came for: what the client asked for, never what a forwarded header claims (law 1)."""

from collections.abc import Mapping
from typing import Any


def host_of(environ: Mapping[str, Any]) -> str:
    """The Host header, lower-cased, without port and without one trailing dot; '' where there is none."""
    raw = str(environ.get("HTTP_HOST", "")).strip().lower()
    if raw.startswith("["):
        return raw.partition("]")[0] + "]"
    host = raw.partition(":")[0]
    return host.removesuffix(".")
