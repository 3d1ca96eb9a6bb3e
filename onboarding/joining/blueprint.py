"""The joining application's blueprint and what every page of it knows."""

from typing import Any, cast

from flask import Blueprint, current_app, g
from flask_login import current_user

from maerker.settings import Settings

blueprint = Blueprint("joining", __name__, template_folder="templates", static_folder="static",
                      static_url_path="/joining-static")


def settings() -> Settings:
    return cast(Settings, current_app.config["SETTINGS"])


@blueprint.context_processor
def _surroundings() -> dict[str, Any]:
    known = getattr(g, "_login_user", None)
    person = known if known is not None and known.is_authenticated else None
    return {"operator_name": settings().operator_name, "person": person}


__all__ = ["blueprint", "current_user", "settings"]
