"""Puts the citizens' pages into the application of the towns."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

from tenants.portal.blueprint import blueprint

MODULES = ("report_form",)


def register(app: Flask) -> None:
    """Import the view modules, which add their addresses to the blueprint, and connect it."""
    for module in MODULES:
        if find_spec(f"tenants.portal.{module}"):
            import_module(f"tenants.portal.{module}")
    app.register_blueprint(blueprint)
