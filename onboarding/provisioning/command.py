"""`maerker kommune ...`: the way of a Kommune onto the platform, for operators who script.

Each command can be called again and does nothing twice. With --json it prints one JSON value. It ends with 0 when
what was asked for is so, with 1 when it was refused (the sentence is printed), with 2 when it was called wrongly.
"""

import json
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, or_, select

from maerker.audit.actor import Actor
from maerker.clock import BERLIN, now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Problem
from onboarding.applications import actions
from onboarding.applications.models import JoiningFile
from onboarding.applications.standing import steps_now
from onboarding.applications.start import fix_start
from onboarding.provisioning.from_file import provision_from_file
from onboarding.provisioning.pausing import pause, resume
from onboarding.provisioning.set_up import refresh_set_up
from onboarding.provisioning.start import begin_trial_of, start_file
from onboarding.provisioning.take_over import COLUMNS, sentence, take_over
from tenants.registry.models import Municipality, Tenant
from tenants.reports.trial_end import erase_trial

BY = Actor(kind="system", name="Kommandozeile")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
KOMMUNE = "kommune"


@click.group()
def kommune() -> None:
    """Municipalities that join: their files, their places, their first day.

    KOMMUNE is a reference (BA-2026-0001), a key (ARS), an address (cottbus) or a name (Cottbus).
    """


@kommune.command("list")
@click.option("--step", default="", help="Only files in this step.")
@as_json
@click.pass_obj
def show_list(platform: Any, step: str, as_json: bool) -> None:
    """All files: reference, name, step, whose turn, since when."""
    with _console(platform, as_json):
        rows = session().execute(
            select(JoiningFile, Municipality.name, Municipality.ars, Tenant.slug, Tenant.state)
            .join(Municipality, Municipality.id == JoiningFile.municipality_id)
            .outerjoin(Tenant, Tenant.municipality_id == JoiningFile.municipality_id)
            .where(JoiningFile.step == step if step else JoiningFile.step != "").order_by(JoiningFile.reference)
        ).all()
        found = [{
            "reference": file.reference, "name": name, "ars": ars, "step": file.step, "turn": file.turn,
            "since": file.turn_since.isoformat(), "slug": slug or "", "state": str(state or ""),
        } for file, name, ars, slug, state in rows]
    _say(found, as_json, lambda: "\n".join(
        f"{one['reference']}\t{one['name']}\t{one['step']}\t{one['turn']}\t{one['slug']}\t{one['state']}"
        for one in found))


@kommune.command("show")
@click.argument(KOMMUNE)
@as_json
@click.pass_obj
def show_one(platform: Any, kommune: str, as_json: bool) -> None:
    """One file with its steps and what each still lacks."""
    with _console(platform, as_json), file_scope(_file_of(kommune)):
        found = _described()
    _say(found, as_json, lambda: "\n".join([
        f"{found['reference']}\t{found['name']}\t{found['slug']}\t{found['state']}",
        *(f"{step['step']}\t{step['standing']}\t{' '.join(step['missing'])}" for step in found["steps"]),
    ]))


@kommune.command("apply")
@click.argument(KOMMUNE)
@click.option("--name", required=True, help="Name of the contact.")
@click.option("--email", required=True, help="Address of the contact; the link with the code goes there.")
@click.option("--function", default="", help="Function of the contact.")
@as_json
@click.pass_obj
def apply(platform: Any, kommune: str, name: str, email: str, function: str, as_json: bool) -> None:
    """Begin a file; the contact confirms the address by the mailed code. Where there is one, nothing happens."""
    with _console(platform, as_json):
        municipality = _municipality_of(kommune)
        file_id = actions.file_of(municipality.id)
        if file_id is None:
            file_id = actions.apply(actions.Application(
                municipality_id=municipality.id, name=name, email=email, function=function), at=now()).file_id
        with file_scope(file_id):
            found = _described()
    _say(found, as_json, lambda: f"{found['reference']}\t{found['name']}")


@kommune.command("admit")
@click.argument(KOMMUNE)
@as_json
@click.pass_obj
def admit(platform: Any, kommune: str, as_json: bool) -> None:
    """Take the application."""
    _act(platform, kommune, as_json, lambda _file, at: actions.admit(by=BY, at=at), "is admitted")


