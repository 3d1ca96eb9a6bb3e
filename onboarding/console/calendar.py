"""The calendar of starts: a month with its weeks, and what comes next."""

from datetime import date
from itertools import groupby

from flask import render_template, request

from maerker.clock import BERLIN, now
from maerker.web.access import may
from onboarding.applications.console_calendar import coming, month
from onboarding.console.blueprint import blueprint
from onboarding.operators.permissions import OperatorPermission


@blueprint.get("/kalender")
@may(OperatorPermission.see_files)
def show_calendar() -> str:
    at = now()
    today = at.astimezone(BERLIN).date()
    first = _month(request.args.get("monat", "")) or today.replace(day=1)
    weeks = [(week, list(starts)) for week, starts in groupby(coming(at), lambda start: start.day.isocalendar()[:2])]
    return render_template(
        "console/calendar.html", weeks=month(first), first=first, today=today, before=_shifted(first, -1),
        after=_shifted(first, 1), coming=weeks,
    )


def _month(typed: str) -> date | None:
    """The first day of a month given as 2027-01; None for anything else."""
    try:
        first = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None
    return first if len(typed) == 7 and 2009 <= first.year < 2100 else None


def _shifted(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
