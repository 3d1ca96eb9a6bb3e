"""After the end the reporter says that the defect is still there: the desk has the report once more (law 6).

The light stays as it is until somebody at the desk decides: takes it up again, or leaves it at that and says why.
"""

from datetime import datetime

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import due_after_working_days
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from maerker.jobs.outbox import Posting, post
from maerker.wording import gettext as _
from tenants.profile.town import Town
from tenants.reports.actions import CONTACT_KEPT, OUTBOX, date_contact
from tenants.reports.models import Report, ReportEvent
from tenants.reports.status import CLOSED
from tenants.reports.trial import hold_trial

STILL_THERE = "still_there"
SAID_WITHIN = CONTACT_KEPT
"""So long after the end it can be said: as long as there is an address to answer to."""
LONGEST = 1_000


def say_still_there(
    tracking: bytes, words: str, *, town: Town, by: Actor, at: datetime, postings_done: bool = False
) -> Report:
    """What the reporter found, for the desk alone, with the time of a first answer to decide on it.

    Raises NotThere, Invalid (no words, or more than 1,000 characters), Stale (not closed, or said already).
    """
    report = session().scalars(
        select(Report).where(Report.tracking_hash == tracking).with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if report is None:
        raise NotThere()
    if report.trial:
        hold_trial(town)
    if report.told_still_there:
        raise Stale(_("Das haben Sie uns schon geschrieben. Die Redaktion sieht noch einmal nach."))
    if report.state not in CLOSED or report.closed_at is None or at >= report.closed_at + SAID_WITHIN:
        raise Stale(_("Zu diesem Hinweis geht das nicht mehr. Bitte geben Sie einen neuen Hinweis."))
    if not words.strip():
        raise Invalid(fields={"still_there": _("Bitte schreiben Sie in einem Satz, was noch nicht in Ordnung ist.")})
    if len(words) > LONGEST:
        raise Invalid(fields={"still_there": _("Bitte kürzen Sie den Text auf 1.000 Zeichen.")})
    report.closed_at = None
    report.next_due_at = due_after_working_days(at, town.promise.first_answer_days, town.calendar)
    report.version += 1
    report.updated_at = at
    event = ReportEvent(
        report_id=report.id, at=at, verb=STILL_THERE, actor_kind=by.kind, actor_id=by.id, actor_name=by.name,
        state_before=report.state, state_after=report.state, release_before=report.release,
        release_after=report.release, department_id=report.department_id, internal_text=words.strip(),
    )
    session().add(event)
    session().flush()
    date_contact(report)
    post(OUTBOX, [Posting("mail_still_there", report.id, event.id)], at=at, done=postings_done)
    return report