@kommune.command("provision")
@click.argument(KOMMUNE)
@as_json
@click.pass_obj
def provision(platform: Any, kommune: str, as_json: bool) -> None:
    """Make the place on the platform from the file, and invite its people."""
    _act(platform, kommune, as_json, lambda file_id, at: provision_from_file(
        file_id, settings=platform.settings, by=BY, at=at), "has its place")


@kommune.command("trial")
@click.argument(KOMMUNE)
@as_json
@click.pass_obj
def trial(platform: Any, kommune: str, as_json: bool) -> None:
    """Switch the trial on."""
    _act(platform, kommune, as_json, lambda file_id, at: begin_trial_of(file_id, platform.settings, by=BY, at=at),
         "is in its trial")


@kommune.command("check")
@click.argument(KOMMUNE)
@as_json
@click.pass_obj
def check(platform: Any, kommune: str, as_json: bool) -> None:
    """Run the check of the set-up; ends with 1 if something was found."""
    with _console(platform, as_json):
        missing = list(refresh_set_up(_file_of(kommune), settings=platform.settings, at=now()))
    _say(missing, as_json, lambda: "\n".join(missing) or "Nothing is missing.")
    if missing:
        sys.exit(1)


@kommune.command("fix-start")
@click.argument(KOMMUNE)
@click.argument("moment", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]))
@click.option("--sure", is_flag=True, help="Also on a day on which administrations do not work.")
@as_json
@click.pass_obj
def set_start(platform: Any, kommune: str, moment: datetime, sure: bool, as_json: bool) -> None:
    """Fix or move the moment of the start, on Berlin's clock: 2027-01-04T08:00."""
    starts_at = moment.replace(tzinfo=BERLIN)
    _act(platform, kommune, as_json, lambda file_id, at: fix_start(file_id, starts_at, by=BY, at=at, sure=sure),
         f"starts at {starts_at.isoformat()}")


@kommune.command("start")
@click.argument(KOMMUNE)
@as_json
@click.pass_obj
def start(platform: Any, kommune: str, as_json: bool) -> None:
    """Start now; ends with 1 while a gate is open."""
    with _console(platform, as_json):
        file_id = _file_of(kommune)
        result = start_file(file_id, platform.settings, by=BY, at=now())
        with file_scope(file_id):
            found = _described()
    if not result.started:
        _refuse(", ".join(result.missing) or "Somebody else is starting it.", as_json)
    with platform.eraser().app_context():
        erase_trial(uuid.UUID(found["tenant"]), platform.settings)
    _say(found, as_json, lambda: f"{found['reference']}\t{found['name']} is live.")


@kommune.command("pause")
@click.argument(KOMMUNE)
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="On Berlin's clock; said on pages.")
@click.option("--reason", required=True, help="For the operator's record.")
@as_json
@click.pass_obj
def pause_one(platform: Any, kommune: str, until: datetime | None, reason: str, as_json: bool) -> None:
    """Close the form of a town that is live, or move the end of its pause. It ends by `resume` alone."""
    end = until and until.replace(tzinfo=BERLIN)
    _change_town(platform, kommune, as_json, lambda tenant_id, at: pause(
        tenant_id, platform.settings, until=end, reason=reason, by=BY, at=at))


@kommune.command("resume")
@click.argument(KOMMUNE)
@as_json
@click.pass_obj
def resume_one(platform: Any, kommune: str, as_json: bool) -> None:
    """End a pause: the form is open again."""
    _change_town(platform, kommune, as_json, lambda tenant_id, at: resume(
        tenant_id, platform.settings, by=BY, at=at))


@kommune.command("import", help=f"Make files and places from a list (CSV, UTF-8). Columns: {', '.join(COLUMNS)}.")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@click.pass_obj
def take_list(platform: Any, source: Path, as_json: bool) -> None:
    done = []
    with _console(platform, as_json):
        for line in take_over(source.read_text(encoding="utf-8"), settings=platform.settings, by=BY, at=now()):
            done.append(vars(line))
            if not as_json:
                click.echo(f"{line.line}\t{line.ars}\t{line.outcome}\t{line.host or line.problem}")
    counts = {kind: sum(line["outcome"] == kind for line in done) for kind in ("made", "there", "refused")}
    _say({**counts, "lines": done}, as_json, lambda: "made {made}, there {there}, refused {refused}".format(**counts))
    if counts["refused"]:
        sys.exit(1)


