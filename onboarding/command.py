"""The `maerker` command: what an operator and the process supervisor call."""

import json
import sys
from typing import Any

import click
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from maerker.application import redis_client
from maerker.database.base import session
from maerker.database.prepare import prepare_database
from maerker.database.upgrade import upgrade as upgrade_database
from maerker.jobs.handlers import APPLICATIONS, PATIENT, queues_of
from maerker.jobs.relay import Relay
from maerker.jobs.schedule import Schedule
from maerker.jobs.worker import prepare_worker, run_worker
from maerker.settings import Settings, SettingsProblem
from onboarding.contracts.command import texts
from onboarding.operators.command import operator
from onboarding.provisioning.command import kommune


@click.group()
@click.pass_context
def command_line(context: click.Context) -> None:
    """Maerker: the platform's own command."""
    if any(word in context.help_option_names for word in sys.argv[1:]):
        return  # help needs no settings
    try:
        context.obj = context.obj()
    except SettingsProblem as problem:
        raise click.ClickException(str(problem)) from None


command_line.add_command(operator)
command_line.add_command(kommune)
command_line.add_command(texts)


@command_line.group()
def database() -> None:
    """Roles, database, migrations."""


@database.command()
@click.pass_obj
def prepare(platform: Any) -> None:
    """Make roles and database, as the superuser of MAERKER_DATABASE_ADMIN_URL."""
    settings: Settings = platform.settings
    if not settings.database_admin_url:
        raise click.ClickException("MAERKER_DATABASE_ADMIN_URL is missing.")
    name = settings.database_url_of("owner").database or "maerker"
    prepare_database(settings.database_admin_url, name, settings.role_password)
    click.echo(f"Roles and database {name} are ready.")


@database.command()
@click.pass_obj
def upgrade(platform: Any) -> None:
    """Bring the database to the newest form."""
    try:
        upgrade_database(platform.settings.database_url_of("owner"))
    except OperationalError as problem:
        raise click.ClickException(f"The database does not answer: {problem.orig}") from None
    click.echo("The database is up to date.")


@command_line.group()
def demo() -> None:
    """The demonstration."""


@demo.command("load")
@click.pass_obj
def load_demo_towns(platform: Any) -> None:
    """Load the demo's towns into an empty instance; does nothing where towns are."""
    from maerker.clock import now
    from onboarding.demo.load import load_demo

    card = load_demo(platform, now())
    click.echo(json.dumps(card, ensure_ascii=False))


@command_line.group()
def catalogue() -> None:
    """The municipalities that can join."""


@catalogue.command("load")
@click.pass_obj
def load_municipalities(platform: Any) -> None:
    """Load or renew the catalogue of municipalities and their areas."""
    from tenants.registry.catalogue import DATA, load_catalogue

    with platform.app("console").app_context():
        load_catalogue(session(), DATA)
        session().commit()
    click.echo("The catalogue is loaded.")


@command_line.command()
@click.option("--queues", default="", help="Comma list, the first before the second; empty: all but images.")
@click.option("--role", type=click.Choice(list(APPLICATIONS)), default="tenants", help="Database role it works as.")
@click.pass_obj
def worker(platform: Any, queues: str, role: str) -> None:
    """Do jobs until ended."""
    names = [name for name in queues.split(",") if name] or [name for name in queues_of(role) if name not in PATIENT]
    unknown = sorted(set(names) - set(queues_of(role)))
    if unknown:
        raise click.ClickException(f"There is no queue {', '.join(unknown)} for the role {role}.")
    prepare_worker(platform.app(APPLICATIONS[role]), platform.outboxes)
    run_worker(redis_client(platform.settings, patient=True), names)


@command_line.command()
@click.pass_context
def image_worker(context: click.Context) -> None:
    """Make the sizes of photos until ended; no mail waits behind them."""
    context.invoke(worker, queues=",".join(sorted(PATIENT)))


@command_line.command()
@click.pass_context
def console_worker(context: click.Context) -> None:
    """Do the jobs of joining files (documents, mails, starts) until ended."""
    context.invoke(worker, role="console")


@command_line.command()
@click.pass_obj
def relay(platform: Any) -> None:
    """Hand postings to the queues until ended."""
    settings: Settings = platform.settings
    engine = create_engine(settings.database_url_of("relay"), pool_size=1, pool_pre_ping=True)
    Relay(engine, redis_client(settings), platform.outboxes, settings.outbox_retry_seconds).forever()


@command_line.command()
@click.pass_obj
def schedule(platform: Any) -> None:
    """Run the periodic jobs until ended; of several such processes one works."""
    from onboarding.periodic import SLOTS

    Schedule({"eraser": platform.eraser(), "console": platform.app("console")}, SLOTS).forever()
