"""How the register of sub-processors changes: announced, objected to, and only then in effect (Art. 28 (2) DSGVO)."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select, text

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from maerker.wording import gettext as _
from onboarding.contracts.audit import note
from onboarding.contracts.file_models import CopyState, FileCopy, FileDocument
from onboarding.contracts.instance_facts import OBJECTION_DAYS
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.models import Subprocessor, SubprocessorChange
from onboarding.contracts.rows import Subprocessing
from onboarding.contracts.versions import SubprocessorState

LONGEST = 500


def register_subprocessor(new: Subprocessing, *, by: Actor, at: datetime) -> Subprocessor:
    """Enter a sub-processor as it works already, while no Kommune has signed an agreement yet.

    Afterwards each change is announced. Raises Invalid with a sentence for each field; Stale once there is a signed
    agreement.
    """
    problems = _problems(new)
    if problems:
        raise Invalid(fields=problems)
    _lock_register()
    if somebody_has_an_agreement():
        raise Stale(_("Es gibt schon unterschriebene Verträge. Bitte kündigen Sie die Änderung an."))
    row = _add(new, _next_number(), 1, SubprocessorState.active, by=by, at=at)
    note("subprocessor_registered", by=by, at=at, name=row.name)
    return row


def announce_subprocessor_change(
    *, what: str, new: Subprocessing | None, replaces_id: int | None = None, takes_effect_on: date,
    objection_days: int = OBJECTION_DAYS, by: Actor, at: datetime,
) -> SubprocessorChange:
    """Tell that a sub-processor will come, go, or work otherwise; the notices to the Kommunen are the caller's.

    `new` replaces the active row `replaces_id`, comes in addition (no `replaces_id`), or is None: that one goes.
    Objections are taken for `objection_days` days, the day of the announcement not counted; it takes effect after
    that. Raises Invalid with a sentence for each field, Stale if somebody else is changing that row already.
    """
    last_day = local_day(at) + timedelta(days=objection_days)
    problems = _problems(new) if new else {}
    if not 1 <= len(what.strip()) <= LONGEST:
        problems["what"] = _("Bitte sagen Sie in einem Satz, was sich ändert.")
    if objection_days < OBJECTION_DAYS:
        problems["objection_days"] = _("Die Verträge sagen mindestens %(n)s Tage zu.", n=OBJECTION_DAYS)
    elif takes_effect_on <= last_day:
        problems["takes_effect_on"] = _(
            "Wirksam werden kann es frühestens am Tag nach dem Ende der Einspruchsfrist, am %(day)s.",
            day=(last_day + timedelta(days=1)).strftime("%d.%m.%Y"),
        )
    if new is None and replaces_id is None:
        problems["name"] = _("Bitte sagen Sie, wer hinzukommt oder wer ausscheidet.")
    if problems:
        raise Invalid(fields=problems)
    _lock_register()
    former = None if replaces_id is None else _active(replaces_id)
    planned = None if new is None else _plan(new, former, by=by, at=at)
    change = SubprocessorChange(
        what=what.strip(), subprocessor_id=planned.id if planned else None, replaces_id=replaces_id, announced_at=at,
        announced_by=by.name, objection_days=objection_days, objections_until=last_day,
        takes_effect_on=takes_effect_on,
    )
    session().add(change)
    session().flush()
    note("subprocessor_change_announced", by=by, at=at, change=change.id, what=change.what)
    return change


def complete_subprocessor_change(change_id: int, *, by: Actor, at: datetime) -> bool:
    """Let a change take effect, once its day has come; a job does. For Kommunen that objected it does not.

    False: it was completed or withdrawn before. Raises NotThere; Stale before its day.
    """
    _lock_register()
    change = _change(change_id)
    if change.completed_at is not None or change.withdrawn_at is not None:
        return False
    if local_day(at) < change.takes_effect_on:
        raise Stale(_("Die Einspruchsfrist läuft noch."))
    if change.replaces_id is not None:
        former = session().get_one(Subprocessor, change.replaces_id)
        former.state, former.ended_on = SubprocessorState.ended, change.takes_effect_on
        session().flush()  # the former version ends before the new one begins
    if change.subprocessor_id is not None:
        row = session().get_one(Subprocessor, change.subprocessor_id)
        row.state, row.since = SubprocessorState.active, row.since or change.takes_effect_on
    change.completed_at = at
    session().flush()
    note("subprocessor_change_completed", by=by, at=at, change=change.id)
    return True


def withdraw_subprocessor_change(change_id: int, *, by: Actor, at: datetime) -> bool:
    """Take an announced change back. False: somebody had done so. Raises NotThere; Stale if it is in effect."""
    _lock_register()
    change = _change(change_id)
    if change.completed_at is not None:
        raise Stale(_("Diese Änderung ist schon wirksam."))
    if change.withdrawn_at is not None:
        return False
    change.withdrawn_at, change.withdrawn_by = at, by.name
    if change.subprocessor_id is not None:
        row = session().get_one(Subprocessor, change.subprocessor_id)
        row.state, row.ended_on = SubprocessorState.ended, local_day(at)
    session().flush()
    note("subprocessor_change_withdrawn", by=by, at=at, change=change.id)
    return True


def _problems(new: Subprocessing) -> dict[str, str]:
    sentences = {
        "name": _("Bitte geben Sie den Namen an."), "seat": _("Bitte geben Sie den Sitz an."),
        "country": _("Bitte geben Sie das Land an."), "service": _("Bitte nennen Sie die Leistung."),
        "data": _("Bitte sagen Sie, welche Daten betroffen sind."),
    }
    return {name: words for name, words in sentences.items() if not 1 <= len(getattr(new, name).strip()) <= LONGEST}


def _plan(new: Subprocessing, former: Subprocessor | None, *, by: Actor, at: datetime) -> Subprocessor:
    """The same name in place of the former row is its next version; another name is another sub-processor."""
    if former is None or former.name.casefold() != new.name.strip().casefold():
        return _add(new, _next_number(), 1, SubprocessorState.planned, by=by, at=at)
    newest = session().scalar(select(func.max(Subprocessor.version)).where(Subprocessor.number == former.number))
    return _add(new, former.number, (newest or 0) + 1, SubprocessorState.planned, by=by, at=at)


def _add(
    new: Subprocessing, number: int, version: int, state: SubprocessorState, *, by: Actor, at: datetime
) -> Subprocessor:
    row = Subprocessor(
        number=number, version=version, name=new.name.strip(), seat=new.seat.strip(), country=new.country.strip(),
        service=new.service.strip(), data=new.data.strip(), since=new.since, state=state, made_at=at, made_by=by.name,
    )
    session().add(row)
    session().flush()
    return row


def _active(row_id: int) -> Subprocessor:
    row = session().get(Subprocessor, row_id)
    if row is None:
        raise NotThere()
    running = select(func.count()).where(
        SubprocessorChange.replaces_id == row_id, SubprocessorChange.completed_at.is_(None),
        SubprocessorChange.withdrawn_at.is_(None),
    )
    if row.state is not SubprocessorState.active or session().scalar(running):
        raise Stale(_("Dieser Eintrag ist nicht mehr in Kraft, oder seine Änderung ist schon angekündigt."))
    return row


def _change(change_id: int) -> SubprocessorChange:
    found = select(SubprocessorChange).where(SubprocessorChange.id == change_id)
    change = session().scalars(found.execution_options(populate_existing=True)).one_or_none()
    if change is None:
        raise NotThere()
    return change


def somebody_has_an_agreement() -> bool:
    """Whether any Kommune has handed in a signed agreement: from then on each change is announced."""
    signed = (
        select(FileCopy.id)
        .join(FileDocument, (FileDocument.file_id == FileCopy.file_id) & (FileDocument.id == FileCopy.document_id))
        .where(FileDocument.kind == DocumentKind.data_processing_agreement, FileCopy.state == CopyState.accepted)
    )
    return session().scalars(signed.limit(1)).first() is not None


def _next_number() -> int:
    return (session().scalar(select(func.max(Subprocessor.number))) or 0) + 1


def _lock_register() -> None:
    """Two people change the register one after the other."""
    session().execute(text("SELECT pg_advisory_xact_lock(hashtext('subprocessors'))"))
