"""Where each document of a file stands, in one look: what the pages of both sides show."""

import enum
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import defer

from maerker.database.base import session
from onboarding.contracts.file_actions import SIGNED, UNSIGNED
from onboarding.contracts.file_models import CopySide, CopyState, DocumentState, FileCopy, FileDocument
from onboarding.contracts.kinds import KINDS, DocumentKind, KindOfDocument, SignedBy


class Stage(enum.StrEnum):
    """Where a document stands, in the order in which it goes."""

    none = "none"
    in_work = "in_work"
    failed = "failed"
    ready = "ready"
    to_sign = "to_sign"
    refused = "refused"
    checking = "checking"
    to_confirm = "to_confirm"
    countersign = "countersign"
    countersigning = "countersigning"
    done = "done"


@dataclass(frozen=True)
class DocumentLine:
    """One kind of document in a file: its current version with the signed copies, what is under way, what was."""

    kind: DocumentKind
    current: FileDocument | None = None
    under_way: FileDocument | None = None
    failed: FileDocument | None = None
    older: tuple[FileDocument, ...] = ()
    copies: tuple[FileCopy, ...] = ()
    older_copies: dict[int, tuple[FileCopy, ...]] = field(default_factory=dict)

    @property
    def what(self) -> KindOfDocument:
        return KINDS[self.kind]

    @property
    def is_signed(self) -> bool:
        return self.what.signed_by is not SignedBy.nobody

    @property
    def both_sign(self) -> bool:
        return self.what.signed_by is SignedBy.municipality_and_operator

    @property
    def stage(self) -> Stage:
        if self.under_way is not None:
            return Stage.in_work
        if self.current is None:
            return Stage.failed if self.failed is not None else Stage.none
        return _stage_of(self)

    def newest(self, side: str) -> FileCopy | None:
        """The newest copy of one side that was not withdrawn."""
        return next((one for one in reversed(self.copies)
                     if one.side == side and one.state is not CopyState.withdrawn), None)


def document_lines(kinds: Iterable[DocumentKind] = (*SIGNED, *UNSIGNED)) -> list[DocumentLine]:
    """Each kind of document of the current file, in two statements."""
    wanted = list(kinds)
    rows: dict[str, list[FileDocument]] = defaultdict(list)
    for row in session().scalars(
        select(FileDocument)
        .where(FileDocument.kind.in_([str(kind) for kind in wanted]), FileDocument.preview.is_(False))
        .order_by(FileDocument.id).options(defer(FileDocument.data))
    ):
        rows[row.kind].append(row)
    copies: dict[int, list[FileCopy]] = defaultdict(list)
    for copy in session().scalars(select(FileCopy).order_by(FileCopy.uploaded_at, FileCopy.id)):
        copies[copy.document_id].append(copy)
    return [_line(kind, rows[str(kind)], copies) for kind in wanted]


def line_of(document: FileDocument) -> DocumentLine:
    """The line to which a document belongs."""
    return document_lines([DocumentKind(document.kind)])[0]


def to_confirm() -> list[tuple[FileCopy, FileDocument]]:
    """What waits for the operator's eyes, over all files in sight, the oldest first."""
    rows = session().execute(
        select(FileCopy, FileDocument)
        .join(FileDocument, (FileDocument.file_id == FileCopy.file_id) & (FileDocument.id == FileCopy.document_id))
        .where(FileCopy.state == CopyState.to_confirm, FileDocument.superseded_at.is_(None))
        .order_by(FileCopy.uploaded_at, FileCopy.id)
    )
    return [(copy, document) for copy, document in rows]


def _line(kind: DocumentKind, rows: list[FileDocument], copies: dict[int, list[FileCopy]]) -> DocumentLine:
    ready = [row for row in rows if row.state is DocumentState.ready]
    current = next((row for row in reversed(ready) if row.superseded_at is None), None)
    asked = next((row for row in reversed(rows) if row.state is DocumentState.requested), None)
    last = rows[-1] if rows else None
    failed = last if last is not None and last.state is DocumentState.failed else None
    older = tuple(row for row in reversed(ready) if row is not current)
    return DocumentLine(
        kind, current, asked, failed, older, tuple(copies[current.id]) if current else (),
        {row.id: tuple(copies[row.id]) for row in older},
    )


def _stage_of(line: DocumentLine) -> Stage:
    if not line.is_signed:
        return Stage.ready
    own, theirs = line.newest(CopySide.municipality), line.newest(CopySide.operator)
    if own is None:
        return Stage.to_sign
    if own.state is not CopyState.accepted:
        return Stage(str(own.state))
    if line.both_sign and (theirs is None or theirs.state is not CopyState.accepted):
        under_way = theirs is not None and theirs.state in (CopyState.checking, CopyState.to_confirm)
        return Stage.countersigning if under_way else Stage.countersign
    return Stage.done
