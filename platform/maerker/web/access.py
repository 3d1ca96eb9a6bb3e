"""Who may call a view. Every view says it: `@public`, `@signed_in` or `@may(permission)`.

A view that says nothing stops the application at its start, so that it cannot be forgotten.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.errors import NotAllowed
from maerker.wording import gettext as _

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed in"


def public(view: View) -> View:
    """Anyone may."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Anyone who has signed in here may."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def may(permission: str) -> Callable[[View], View]:
    """Who holds this permission may."""

    def mark(view: View) -> View:
        view.access = str(permission)  # type: ignore[attr-defined]
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> str | None:
    """What a view says of itself; static files are public."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(app.view_functions[endpoint], "access", None)


def demand_access() -> Response | None:
    """Before each request: refuse, or lead to the sign-in. 404s pass, they have no view."""
    if request.endpoint is None:
        return None
    access = access_of(current_app, request.endpoint)
    if access == PUBLIC:
        return None
    if not current_user.is_authenticated:
        if request.method != "GET":
            raise NotAllowed(_("Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich erneut an."))
        return redirect(f"/anmelden?{urlencode({'weiter': request.path}, safe='/')}", 303)
    if access not in (SIGNED_IN, None) and access in current_user.permissions:
        return None
    if access == SIGNED_IN:
        return None
    raise NotAllowed(_("Ihr Konto hat dieses Recht nicht. Bitte wenden Sie sich an Ihre Verwaltung."))


def check_every_view(app: Flask) -> None:
    """Raises at the start when a view does not say who may call it."""
    silent = sorted(name for name in app.view_functions if access_of(app, name) is None)
    if silent:
        raise RuntimeError(f"These views need @public, @signed_in or @may(...): {', '.join(silent)}")
