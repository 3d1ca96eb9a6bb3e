"""The steps of the report form, and how one of them is shown: empty, with what is kept, or again with what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, g, make_response, render_template, request

from maerker.application import client_address
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Problem, TooMany
from maerker.identity.sessions import new_token
from maerker.web.cookies import FORM, read_cookie
from maerker.web.guard import form_binding
from maerker.web.limits import Allowance, Limits
from maerker.wording import gettext as _
from maerker.wording import lazy, marked
from tenants.places.words import district_label
from tenants.portal.surroundings import pause_message, takes_reports
from tenants.profile.town import Town
from tenants.registry.models import TenantState
from tenants.reports.drafts import find_draft, keep_answers
from tenants.reports.models import ReportDraft
from tenants.reports.trial import is_before_start

View = TypeVar("View", bound=Callable[..., Any])
START = "/hinweise/neu"
BACK_TO_START = f"{START}?zurueck=1"  # from a later step, so that nobody is told what they have just begun
DONE = "/hinweise/neu/danke"
CLEAR = f"{START}/loeschen"


@dataclass(frozen=True)
class Step:
    """One page of the form. `fields` are the names it asks for, in their order on the page."""

    key: str
    label: Any
    href: str
    fields: tuple[str, ...]

    @property
    def template(self) -> str:
        return f"portal/report/{self.key}.html"


PLACE = Step(
    "place", lazy("Ort"), START, ("ausserhalb", "street", "house_number", "district", "place_note", "lat", "lon")
)
MATTER = Step("matter", lazy("Anliegen"), f"{START}/anliegen", ("category", "description"))
PHOTOS = Step("photos", lazy("Fotos"), f"{START}/fotos", ("photos",))
CONTACT = Step("contact", lazy("Kontakt"), f"{START}/kontakt", ("email", "name", "phone"))
CHECK = Step("check", lazy("Prüfen und absenden"), f"{START}/pruefen", ())
STEPS = (PLACE, MATTER, PHOTOS, CONTACT, CHECK)


class FormClosed(Problem):
    """The town takes no reports at present."""

    status = 403
    title = marked("Das Formular ist geschlossen")


def while_open(view: View) -> View:
    """The form is there while the town takes reports; otherwise a page says why not, and what can still be read."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if takes_reports(g.town):
            return view(*args, **kwargs)
        body = render_template("portal/report/closed.html", message=closed_sentence(g.town), notices=[])
        return make_response(body, 200 if request.method == "GET" else FormClosed.status)

    return guarded  # type: ignore[return-value]


def closed_sentence(town: Town) -> str:
    """Why no report can be sent; a pausing town may say it in its own words."""
    if town.state is TenantState.paused:
        return pause_message()
    if town.state in (TenantState.leaving, TenantState.closed):
        return str(_("Die Verwaltung nimmt hier keine Hinweise mehr entgegen."))
    return str(_("Die Verwaltung nimmt hier noch keine Hinweise entgegen."))


def current_draft(*, for_change: bool = False) -> ReportDraft | None:
    """The draft of the visitor's form cookie in this town; looking never begins one."""
    token = read_cookie(FORM)
    return find_draft(token, for_change=for_change) if token else None


def keep(answers: Mapping[str, Any]) -> None:
    """Keep a step's answers. The first ones begin a draft; after a sent report, or after a trial, a fresh one with a
    fresh cookie. A cookie from another page is set again, so that it lives as long as the draft.

    Raises TooMany when one address has begun very many.
    """
    draft = current_draft()
    token, trial = form_binding(), is_before_start(g.town)
    over = draft is not None and (draft.submitted_at is not None or draft.trial is not trial)
    if draft is None or over:
        _count_started_form()
        token = g.form_binding = new_token() if over else token
    keep_answers(token, answers, at=now(), trial=trial)


def draft_for_photos() -> ReportDraft | None:
    """The draft, held for a change; begun if there is none. None if it was sent at this very moment."""
    draft = current_draft(for_change=True)
    if draft is None:
        keep({})
        draft = find_draft(form_binding(), for_change=True)
    return None if draft is None or draft.submitted_at is not None else draft


def begin_again() -> Response:
    """To the first step, which says why: there is no draft for this browser, or no more."""
    return see_other(f"{START}?abgelaufen=1")


def lost_sentence() -> str:
    """Why a started report cannot be gone on with: its 24 hours are over, or the browser came without its cookie."""
    if read_cookie(FORM):
        return _(
            "Ihre angefangene Meldung ist nicht mehr gespeichert. Angefangene Meldungen werden nach 24 Stunden "
            "gelöscht. Bitte beginnen Sie noch einmal."
        )
    return _(
        "Ihr Browser hat den Cookie dieser Seite nicht mehr oder nimmt keinen an. Nur mit ihm finden wir wieder, was "
        "Sie auf früheren Seiten des Formulars eingegeben haben. Gesendet ist noch nichts. Bitte beginnen Sie noch "
        "einmal und erlauben Sie Cookies für diese Seite."
    )


