"""Puts the pages of the town's office into the application of the towns."""

from flask import Flask

from tenants.admin import (
    calendar,
    categories,
    check,
    department_end,
    departments,
    imprint,
    invitation,
    look,
    members,
    overview,
    people,
    places,
    texts,
    trial,
)
from tenants.admin.blueprint import blueprint

MODULES = (
    calendar, categories, check, department_end, departments, imprint, invitation, look, members, overview,
    people, places, texts, trial,
)
"""Modules that have added their addresses to the blueprint by being imported."""


def register(app: Flask) -> None:
    """Connect the door."""
    app.register_blueprint(blueprint)
