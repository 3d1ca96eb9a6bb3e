"""What there is of texts, trusted certificates, sub-processors and essential changes."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select

from maerker.database.base import session
from maerker.errors import NotThere
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.models import (
    ContractText,
    PlatformChange,
    Subprocessor,
    SubprocessorChange,
    TrustAnchor,
)
from onboarding.contracts.rows import Subprocessing
from onboarding.contracts.subprocessors import who_works
from onboarding.contracts.versions import TextState, TextVersion


@dataclass(frozen=True)
class DiffLine:
    """One line of a comparison: only in the older version, only in the newer one, in both, or a gap between places."""

    kind: Literal["old", "new", "same", "gap"]
    text: str
    old_number: int | None = None
    new_number: int | None = None


def released_text(kind: DocumentKind) -> TextVersion | None:
    """The version in force; None as long as the operator has released none."""
    row = session().scalars(
        select(ContractText).where(ContractText.kind == kind, ContractText.state == TextState.released)
    ).one_or_none()
    return row.as_version if row else None


def text_in_use(kind: DocumentKind) -> TextVersion:
    """What a new document is made from: the version in force, else the newest draft (which then bears the mark).

    Raises NotThere if there is none: the first texts are not loaded.
    """
    row = session().scalars(
        select(ContractText).where(ContractText.kind == kind, ContractText.state != TextState.retired)
        .order_by((ContractText.state == TextState.released).desc(), ContractText.version.desc()).limit(1)
    ).one_or_none()
    if row is None:
        raise NotThere()
    return row.as_version


def text_version(kind: DocumentKind, version: int) -> TextVersion:
    """One version, whatever became of it. Raises NotThere."""
    return _text_row(kind, version).as_version


def texts_of(kind: DocumentKind) -> list[ContractText]:
    """All versions of a kind, the newest first."""
    return list(session().scalars(
        select(ContractText).where(ContractText.kind == kind).order_by(ContractText.version.desc())
    ))


def all_texts() -> dict[DocumentKind, list[ContractText]]:
    """All versions of all kinds, in one statement, the newest first; a kind without a text has an empty list."""
    found: dict[DocumentKind, list[ContractText]] = {kind: [] for kind in DocumentKind}
    for row in session().scalars(select(ContractText).order_by(ContractText.version.desc())):
        found[row.kind].append(row)
    return found


def difference(kind: DocumentKind, older: int, newer: int, *, context: int = 3) -> list[DiffLine]:
    """What changed from one version to the other, line by line, with some lines around. Empty if nothing did.

    Raises NotThere if one of them does not exist.
    """
    old, new = (_text_row(kind, version).source.splitlines() for version in (older, newer))
    lines: list[DiffLine] = []
    for group in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_grouped_opcodes(context):
        if lines or group[0][1] > 0 or group[0][3] > 0:
            lines.append(DiffLine("gap", ""))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines += [
                    DiffLine("same", old[old_from + n], old_from + n + 1, new_from + n + 1)
                    for n in range(old_to - old_from)
                ]
                continue
            lines += [DiffLine("old", old[n], old_number=n + 1) for n in range(old_from, old_to)]
            lines += [DiffLine("new", new[n], new_number=n + 1) for n in range(new_from, new_to)]
    return lines


def trust_anchors(*, removed: bool = False) -> list[TrustAnchor]:
    """The certificates that are trusted, by name; with `removed` those of the past as well."""
    query = select(TrustAnchor).order_by(TrustAnchor.name, TrustAnchor.id)
    return list(session().scalars(query if removed else query.where(TrustAnchor.removed_at.is_(None))))


def trusted_certificates() -> list[bytes]:
    """For checking signatures: each trusted certificate as PEM."""
    return [anchor.certificate.encode() for anchor in trust_anchors()]


def subprocessor_register() -> list[Subprocessor]:
    """Every version of every sub-processor, by number and version."""
    return list(session().scalars(select(Subprocessor).order_by(Subprocessor.number, Subprocessor.version)))


def subprocessors_in_force(*, objected: Collection[int] = ()) -> tuple[Subprocessing, ...]:
    """Who works for a Kommune, as Annex IV names them. `objected`: the changes that have no effect for this Kommune.

    For it such a change has no effect: who was to come does not, who was to go stays. See `subprocessors_for`.
    """
    return who_works(without=objected)


def subprocessor_changes() -> list[SubprocessorChange]:
    """Every change that was announced, the newest first."""
    return list(session().scalars(select(SubprocessorChange).order_by(SubprocessorChange.id.desc())))


def due_subprocessor_changes(on: date) -> list[SubprocessorChange]:
    """Changes whose day has come and that nobody has completed or withdrawn."""
    return list(session().scalars(
        select(SubprocessorChange).where(
            SubprocessorChange.takes_effect_on <= on, SubprocessorChange.completed_at.is_(None),
            SubprocessorChange.withdrawn_at.is_(None),
        ).order_by(SubprocessorChange.id)
    ))


def platform_changes() -> list[PlatformChange]:
    """Every essential change that was declared, the newest first."""
    return list(session().scalars(
        select(PlatformChange).order_by(PlatformChange.declared_at.desc(), PlatformChange.id.desc())
    ))


def newest_platform_change() -> PlatformChange | None:
    """The change that a new processing release is about; None if there was none."""
    found = select(PlatformChange).order_by(PlatformChange.declared_at.desc(), PlatformChange.id.desc()).limit(1)
    return session().scalars(found).one_or_none()


def _text_row(kind: DocumentKind, version: int) -> ContractText:
    row = session().scalars(
        select(ContractText).where(ContractText.kind == kind, ContractText.version == version)
    ).one_or_none()
    if row is None:
        raise NotThere()
    return row
