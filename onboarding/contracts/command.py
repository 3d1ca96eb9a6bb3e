"""`maerker texts ...`: the texts of the documents, for operators who script."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Problem
from onboarding.contracts.actions import draft_text, load_first_texts, release_text
from onboarding.contracts.kinds import KINDS, DocumentKind
from onboarding.contracts.queries import all_texts, text_in_use, text_version

KIND = click.Choice([str(kind) for kind in DocumentKind])


@click.group()
def texts() -> None:
    """The texts of the documents that municipalities sign."""


@texts.command("load")
@click.pass_obj
def load(platform: Any) -> None:
    """Take the texts that come with the platform as drafts, where there are none yet."""
    with _console(platform):
        taken = load_first_texts(by=SYSTEM, at=now())
    click.echo(f"{len(taken)} texts taken.")


@texts.command("list")
@click.pass_obj
def show(platform: Any) -> None:
    """Every version of every text and its state."""
    with _console(platform):
        for rows in all_texts().values():
            for row in rows:
                click.echo(f"{row.kind}\t{row.version}\t{row.state}\t{KINDS[row.kind].label}")


@texts.command("draft")
@click.argument("kind", type=KIND)
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--note", required=True, help="What changes, in one sentence.")
@click.pass_obj
def draft(platform: Any, kind: str, source: Path, note: str) -> None:
    """Write a new version from a Typst file, if it becomes a document."""
    words = source.read_text(encoding="utf-8")
    _checked(words, DocumentKind(kind))
    with _console(platform):
        row = draft_text(DocumentKind(kind), words, note, by=SYSTEM, at=now())
    click.echo(f"{kind}: version {row.version} is a draft.")


@texts.command("check")
@click.argument("kind", type=KIND)
@click.option("--version", type=int, help="Otherwise the one in use.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="Write the sample document here.")
@click.pass_obj
def check(platform: Any, kind: str, version: int | None, to: Path | None) -> None:
    """Try whether a version becomes a document, with a sample municipality."""
    which = DocumentKind(kind)
    with _console(platform):
        text = text_in_use(which) if version is None else text_version(which, version)
    pdf = _checked(text.source, which)
    if to is not None:
        to.write_bytes(pdf)
    click.echo(f"{kind}: version {text.version} becomes a document.")


@texts.command("release")
@click.argument("kind", type=KIND)
@click.argument("version", type=int)
@click.pass_obj
def release(platform: Any, kind: str, version: int) -> None:
    """Put a draft into force, if it becomes a document; the former version is retired."""
    which = DocumentKind(kind)
    with _console(platform):
        source = text_version(which, version).source
    _checked(source, which)
    with _console(platform):
        release_text(which, version, by=SYSTEM, at=now())
    click.echo(f"{kind}: version {version} is in force.")


def _checked(source: str, kind: DocumentKind) -> bytes:
    from maerker.documents.rendering import RenderingProblem
    from onboarding.contracts.check import check_source

    try:
        return check_source(source, kind)
    except RenderingProblem as problem:
        raise click.ClickException(str(problem)) from None


@contextmanager
def _console(platform: Any) -> Iterator[None]:
    """One transaction as the console's role; what is refused is said on the line."""
    with platform.app("console").app_context():
        try:
            yield
            session().commit()
        except Problem as problem:
            session().rollback()
            sentence = " ".join(problem.fields.values()) or problem.explanation or problem.title
            raise click.ClickException(sentence) from None
