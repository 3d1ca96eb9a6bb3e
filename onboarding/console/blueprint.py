"""The console's blueprint, and what every page of it shows: whose account, whose instance, where one can go."""

from typing import cast

from flask import Blueprint, current_app, g
from flask_login import current_user

from maerker.settings import Settings
from onboarding.console.navigation import menu, tabs
from onboarding.operators.signed_in import SignedInOperator

blueprint = Blueprint("console", __name__, template_folder="templates")


@blueprint.context_processor
def _account() -> dict[str, object]:
    known = getattr(g, "_login_user", None)
    account = known if known is not None and known.is_authenticated else None
    rights = account.permissions if account else frozenset()
    return {
        "current_account": account, "operator_name": settings().operator_name,
        "console_menu": menu(rights) if account else [], "console_tabs": tabs(rights) if account else ("", []),
    }


def settings() -> Settings:
    return cast(Settings, current_app.config["SETTINGS"])


def who() -> SignedInOperator:
    """The person who has signed in; views that ask are not public."""
    return cast(SignedInOperator, current_user)
