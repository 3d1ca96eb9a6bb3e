"""The operator reminds people of a Kommune of what they are waited for, in own words or in proposed ones."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.jobs.outbox import Posting
from maerker.wording import gettext as _
from onboarding.applications.history import do_later, note
from onboarding.applications.models import FileEvent, FilePerson
from onboarding.applications.people import Membership, membership, people
from onboarding.steps import Side, Standing, StepNow

SHORTEST, LONGEST = 10, 3000


def who_can_be_reminded() -> list[FilePerson]:
    """Those who work in the current file, or were invited and have not come yet."""
    return [person for person in people() if membership(person) in (Membership.inside, Membership.invited)]


def proposed_words(steps: Iterable[StepNow]) -> str:
    """What the Kommune is waited for, as a letter would say it; empty when nothing waits for the Kommune."""
    lines = [
        "– " + _(step.rule.label) + ": " + " ".join(_(sentence) for sentence in step.missing)
        for step in steps
        if step.side is Side.municipality and step.standing in (Standing.open, Standing.reopened)
    ]
    if not lines:
        return ""
    return "\n".join((
        _("für Ihren Beitritt zum Maerker fehlt uns noch:"), "", *lines, "",
        _("Wenn Sie Hilfe brauchen oder mehr Zeit, antworten Sie bitte auf diese Nachricht oder rufen Sie uns an."),
    ))


def remind(person_ids: Iterable[int], words: str, *, by: Actor, at: datetime) -> None:
    """Mail these people of the current file; the words stand in the history, for both sides. Raises Invalid."""
    wanted = set(person_ids)
    chosen = [person for person in who_can_be_reminded() if person.id in wanted]
    problems = {}
    if not chosen:
        problems["people"] = _("Bitte wählen Sie, wer die Erinnerung bekommt.")
    if not SHORTEST <= len(words.strip()) <= LONGEST:
        problems["text"] = _("Bitte schreiben Sie zwischen %(least)s und %(most)s Zeichen.", least=SHORTEST,
                             most=LONGEST)
    if problems:
        raise Invalid(fields=problems)
    event = note("reminded", by=by, at=at, person=[person.name for person in chosen], text=words.strip())
    do_later(*(Posting("mail_reminder", person.id, event) for person in chosen), at=at)


def last_reminder() -> FileEvent | None:
    """When somebody was reminded last, by whom, with which words."""
    return session().scalars(
        select(FileEvent).where(FileEvent.act == "reminded").order_by(FileEvent.id.desc()).limit(1)
    ).one_or_none()