def _act(
    platform: Any, kommune: str, as_json: bool, act: Callable[[uuid.UUID, datetime], Any], words: str
) -> None:
    with _console(platform, as_json):
        file_id = _file_of(kommune)
        with file_scope(file_id):
            act(file_id, now())
            found = _described()
    _say(found, as_json, lambda: f"{found['reference']}\t{found['name']} {words}.")


def _change_town(
    platform: Any, kommune: str, as_json: bool, act: Callable[[uuid.UUID, datetime], Any]
) -> None:
    """For towns that have their place, with a file or without one."""
    with _console(platform, as_json):
        statement = select(Tenant).where(Tenant.municipality_id == _municipality_of(kommune).id)
        tenant = session().scalars(statement).one_or_none()
        if tenant is None:
            raise click.UsageError(f"{kommune} has no place on the platform yet.")
        act(tenant.id, now())
        until = tenant.paused_until and tenant.paused_until.astimezone(BERLIN).isoformat()
        found = {"name": tenant.name, "slug": tenant.slug, "state": str(tenant.state), "paused_until": until}
    _say(found, as_json, lambda: f"{found['name']} is {found['state']}{f' until {until}' if until else ''}.")


def _described() -> dict[str, Any]:
    """The current file as a script reads it."""
    file = actions.this_file()
    municipality = session().get_one(Municipality, file.municipality_id)
    tenant = session().scalars(select(Tenant).where(Tenant.municipality_id == municipality.id)).one_or_none()
    return {
        "reference": file.reference, "name": municipality.name, "ars": municipality.ars, "file": str(file.file_id),
        "tenant": str(tenant.id) if tenant else "", "slug": tenant.slug if tenant else "",
        "state": str(tenant.state) if tenant else "",
        "starts_at": file.starts_at and file.starts_at.isoformat(),
        "started_at": file.started_at and file.started_at.isoformat(), "set_up_missing": list(file.set_up_missing),
        "steps": [
            {"step": str(step.step), "standing": str(step.standing), "side": str(step.side),
             "missing": list(step.missing)}
            for step in steps_now()
        ],
    }


def _municipality_of(named: str) -> Municipality:
    """By key, address, name or the reference of its file; refused if none or several are meant."""
    statement = (
        select(Municipality).outerjoin(Tenant, Tenant.municipality_id == Municipality.id)
        .outerjoin(JoiningFile, JoiningFile.municipality_id == Municipality.id)
        .where(or_(
            Municipality.ars == named, Tenant.slug == named.lower(), JoiningFile.reference == named.upper(),
            func.lower(Municipality.name) == named.lower(),
        ))
    )
    found = session().scalars(statement).unique().all()
    if len(found) != 1:
        more = ", ".join(f"{one.ars} {one.name} ({one.district_name})" for one in found)
        raise click.UsageError(f"{named} means several: {more}" if found else f"There is no municipality {named}.")
    return found[0]


def _file_of(named: str) -> uuid.UUID:
    file_id = actions.file_of(_municipality_of(named).id)
    if file_id is None:
        raise click.UsageError(f"{named} has not applied.")
    return file_id


@contextmanager
def _console(platform: Any, as_json: bool) -> Iterator[None]:
    """One transaction as the console's role; what is refused ends the command with 1."""
    with platform.app("console").app_context():
        try:
            yield
            session().commit()
        except Problem as problem:
            session().rollback()
            _refuse(sentence(problem), as_json)


def _refuse(words: str, as_json: bool) -> None:
    click.echo(json.dumps({"error": words}, ensure_ascii=False) if as_json else f"Refused: {words}", err=not as_json)
    sys.exit(1)


def _say(value: Any, as_json: bool, words: Callable[[], str]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False) if as_json else words())
