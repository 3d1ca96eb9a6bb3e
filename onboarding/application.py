"""Wiring of the joining application and the operator's console."""

from flask import Flask
from flask_login import LoginManager

from maerker.application import Kind
from maerker.jobs.handlers import Outbox
from onboarding.applications import jobs as applications
from onboarding.applications.models import FILE_OUTBOX
from onboarding.console import views as console
from onboarding.joining import signed_in as people
from onboarding.joining import views as joining
from onboarding.operators.signed_in import load_signed_in

FILES = Outbox("files", FILE_OUTBOX, (*applications.HANDLERS,), owner="file_id")


def _register_console(app: Flask) -> None:
    login: LoginManager = app.extensions["maerker_login"]
    login.request_loader(load_signed_in)
    console.register(app)


def _register_joining(app: Flask) -> None:
    login: LoginManager = app.extensions["maerker_login"]
    login.request_loader(people.load_signed_in)
    joining.register(app)


JOINING = Kind(name="joining", role="joining", register=_register_joining)
CONSOLE = Kind(name="console", role="console", register=_register_console)