def gap_sentence(step: Step, draft: ReportDraft) -> str:
    """Why a step is shown once more although the last one was reached, and what of the other steps is kept."""
    held = [item.label for item in STEPS if item is not step and any(map(draft.answers.get, item.fields))]
    if draft.photos:
        held.append(PHOTOS.label)
    why = _(
        "Bevor Sie den Hinweis absenden können, brauchen wir noch die Angaben auf dieser Seite. Sie waren nicht "
        "gespeichert, zum Beispiel weil Ihr Browser zwischendurch den Cookie dieser Seite verloren hat."
    )
    if not held:
        return why
    kept = ", ".join(str(label) for label in held)
    return f"{why} {_('Erhalten sind Ihre Angaben zu: %(steps)s.', steps=kept)}"


def _count_started_form() -> None:
    limits: Limits = current_app.extensions["maerker_limits"]
    most = current_app.config["SETTINGS"].rate_drafts_per_address
    limits.hit(
        Allowance("started-forms", most, 60), str(g.town.tenant_id), limits.hide(client_address()),
        explanation=_(
            "Von Ihrem Anschluss wurden in der letzten Stunde sehr viele Hinweise begonnen. Bitte versuchen Sie es "
            "später noch einmal. Ihre Eingaben stehen noch im Formular."
        ),
    )


def show_step(
    step: Step, *, values: Mapping[str, Any], errors: Mapping[str, Any] | None = None, sentence: str = "",
    status: int = 200, **more: Any,
) -> Response:
    """The page of a step. `errors` are sentences by field, `sentence` is what concerns the form as a whole."""
    index = STEPS.index(step)
    body = render_template(
        step.template, step=step, steps=[(str(item.label), _way_to(item)) for item in STEPS], index=index,
        back=_way_to(STEPS[index - 1]) if index else "", action=step.href + _change_mark(), values=values,
        errors=in_page_order(step, errors or {}), labels=field_labels(g.town), sentence=sentence,
        failed=bool(errors) or status >= 400, nav_current="new", places=place_options(g.town),
        categories=category_options(g.town), **more,
    )
    return make_response(body, status)


def show_again(step: Step, problem: Problem, *, values: Mapping[str, Any], **more: Any) -> Response:
    """The same step with what was typed, after something was refused; nothing of the request stays written."""
    session().rollback()
    sentence = "" if problem.fields else problem.explanation or _(problem.title)
    answer = show_step(
        step, values=values, errors=problem.fields, sentence=sentence, status=problem.status, **more
    )
    if isinstance(problem, TooMany):
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer


def refused_sentence() -> str:
    """What to say when a form came without its token: its cookie was lost, or never taken."""
    sentence = str(_(
        "Das Formular konnte nicht geprüft werden, zum Beispiel weil Ihr Browser den Cookie dieser Seite nicht mehr "
        "hat. Ihre Eingaben auf dieser Seite stehen noch da. Bitte senden Sie sie noch einmal ab. Wenn das wieder "
        "geschieht, erlauben Sie bitte Cookies für diese Seite."
    ))
    if read_cookie(FORM) or request.path == START:
        return sentence
    return f"{sentence} {_('Was Sie auf früheren Seiten eingegeben haben, fragen wir danach noch einmal.')}"


def go_on(step: Step) -> Response:
    """To the next step; to the last one for who came from there to change something."""
    following = CHECK if request.args.get("aendern") else STEPS[STEPS.index(step) + 1]
    return see_other(following.href)


def see_other(href: str) -> Response:
    """To a page of ours; without the page that browsers never show."""
    return Response(status=303, headers={"Location": href})


def step_of(fields: Mapping[str, Any]) -> Step:
    """The step that asks for the first of these fields."""
    return next((step for step in STEPS if any(name in step.fields for name in fields)), PLACE)


def in_page_order(step: Step, errors: Mapping[str, Any]) -> dict[str, Any]:
    """Errors in the order of the fields on the page, so that the summary reads like the page."""
    order = {name: n for n, name in enumerate(step.fields)}
    return dict(sorted(errors.items(), key=lambda item: order.get(item[0], len(order))))


def place_options(town: Town) -> list[tuple[str, str]]:
    """The town's places for the list, with both names where there are two."""
    return [
        (place.name, f"{place.name} / {place.name_dsb}" if place.name_dsb else place.name) for place in town.places
    ]


def category_options(town: Town) -> list[dict[str, str]]:
    """The kinds of report that the town takes at present, in its order."""
    return [
        {"value": category.key, "label": _(category.name), "icon": category.key, "hint": _(category.hint)}
        for category in town.categories if category.active
    ]


def field_labels(town: Town) -> dict[str, str]:
    """What the fields are called, in the summary of errors as on the page."""
    return {
        "street": _("Straße"), "house_number": _("Hausnummer"), "place_note": _("Hinweise zum Ort"),
        "district": district_label(town),
        "lat": _("Punkt auf der Karte"), "lon": _("Punkt auf der Karte"), "ausserhalb": _("Punkt auf der Karte"),
        "category": _("Kategorie"), "description": _("Beschreibung"), "photos": _("Fotos"),
        "email": _("E-Mail-Adresse"), "name": _("Name"), "phone": _("Telefonnummer"),
    }


def _way_to(step: Step) -> str:
    return BACK_TO_START if step is PLACE else step.href


def _change_mark() -> str:
    return "?aendern=1" if request.args.get("aendern") else ""
