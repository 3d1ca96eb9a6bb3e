"""The staff's door: every module of it adds its addresses to this blueprint."""

from flask import Blueprint

from maerker.wording import gettext as _
from tenants.staff_door import forget_public_pages, signed_in_account, town, who

__all__ = ["blueprint", "departments", "forget_public_pages", "town", "who"]

blueprint = Blueprint("desk", __name__, template_folder="templates")


@blueprint.context_processor
def _account() -> dict[str, object]:
    """What the shell of the staff reads."""
    return {"current_account": signed_in_account()}


def departments() -> list[tuple[str, str]]:
    """The town's Fachbereiche for a choice in a form: id and name; a closed one is asked no more."""
    return [
        (str(item.id), item.name if item.mailbox else _("%(name)s (ohne Postfach)", name=item.name))
        for item in town().open_departments
    ]
