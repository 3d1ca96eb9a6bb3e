"""What the operator agrees with a Kommune by telephone: how many editors it trains, when it would like to start."""

from datetime import date, datetime

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.entries import as_day, save_entry, values
from onboarding.applications.history import note
from onboarding.applications.standing import restate

MOST_TRAINED = 50


def set_trained_needed(number: int, *, by: Actor, at: datetime) -> None:
    """How many trained editors this Kommune needs before its training counts as done. Raises Invalid."""
    if not 1 <= number <= MOST_TRAINED:
        raise Invalid(fields={"trained_needed": _("Bitte eine Zahl von %(least)s bis %(most)s.", least=1,
                                                  most=MOST_TRAINED)})
    file = this_file()
    if file.trained_needed != number:
        note("trained_needed_changed", by=by, at=at, step="training", before_number=file.trained_needed, number=number)
        file.trained_needed = number
        session().flush()
        restate(at=at)


def set_wished_start(day: date | None, *, by: Actor, at: datetime) -> None:
    """Write down the day on which the Kommune would like to start, as it said by telephone."""
    file = this_file()
    if as_day(values().get("wished_start")) != day:
        save_entry("wished_start", day.isoformat() if day else None, by=by, at=at)
        file.wished_start = day
        note("wished_start_changed", by=by, at=at, step="start_date", day=day.isoformat() if day else "")
        session().flush()
