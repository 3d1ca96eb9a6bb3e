"""Wiring of the joining application and the operator's console."""

from flask import Flask
from flask_login import LoginManager

from maerker.application import Kind
from onboarding.console import views as console
from onboarding.joining import views as joining
from onboarding.operators.signed_in import load_signed_in


def _register_console(app: Flask) -> None:
    login: LoginManager = app.extensions["maerker_login"]
    login.request_loader(load_signed_in)
    console.register(app)


JOINING = Kind(name="joining", role="joining", register=joining.register)
CONSOLE = Kind(name="console", role="console", register=_register_console)
