"""Cookies of one host: never for a parent domain, never readable by scripts."""

from flask import Flask, Request, current_app, request
from flask.sessions import SessionInterface
from werkzeug.wrappers import Response

SESSION = "maerker_session"
FORM = "maerker_form"
LANGUAGE = "maerker_sprache"


class NoSession(SessionInterface):
    """Flask's own session stays empty and cannot be written: sign-ins live in the database (see identity/sessions).

    Its signature is neither made nor checked, which every request would pay for.
    """

    def open_session(self, app: Flask, request: Request) -> None:  # noqa: ARG002
        return None

    def save_session(self, app: Flask, session: object, response: Response) -> None:  # noqa: ARG002
        return None


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
