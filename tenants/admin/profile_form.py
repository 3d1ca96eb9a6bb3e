"""Forms over the town's profile: which version they began with, and which they go on with after a refusal."""

from flask import request
from sqlalchemy import select

from maerker.database.base import session
from tenants.admin.blueprint import town
from tenants.profile.models import Profile


def current_version(status: int = 200) -> str:
    """The version that the form carries.

    A form shown again after a wrong answer keeps the one it began with, so that what somebody else saved meanwhile
    is still noticed. After a refusal as stale (409) the present values stand beside it, so it goes on with theirs.
    """
    if status in (400, 422):
        return request.form.get("version", "")
    if status == 409:
        return str(session().scalars(select(Profile.version)).one())
    return str(town().profile["version"])
