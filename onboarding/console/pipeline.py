"""The list of all joining files: whose turn it is, since when. By step, side, Landkreis, time and words."""

from flask import render_template, request

from maerker.clock import now
from maerker.web.access import may
from maerker.wording import gettext as _
from onboarding.applications.console_queries import Choice, Show, counts, districts, pipeline
from onboarding.console.blueprint import blueprint
from onboarding.console.words import SHOWS, SIDE_TONES, phase_words, since_words
from onboarding.operators.permissions import OperatorPermission
from onboarding.steps import RULE_OF, RULES, SIDE_LABELS, Side, Step

DAYS = (7, 14, 30, 90)


@blueprint.get("/")
@may(OperatorPermission.see_files)
def show_pipeline() -> str:
    choice, at = read_choice(), now()
    return render_template(
        "console/pipeline.html", shown=pipeline(choice, at=at), counts=counts(), choice=choice, at=at,
        typed=typed_choice(), selects=_selects(choice), shows=SHOWS, rules=RULE_OF, sides=SIDE_LABELS,
        side_tones=SIDE_TONES, phase_words=phase_words, since_words=since_words, Side=Side,
    )


def read_choice() -> Choice:
    """What the address asks for; what is no choice is no filter. Who searches by words searches everywhere."""
    typed = typed_choice()
    show = typed.get("show", Show.all.value if typed.get("q") else Show.running.value)
    return Choice(
        words=typed.get("q", ""), step=typed.get("step", ""), side=typed.get("side", ""),
        district=typed.get("district", ""), days=int(typed.get("days", 0)), show=Show(show),
        page=_number(request.args.get("seite", "")) or 1,
    )


def typed_choice() -> dict[str, str]:
    """The filters that stand in the address and mean something, for links that keep them."""
    given = {name: request.args.get(name, "").strip() for name in ("q", "show", "step", "side", "district", "days")}
    valid = {
        "q": bool(given["q"]) and given["q"].isprintable(), "show": given["show"] in set(Show),
        "step": given["step"] in set(Step), "side": given["side"] in set(Side),
        "district": bool(given["district"]) and given["district"].isprintable(),
        "days": 0 < _number(given["days"]) <= 3650,
    }
    return {name: value[:200] for name, value in given.items() if valid[name]}


def _selects(choice: Choice) -> list[dict[str, object]]:
    return [
        {"name": "step", "label": _("Schritt"), "value": choice.step,
         "options": [(rule.step.value, _(rule.label)) for rule in RULES]},
        {"name": "side", "label": _("Wer ist an der Reihe?"), "value": choice.side,
         "options": [(side.value, _(SIDE_LABELS[side])) for side in Side]},
        {"name": "district", "label": _("Landkreis"), "value": choice.district,
         "options": [(name, name) for name in districts()]},
        {"name": "days", "label": _("Wartet länger als"), "value": choice.days or "",
         "options": [(number, _("%(number)s Tage", number=number)) for number in DAYS]},
    ]


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 0
