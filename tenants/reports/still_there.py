"""After the end the reporter says that the defect is still there: the desk has the report once more (law 6).

The light stays as it is until somebody at the desk decides: takes it up again, or leaves it at that and says why.
"""

from datetime import datetime

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import due_after_working_days
from maerker.errors import Invalid, Stale
from maerker.jobs.outbox import Posting, post
from maerker.wording import gettext as _
from tenants.profile.town import Town
from tenants.reports.actions import CONTACT_KEPT, OUTBOX, date_contact, report_behind, write_event
from tenants.reports.models import Report
from tenants.reports.status import CLOSED
from tenants.reports.step import Step

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
    report = report_behind(tracking, town=town)
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
    said = Step(version=report.version, internal_text=words)
    event = write_event(report, STILL_THERE, by=by, at=at, before=(report.state, report.release), step=said)
    date_contact(report)
    post(OUTBOX, [Posting("mail_still_there", report.id, event.id)], at=at, done=postings_done)
    return report
