"""What every page about one file has in common: its head, its tabs, the scope, and the record of what was done.

A view of another part uses it as well: `open_file(file_id)`, then `file_page("console/x.html", tab="dokumente", ...)`
with a template that extends `console/file_base.html` and fills the block `file`.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, make_response, render_template, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import current_file, enter_file
from maerker.errors import Problem
from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.applications.actions import this_file
from onboarding.applications.console_queries import phase_of
from onboarding.applications.models import FilePosting, JoiningFile
from onboarding.console.blueprint import who
from onboarding.console.navigation import addresses
from onboarding.console.words import phase_words
from onboarding.operators import audit
from onboarding.steps import RULE_OF, SIDE_LABELS, Side, Step
from tenants.registry.models import Municipality, Tenant

TABS = (
    ("", marked("Übersicht")), ("angaben", marked("Angaben")), ("personen", marked("Personen")),
    ("dokumente", marked("Dokumente")), ("schulung", marked("Schulung")), ("einrichtung", marked("Einrichtung")),
    ("start", marked("Start")), ("verlauf", marked("Verlauf")),
)


@dataclass(frozen=True)
class Tab:
    label: str
    href: str
    current: bool


def open_file(file_id: uuid.UUID) -> JoiningFile:
    """Work in this file for the rest of the request. Raises NotThere."""
    enter_file(file_id)
    return this_file()


def file_page(template: str, *, tab: str, status: int = 200, **values: Any) -> Response:
    """A page of the current file, with head and tabs."""
    file = this_file()
    kommune = session().get_one(Municipality, file.municipality_id)
    tenant = session().scalars(select(Tenant).where(Tenant.municipality_id == kommune.id)).one_or_none()
    return make_response(render_template(
        template, file=file, kommune=kommune, tenant=tenant, tabs=_tabs(file.file_id, tab), tab=tab,
        phase=phase_words(phase_of(file)), turn_label=_(RULE_OF[Step(file.step)].label),
        turn_side=Side(file.turn), side_words=_(SIDE_LABELS[Side(file.turn)]), at=now(),
        done=request.args.get("getan", ""), **values,
    ), status)


def record(act: str, *, at: datetime, **details: Any) -> None:
    """The operator's own record of an act on the current file; the file's history has it for both sides."""
    audit.note(act, by=who().actor, at=at, file=this_file().reference, **details)


def sentence_of(problem: Problem) -> str:
    """What a refusal says, for a notice at the head of a page. Whatever the act had begun is taken back."""
    session().rollback()
    return problem.explanation or " ".join(problem.fields.values()) or _(problem.title)


@dataclass(frozen=True)
class Failed:
    """Postings of a file (mails, documents) that went wrong: tried again, or given up within the last month."""

    waiting: int
    given_up: int


def failed_postings() -> Failed:
    """What of the current file's postings went wrong."""
    row = FilePosting
    found = session().execute(select(
        func.count().filter(row.done_at.is_(None)),
        func.count().filter(row.done_at > now() - timedelta(days=30)),
    ).where(row.problem != "")).one()
    return Failed(*found)


def file_address(path: str = "", done: str = "") -> str:
    """The address of a page of the current file."""
    address = f"/akten/{current_file()}" + (f"/{path}" if path else "")
    return f"{address}?getan={done}" if done else address


def _tabs(file_id: uuid.UUID, current: str) -> list[Tab]:
    known = addresses(current_app)
    return [
        Tab(_(label), f"/akten/{file_id}/{part}".rstrip("/"), part == current)
        for part, label in TABS
        if not part or f"/akten/<uuid:file_id>/{part}" in known
    ]
