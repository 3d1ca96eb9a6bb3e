"""Puts the pages of the town's office into the application of the towns."""

from flask import Flask

from tenants.admin import overview, trial
from tenants.admin.blueprint import blueprint

MODULES = (overview, trial)
"""Modules that have added their addresses to the blueprint by being imported."""


def register(app: Flask) -> None:
    """Connect the door."""
    app.register_blueprint(blueprint)
