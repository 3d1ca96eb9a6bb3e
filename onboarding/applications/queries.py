"""What the steps are computed from: everything that proves something in one file, or in many at once."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select

from maerker.database.base import session
from onboarding.applications.entries import as_day
from onboarding.applications.models import FileEntry, FileOverride, JoiningFile
from onboarding.contracts.changes import released_again_since
from onboarding.contracts.file_models import FileCopy, FileDocument
from onboarding.contracts.signed_promise import PromiseInForce, promise_entered, signed_promises
from onboarding.steps import Facts, MadeDocument, Override, SignedCopy, Step
from onboarding.training.queries import Trained, trained_of

_PROVING = ("council_needed", "council_on", "council_reference", "extent", "departments")


def facts_of(file: JoiningFile) -> Facts:
    """The facts of one file, in the scope of that file."""
    return facts_of_all([file])[file.file_id]


def facts_of_all(files: Iterable[JoiningFile]) -> dict[uuid.UUID, Facts]:
    """The facts of many files: the same number of statements for one and for a thousand."""
    rows = list(files)
    ids = [file.file_id for file in rows]
    entries = _by_file(select(FileEntry).where(FileEntry.file_id.in_(ids), FileEntry.key.in_(_PROVING)))
    overrides = _by_file(select(FileOverride).where(FileOverride.file_id.in_(ids)))
    documents = _documents(ids)
    trained = trained_of(ids)
    promises = signed_promises(ids)
    changed = released_again_since()
    return {
        file.file_id: _facts(
            file, {row.key: row for row in entries[file.file_id]}, overrides[file.file_id],
            documents.get(file.file_id, ()), trained.get(file.file_id, Trained()),
            promises.get(file.file_id), changed,
        )
        for file in rows
    }


def _facts(
    file: JoiningFile, typed: dict[str, FileEntry], overrides: list[FileOverride],
    documents: tuple[MadeDocument, ...], trained: Trained, signed: PromiseInForce | None, changed: Any,
) -> Facts:
    value = {key: row.value for key, row in typed.items()}
    saved = [row.saved_at for key, row in typed.items() if key.startswith("council")]
    promise = signed or promise_entered(value)
    return Facts(
        applied_at=file.applied_at, confirmed_at=file.confirmed_at, admitted_at=file.admitted_at,
        refused_at=file.refused_at, withdrawn_at=file.withdrawn_at, council_needed=value.get("council_needed"),
        council_on=as_day(value.get("council_on")), council_reference=value.get("council_reference") or "",
        council_entered_at=max(saved, default=None), documents=documents,
        overrides={Step(row.step): _override(row) for row in overrides},
        released_again_since=changed, trained=trained.number, trained_needed=file.trained_needed,
        trained_last_at=trained.last_at,
        departments_without_training=tuple(name for name in promise.departments if name not in trained.departments),
        provisioned_at=file.provisioned_at, set_up_missing=tuple(file.set_up_missing),
        set_up_looked_at=file.set_up_looked_at,
        starts_at=file.starts_at, start_fixed_at=file.start_fixed_at, started_at=file.started_at,
    )


def _override(row: FileOverride) -> Override:
    return Override(
        reason=row.reason, first_name=row.first_name, first_at=row.first_at, second_name=row.second_name,
        second_at=row.second_at,
    )


def _documents(ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[MadeDocument, ...]]:
    copies: dict[tuple[uuid.UUID, int], list[SignedCopy]] = defaultdict(list)
    for copy in session().scalars(
        select(FileCopy).where(FileCopy.file_id.in_(ids)).order_by(FileCopy.uploaded_at, FileCopy.id)
    ):
        copies[copy.file_id, copy.document_id].append(_copy(copy))
    made: dict[uuid.UUID, list[MadeDocument]] = defaultdict(list)
    lines = session().execute(
        select(
            FileDocument.file_id, FileDocument.id, FileDocument.kind, FileDocument.made_at, FileDocument.text_version,
            FileDocument.state, FileDocument.superseded_at,
        )
        .where(FileDocument.file_id.in_(ids), FileDocument.preview.is_(False))
        .order_by(FileDocument.made_at, FileDocument.id)
    )
    for file_id, number, kind, made_at, version, state, superseded_at in lines:
        made[file_id].append(MadeDocument(
            kind=kind, id=number, made_at=made_at, text_version=version, state=str(state),
            superseded_at=superseded_at, copies=tuple(copies[file_id, number]),
        ))
    return {file_id: tuple(items) for file_id, items in made.items()}


def _copy(copy: FileCopy) -> SignedCopy:
    return SignedCopy(
        side=str(copy.side), state=str(copy.state), uploaded_at=copy.uploaded_at, checked_at=copy.checked_at,
        signatories=tuple(f"{one.get('name', '')}, {one.get('function', '')}".strip(", ") for one in copy.signatories),
        signed_on=copy.signed_on, finding=copy.finding, withdrawn_at=copy.withdrawn_at,
        withdrawn_reason=copy.withdrawn_reason,
    )


def _by_file(statement: Select[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in session().scalars(statement):
        found[row.file_id].append(row)
    return found
