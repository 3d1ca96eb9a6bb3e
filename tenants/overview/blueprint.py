"""The bare host's door: which Kommune takes part, and the way there."""

from flask import Blueprint

blueprint = Blueprint(
    "overview", __name__, template_folder="templates", static_folder="static", static_url_path="/uebersicht"
)
