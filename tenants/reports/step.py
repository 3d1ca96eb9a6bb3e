"""What someone at the desk fills in for a move, and what the move needs of it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select

from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.wording import gettext as _
from tenants.departments.queries import can_be_asked
from tenants.reports.models import Publication, Report, ReportEvent, ReportPhoto, TrialPublication
from tenants.reports.status import Move, Verb


@dataclass(frozen=True, kw_only=True)
class Step:
    """What someone at the desk fills in for a move. `version` is the one the form was made from."""

    version: int
    public_text: str = ""
    internal_text: str = ""
    reason: str = ""
    department_id: int | None = None
    planned_for: date | None = None
    photo_ids: tuple[int, ...] | None = None
    alts: dict[int, str] = field(default_factory=dict)


def as_offered(move: Move, step: Step) -> Step:
    """Without what the form of this move does not ask for: nobody words an answer by a move that is none."""
    return replace(
        step, public_text=step.public_text if move.needs_public_text else "",
        reason=step.reason if move.reasons else "", planned_for=step.planned_for if move.offers_date else None,
    )


def demand_needed(move: Move, step: Step, report: Report, at: datetime) -> None:
    """Raises Invalid with the sentence for each field that the move needs and the form does not hold."""
    missing = {}
    if move.needs_public_text and not step.public_text.strip():
        missing["public_text"] = _("Bitte schreiben Sie, was die meldende Person lesen soll.")
    if move.needs_internal_text and not step.internal_text.strip():
        missing["internal_text"] = _("Die Notiz ist noch leer.")
    if move.reasons and step.reason not in move.reason_keys:
        missing["reason"] = _("Bitte wählen Sie einen Grund aus.")
    if move.needs_department and not can_be_asked(step.department_id):
        missing["department_id"] = _("Bitte wählen Sie einen Fachbereich aus.")
    if step.planned_for is not None and step.planned_for < at.astimezone(BERLIN).date():
        missing["planned_for"] = _("Das Datum liegt in der Vergangenheit.")
    if step.planned_for is not None and step.planned_for.year > at.year + 20:
        missing["planned_for"] = _("Das Datum liegt zu weit in der Zukunft.")
    if len(step.public_text) > 4000:
        missing["public_text"] = _("Bitte kürzen Sie den Text auf 4.000 Zeichen.")
    if missing:
        raise Invalid(fields=missing)
    match move.verb:
        case Verb.publish_redacted:
            _demand_shorter(report, step)
        case Verb.revise:
            _demand_another_version(report, step)
        case Verb.restore if step.reason == "passage_gone" and _same(step.public_text, report.public_text):
            raise Invalid(fields={"public_text": _("Dieser Text war so zu lesen. Bitte nehmen Sie die Stelle heraus.")})


def _demand_shorter(report: Report, step: Step) -> None:
    """Nobody reads that a text was shortened which was not. Raises Invalid."""
    if not _same(step.public_text, report.description):
        return
    usable = session().scalars(
        select(ReportPhoto.id).where(
            ReportPhoto.report_id == report.id, ReportPhoto.rendered_at.is_not(None), ReportPhoto.failed == "",
        )
    ).all()
    if set(usable) <= set(step.photo_ids or ()):
        raise Invalid(fields={"public_text": _(
            "Der Text ist noch unverändert, und alle Fotos sind ausgewählt. Bitte kürzen Sie etwas, oder "
            "veröffentlichen Sie den Hinweis, wie er ist."
        )})


def _demand_another_version(report: Report, step: Step) -> None:
    """The reporter is told of a change, and why: there is one, and it is what the reason says. Raises Invalid."""
    if step.reason == "restored" and not _same(step.public_text, report.description):
        raise Invalid(fields={"public_text": _("Dieser Text ist kürzer als der gemeldete. Bitte ergänzen Sie ihn.")})
    if _same(step.public_text, report.public_text) and public_photos(report) == _chosen_photos(report, step):
        raise Invalid(fields={"public_text": _("Text und Fotos sind noch dieselben wie bisher.")})


def public_photos(report: Report) -> dict[str, str]:
    """The photos of the public copy: file and description."""
    table = TrialPublication if report.trial else Publication
    own = (table.tenant_id == report.tenant_id, table.report_id == report.id)
    photos = session().scalar(select(table.photos).where(*own)) or []
    return {photo["file"]: photo["alt"] for photo in photos}


def _chosen_photos(report: Report, step: Step) -> dict[str, str]:
    rows = session().execute(
        select(ReportPhoto.id, ReportPhoto.file, ReportPhoto.alt).where(ReportPhoto.report_id == report.id)
    )
    return {file: step.alts.get(n, alt) for n, file, alt in rows if n in (step.photo_ids or ())}


def was_made(report: Report, event: ReportEvent, move: Move, step: Step, account_id: int) -> bool:
    """Whether this very form has been sent before: the second click of a double click."""
    said = (event.public_text, event.internal_text, event.reason, event.planned_for)
    return (
        event.verb == move.verb and event.actor_id == account_id
        and said == (step.public_text.strip(), step.internal_text.strip(), step.reason, day_set(step))
        and (not move.needs_department or event.department_id == step.department_id)
        and (not move.chooses_photos or public_photos(report) == _chosen_photos(report, step))
    )


def day_set(step: Step | None) -> datetime | None:
    """The begin of the day that a step announces for the work; a new answer replaces or takes back the last one's."""
    if step is None or step.planned_for is None:
        return None
    return datetime.combine(step.planned_for, datetime.min.time(), BERLIN)


def _same(one: str, other: str) -> bool:
    """Whether two texts differ in blanks alone."""
    return one.split() == other.split()
