"""Having documents made: previews to look at, documents to sign, the papers that nobody signs.

The joining application asks; the worker makes them (`file_jobs.py`). What was made never changes: a new version takes
the place of the old one, which stays readable.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.jobs.outbox import Posting
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.entries import values
from onboarding.applications.history import do_later, note
from onboarding.applications.models import JoiningFile
from onboarding.applications.standing import restate
from onboarding.contracts.file_facts import Missing, missing_for
from onboarding.contracts.file_models import DocumentState, FileDocument
from onboarding.contracts.kinds import KINDS, OF_THE_MUNICIPALITY, DocumentKind, SignedBy
from onboarding.contracts.queries import text_in_use
from onboarding.steps import RULES

SIGNED = tuple(kind for kind in OF_THE_MUNICIPALITY if KINDS[kind].signed_by is not SignedBy.nobody)
UNSIGNED = tuple(kind for kind in OF_THE_MUNICIPALITY if KINDS[kind].signed_by is SignedBy.nobody)
STEP_OF = {rule.document: str(rule.step) for rule in RULES if rule.document is not None}


class EntriesMissing(Invalid):
    """A document cannot be made yet: `missing` says which entries are empty."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(_("Für dieses Dokument fehlen noch Angaben."))
        self.missing = missing


def request_document(kind: DocumentKind, *, by: Actor, at: datetime) -> int:
    """Have the document made that is signed or kept. Asked twice, it is made once. Returns its id.

    Raises EntriesMissing, Invalid (not admitted yet, withdrawn, no text), NotThere for a kind a Kommune does not get.
    """
    if kind not in OF_THE_MUNICIPALITY:
        raise NotThere()
    file = _held()
    _demand_admitted(file)
    lacking = missing_for(kind, values())
    if lacking:
        raise EntriesMissing(lacking)
    under_way = _under_way(kind, preview=False)
    if under_way is not None:
        return under_way
    number = _ask_for(kind, preview=False, by=by, at=at)
    note("document_requested", by=by, at=at, step=STEP_OF.get(kind, ""), document=str(kind))
    restate(at=at)
    return number


def request_all_unsigned(*, by: Actor, at: datetime) -> list[int]:
    """Have all papers made that nobody signs, in one go. Raises as `request_document`, before any is asked for."""
    given = values()
    lacking = tuple(dict.fromkeys(one for kind in UNSIGNED for one in missing_for(kind, given)))
    if lacking:
        raise EntriesMissing(lacking)
    return [request_document(kind, by=by, at=at) for kind in UNSIGNED]


def request_preview(kind: DocumentKind, *, by: Actor, at: datetime) -> int:
    """Have a preview made, with lines where something is missing. It is erased after a day. Returns its id."""
    if kind not in OF_THE_MUNICIPALITY:
        raise NotThere()
    _held()
    under_way = _under_way(kind, preview=True)
    return under_way if under_way is not None else _ask_for(kind, preview=True, by=by, at=at)


def ask_again(document_id: int, *, by: Actor, at: datetime) -> int:
    """Have a document made anew that could not be made. Returns the new one's id."""
    failed = the_document(document_id)
    if failed.state is not DocumentState.failed:
        return failed.id
    kind = DocumentKind(failed.kind)
    return (request_preview if failed.preview else request_document)(kind, by=by, at=at)


def the_document(document_id: int) -> FileDocument:
    """A document of the current file. Raises NotThere."""
    row = session().scalars(select(FileDocument).where(FileDocument.id == document_id)).one_or_none()
    if row is None:
        raise NotThere()
    return row


def labels(kinds: Iterable[DocumentKind]) -> str:
    return ", ".join(_(KINDS[kind].label) for kind in kinds)


def _held() -> JoiningFile:
    """The file, held so that two presses of one button meet here."""
    file = this_file()
    session().execute(select(JoiningFile.file_id).where(JoiningFile.file_id == file.file_id).with_for_update())
    return file


def _demand_admitted(file: JoiningFile) -> None:
    if file.withdrawn_at is not None or file.refused_at is not None:
        raise Invalid(_("Der Antrag ruht. Solange werden keine Dokumente erstellt."))
    if file.admitted_at is None:
        raise Invalid(_("Der Betreiber hat Ihrem Antrag noch nicht zugestimmt. Eine Vorschau ist schon möglich."))


def _under_way(kind: DocumentKind, *, preview: bool) -> int | None:
    return session().scalars(
        select(FileDocument.id).where(
            FileDocument.kind == kind, FileDocument.preview == preview,
            FileDocument.state == DocumentState.requested,
        ).order_by(FileDocument.id.desc()).limit(1)
    ).first()


def _ask_for(kind: DocumentKind, *, preview: bool, by: Actor, at: datetime) -> int:
    try:
        text = text_in_use(kind)
    except NotThere:
        sentence = _("Für dieses Dokument gibt es noch keinen Text. Bitte wenden Sie sich an den Betreiber.")
        raise Invalid(sentence) from None
    number = session().scalars(
        insert(FileDocument).values(
            kind=str(kind), preview=preview, text_version=text.version, text_state=str(text.state), data={},
            state=DocumentState.requested, made_at=at, made_by=by.name,
        ).returning(FileDocument.id)
    ).one()
    do_later(Posting("make_document", number), at=at)
    return number
