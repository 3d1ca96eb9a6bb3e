"""Puts the bare host's pages into its application.

The modules add their addresses to the blueprint when they are imported.
"""

from flask import Flask

from tenants.overview import legal, pages, wayfinding  # noqa: F401
from tenants.overview.blueprint import blueprint


def register(app: Flask) -> None:
    """Connect the door."""
    app.register_blueprint(blueprint)
