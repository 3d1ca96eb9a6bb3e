"""Wiring of the joining application and the operator's console."""

from flask import Flask
from flask_login import LoginManager

from maerker.application import Kind
from maerker.jobs.handlers import Outbox
from onboarding.applications import console_jobs as operators
from onboarding.applications import jobs as applications
from onboarding.applications.models import FILE_OUTBOX
from onboarding.console import views as console
from onboarding.contracts import change_jobs as changes
from onboarding.contracts import file_jobs as documents
from onboarding.joining import signed_in as people
from onboarding.joining import views as joining
from onboarding.operators.signed_in import load_signed_in
from onboarding.provisioning import jobs as provisioning
from onboarding.training import jobs as training
from onboarding.typed_text import leave_out_what_is_no_text

FILES = Outbox(
    "files", FILE_OUTBOX,
    (*applications.HANDLERS, *operators.HANDLERS, *documents.HANDLERS, *changes.HANDLERS, *training.HANDLERS,
     *provisioning.HANDLERS),
    owner="file_id",
)


def _register_console(app: Flask) -> None:
    login: LoginManager = app.extensions["maerker_login"]
    login.request_loader(load_signed_in)
    console.register(app)


def _register_joining(app: Flask) -> None:
    login: LoginManager = app.extensions["maerker_login"]
    login.request_loader(people.load_signed_in)
    joining.register(app)


JOINING = Kind(name="joining", role="joining", register=_register_joining, before=leave_out_what_is_no_text)
CONSOLE = Kind(name="console", role="console", register=_register_console, before=leave_out_what_is_no_text)
