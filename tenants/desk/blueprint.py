"""The staff's door: every module of it adds its addresses to this blueprint."""

from typing import cast

from flask import Blueprint, current_app, g
from flask_login import current_user
from redis import Redis

from maerker.application import after_commit
from maerker.web.page_cache import forget_pages
from maerker.wording import gettext as _
from tenants.profile.town import Town
from tenants.staff.signed_in import SignedIn

blueprint = Blueprint("desk", __name__, template_folder="templates")


def who() -> SignedIn:
    """The person who has signed in; views that ask are not public."""
    return cast(SignedIn, current_user)


def town() -> Town:
    """The town of this request."""
    return cast(Town, g.town)


def forget_public_pages() -> None:
    """After the commit, no page of the town made before is shown to citizens again."""
    redis: Redis = current_app.extensions["maerker_redis"]
    hosts = town().hosts
    after_commit(lambda: forget_pages(redis, hosts))


@blueprint.context_processor
def _account() -> dict[str, object]:
    """What the shell of the staff reads: public views of this door (the sign-in) do not look for an account."""
    known = getattr(g, "_login_user", None)
    return {"current_account": known if known is not None and known.is_authenticated else None}


def departments() -> list[tuple[str, str]]:
    """The town's Fachbereiche for a choice in a form: id and name; a closed one is asked no more."""
    return [
        (str(item.id), item.name if item.mailbox else _("%(name)s (ohne Postfach)", name=item.name))
        for item in town().open_departments
    ]
