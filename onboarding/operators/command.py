"""`maerker operator ...`: the first account of an instance, a lost access, and the demonstration's codes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Problem
from maerker.identity.totp import Vault, code_at
from onboarding.operators import actions
from onboarding.operators.models import OperatorAccount, OperatorRole
from onboarding.operators.queries import people
from onboarding.operators.sign_ins import OPERATORS
from onboarding.operators.vault import console_address, vault_of


@click.group()
def operator() -> None:
    """The operator's people."""


@operator.command("create")
@click.argument("username")
@click.option("--name", required=True, help="Name as shown.")
@click.option("--role", type=click.Choice([str(role) for role in OperatorRole]), default="support")
@click.pass_obj
def create(platform: Any, username: str, name: str, role: str) -> None:
    """Make an account for the console; the password is read from the environment or asked for.

    The second factor is set up at the first sign-in.
    """
    password = os.environ.get("MAERKER_NEW_PASSWORD") or click.prompt(
        "Password", hide_input=True, confirmation_prompt=sys.stdin.isatty()
    )
    with _console(platform):
        actions.create_operator(username=username, display_name=name, role=role, password=password)
    click.echo(f"{username} can sign in.")


@operator.command("list")
@click.pass_obj
def list_people(platform: Any) -> None:
    """Who has an account, with which role, and whether it is set up."""
    with _console(platform):
        for item in people(now()):
            click.echo(f"{item.username}\t{item.role}\t{item.standing}\t{item.display_name}")


@operator.command("invite")
@click.argument("username")
@click.option("--name", required=True, help="Name as shown.")
@click.option("--role", type=click.Choice([str(role) for role in OperatorRole]), default="support")
@click.pass_obj
def invite(platform: Any, username: str, name: str, role: str) -> None:
    """Make an account and print its set-up link, which is good once and for 24 hours."""
    with _console(platform):
        _, token = actions.invite_operator(username=username, display_name=name, role=role, by=SYSTEM, at=now())
    click.echo(_link(platform, token))


@operator.command("reset")
@click.argument("username")
@click.pass_obj
def reset(platform: Any, username: str) -> None:
    """Void password and second factor and print a new set-up link, good once and for 24 hours."""
    with _console(platform):
        _, token = actions.renew_access(_account(username).id, by=SYSTEM, at=now())
    click.echo(_link(platform, token))


@operator.command("disable")
@click.argument("username")
@click.pass_obj
def disable(platform: Any, username: str) -> None:
    """Close an account and end its sign-ins at once."""
    with _console(platform):
        actions.disable_operator(_account(username).id, by=SYSTEM, at=now())
    click.echo(f"{username} can no longer sign in.")


@operator.command("code")
@click.argument("username")
@click.pass_obj
def code(platform: Any, username: str) -> None:
    """Demonstration only: print the code that the app of this account would show now."""
    if not platform.settings.demo:
        raise click.ClickException("Only a demonstration (MAERKER_DEMO=1) tells codes; elsewhere the app does.")
    with _console(platform):
        sealed = _account(username).totp_sealed
        if not sealed:
            raise click.ClickException(f"{username} has not set up a second factor.")
        vault: Vault = vault_of(platform.settings)
        click.echo(code_at(vault.open(sealed), now()))


@contextmanager
def _console(platform: Any) -> Iterator[None]:
    """A unit of work at the console, committed at its end; a refusal is one sentence."""
    with platform.app("console").app_context():
        try:
            yield
        except Problem as problem:
            sentences = list(dict.fromkeys([problem.explanation, *problem.fields.values()]))
            raise click.ClickException(" ".join(filter(None, sentences)) or problem.title) from None
        session().commit()


def _account(username: str) -> OperatorAccount:
    account: OperatorAccount | None = OPERATORS.named(username)
    if account is None:
        raise click.ClickException(f"There is no account {username}.")
    return account


def _link(platform: Any, token: str) -> str:
    return f"{console_address(platform.settings)}/einladung/{token}"
