"""The citizens' door: every module of it adds its addresses to this blueprint."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__, template_folder="templates")
