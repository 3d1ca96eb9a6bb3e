"""The record of what the operator's people did, to look something up: by person, act and day."""

from datetime import date

from flask import render_template, request

from maerker.web.access import may
from onboarding.console.accounts_words import act_words, detail_words
from onboarding.console.blueprint import blueprint
from onboarding.operators import audit
from onboarding.operators.permissions import OperatorPermission
from onboarding.operators.queries import names


@blueprint.get("/protokoll")
@may(OperatorPermission.see_audit)
def show_audit() -> str:
    typed = {name: request.args.get(name, "") for name in ("person", "act", "day")}
    known = names()
    shown = audit.entries(
        person=_number(typed["person"]), act=typed["act"], day=_day(typed["day"]),
        page=_number(request.args.get("seite", "")) or 1,
    )
    return render_template(
        "console/account_audit.html", shown=shown, typed=typed, names=known, act_words=act_words,
        detail_words=detail_words,
        people=sorted(((str(number), name) for number, name in known.items()), key=lambda item: item[1].casefold()),
        acts=sorted(((act, act_words(act)) for act in audit.acts_done()), key=lambda item: item[1].casefold()),
        nav_current="audit",
    )


def _number(typed: str) -> int | None:
    """A number that a person can have; anything else is no filter."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
