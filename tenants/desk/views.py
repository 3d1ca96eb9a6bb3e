"""Puts the pages of the staff into the application of the towns."""

from flask import Flask

from tenants.desk import details, inbox, place, report_page, sign_in, steps
from tenants.desk.blueprint import blueprint

MODULES = (details, inbox, place, report_page, sign_in, steps)


def register(app: Flask) -> None:
    """Connect the door. The modules above have added their addresses to the blueprint."""
    # Flask-Login would look at a cookie `remember_token` first, which a sister subdomain can plant.
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-maerker_remembers_nobody"
    app.register_blueprint(blueprint)
