"""Puts the citizens' pages into the application of the towns.

The modules add their addresses to the blueprint when they are imported.
"""

from flask import Flask

from tenants.portal import (  # noqa: F401
    browse,
    feed,
    languages,
    legal,
    report_form,
    single,
    start,
    surroundings,
    town_files,
    track,
    trial,
    wayfinding,
)
from tenants.portal.blueprint import blueprint


def register(app: Flask) -> None:
    """Connect the door."""
    app.register_blueprint(blueprint)
