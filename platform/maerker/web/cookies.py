"""Cookies of one host: never for a parent domain, never readable by scripts."""

from flask import current_app, request
from werkzeug.wrappers import Response

SESSION = "maerker_session"
FORM = "maerker_form"
LANGUAGE = "maerker_sprache"


def cookie_name(name: str) -> str:
    """With https the browser itself keeps a sister subdomain from planting the cookie (__Host-)."""
    return f"__Host-{name}" if current_app.config["SECURE"] else name


def read_cookie(name: str) -> str:
    return request.cookies.get(cookie_name(name), "")


def set_cookie(response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    response.set_cookie(
        cookie_name(name), value, max_age=seconds, path="/",
        secure=current_app.config["SECURE"], httponly=True, samesite="Lax",
    )


def drop_cookie(response: Response, name: str) -> None:
    response.delete_cookie(
        cookie_name(name), path="/", secure=current_app.config["SECURE"], httponly=True, samesite="Lax"
    )
