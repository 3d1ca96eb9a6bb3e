"""Headers that every answer carries (servicestandard (c) 10)."""

from wsgiref.headers import Headers

from flask import current_app, request
from werkzeug.wrappers import Response

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
_SECURE = (*_ALWAYS, ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))


def add_headers(response: Response) -> Response:
    """What a view has said itself stays. The names there are looked at once: each `setdefault` would go through all."""
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    for name, value in _SECURE if current_app.config["SECURE"] else _ALWAYS:
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


def _secret_address() -> bool:
    return request.path.startswith("/verfolgen/")
