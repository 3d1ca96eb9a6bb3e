"""Headers that every answer carries (servicestandard (c) 10)."""

from wsgiref.headers import Headers

from flask import current_app, request
from werkzeug.wrappers import Response

from maerker.web.host import host_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)

_ALWAYS = (
    ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "geolocation=(self), camera=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cache-Control", "no-store"),
)
_STRICT = ("Strict-Transport-Security", "max-age=31536000")
_SECURE = (*_ALWAYS, _STRICT)
_SECURE_BELOW = (*_ALWAYS, (_STRICT[0], f"{_STRICT[1]}; includeSubDomains"))


def add_headers(response: Response) -> Response:
    """What a view has said itself stays. The names there are looked at once: each `setdefault` would go through all."""
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    for name, value in _for_this_host() if current_app.config["SECURE"] else _ALWAYS:
        if name.lower() not in present:
            headers.add(name, value)
    if "referrer-policy" not in present:
        headers.add("Referrer-Policy", "no-referrer" if _secret_address() else "same-origin")
    return response


def add_file_headers(headers: Headers, _path: str, _url: str) -> None:
    """For the files that are the same at every host: styles, scripts, fonts."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'"
    headers["Referrer-Policy"] = "same-origin"


def _for_this_host() -> tuple[tuple[str, str], ...]:
    """Sub-domains are bound to https where they are the platform's; what lies below a town's own domain is not."""
    base, host = current_app.config["SETTINGS"].base_host, host_of(request.environ)
    return _SECURE_BELOW if host == base or host.endswith(f".{base}") else _SECURE


def _secret_address() -> bool:
    return request.path.startswith("/verfolgen/")
