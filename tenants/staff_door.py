"""What the doors of a town's staff share, desk and office: who has signed in, the town, and forgetting kept pages."""

from typing import cast

from flask import current_app, g
from flask_login import current_user
from redis import Redis

from maerker.application import after_commit
from maerker.web.page_cache import forget_pages
from tenants.profile.town import Town
from tenants.staff.signed_in import SignedIn


def who() -> SignedIn:
    """The person who has signed in; views that ask are not public."""
    return cast(SignedIn, current_user)


def signed_in_account() -> SignedIn | None:
    """For the shell: public views (the sign-in) do not look for an account, and then there is none."""
    known = getattr(g, "_login_user", None)
    return known if known is not None and known.is_authenticated else None


def town() -> Town:
    """The town of this request, as it was configured when the request began."""
    return cast(Town, g.town)


def forget_public_pages() -> None:
    """After the commit, no page of the town made before is shown to citizens again."""
    redis: Redis = current_app.extensions["maerker_redis"]
    hosts = town().hosts
    after_commit(lambda: forget_pages(redis, hosts))
