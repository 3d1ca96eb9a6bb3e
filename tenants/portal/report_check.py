"""The last look before sending: everything once more, what is missing, and what others have reported nearby."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g
from flask_babel import format_decimal

from maerker.errors import Invalid, Problem
from maerker.wording import gettext as _
from maerker.wording import language
from tenants.places.words import nearest_place
from tenants.portal.presentation import place_in_words
from tenants.portal.report_mark import mark_of
from tenants.portal.report_steps import (
    CHECK,
    CONTACT,
    DONE,
    MATTER,
    PHOTOS,
    PLACE,
    Step,
    field_labels,
    see_other,
    show_again,
    show_step,
    step_of,
)
from tenants.profile.town import Town
from tenants.reports.actions import demand_own
from tenants.reports.drafts import TakenDraft, already_reported, content_shown, photos_of
from tenants.reports.models import ReportDraft
from tenants.reports.schemas import PlaceSchema


def first_gap(draft: ReportDraft, town: Town) -> Step | None:
    """The first step whose answers are missing or no longer fit; None when the report can be sent."""
    try:
        new = _held(draft).as_report(language())
    except Invalid as problem:
        return PLACE if PlaceSchema().validate(dict(draft.answers)) else step_of(problem.fields)
    category = town.category(new.category)
    return None if category and category.active else MATTER


def fits(draft: ReportDraft, town: Town) -> bool:
    """Whether the report can be sent as it is: complete, of a kind and place of this town, its point inside."""
    held = _held(draft)
    try:
        demand_own(held.as_report(language()), town, place_checked=held.place_checked)
    except Invalid:
        return False
    return True


def _held(draft: ReportDraft) -> TakenDraft:
    return TakenDraft(answers=draft.answers, photos=(), submission=draft.submission, started_at=draft.started_at)


def show_check(draft: ReportDraft, problem: Problem | None = None) -> Response:
    """The page with everything and the button that sends, or the first step where something is missing.

    `problem`: why it was not sent just now, which is said on this page in any case.
    """
    content = content_shown(draft)
    if draft.submitted_at is not None:
        return see_other(DONE)
    gap = first_gap(draft, g.town)
    if gap is not None and problem is None:
        return see_other(f"{gap.href}?aendern=1&fehlt=1")
    values = draft.answers
    more: dict[str, Any] = {
        "submission": draft.submission, "summary": summary(values, g.town), "photos": shown_photos(draft),
        "similar": similar_reports(values), "gets_mail": bool(values.get("email")),
        "seen": mark_of(draft, content) if content and gap is None and fits(draft, g.town) else "",
    }
    if problem is not None:
        return show_again(CHECK, problem, values=values, **more)
    return show_step(CHECK, values=values, **more)


def summary(values: Mapping[str, Any], town: Town) -> list[dict[str, str]]:
    """What was typed, label by label, each with the link that changes it."""
    labels = field_labels(town)
    street = " ".join(str(values[name]) for name in ("street", "house_number") if values.get(name))
    rows = [
        (PLACE, _("Straße und Hausnummer"), street),
        (PLACE, labels["district"], values.get("district", "")),
        (PLACE, labels["lat"], point_in_words(values, town)),
        (PLACE, labels["place_note"], values.get("place_note", "")),
        (MATTER, labels["category"], _(town.category_name(values.get("category", "")))),
        (MATTER, labels["description"], values.get("description", "")),
        (CONTACT, labels["email"], values.get("email", "")),
        (CONTACT, labels["name"], values.get("name", "")),
        (CONTACT, labels["phone"], values.get("phone", "")),
    ]
    always = {labels["email"], labels["description"], labels["category"]}
    return [
        {"label": label, "value": value or _("keine Angabe"), "href": f"{step.href}?aendern=1", "step": step.key}
        for step, label, value in rows
        if value or label in always
    ]


def point_in_words(values: Mapping[str, Any], town: Town) -> str:
    """'In der Nähe von Sandow (51,75634 Nord, 14,33285 Ost)', or nothing."""
    if values.get("lat") in (None, "") or values.get("lon") in (None, ""):
        return ""
    lat, lon = float(values["lat"]), float(values["lon"])
    north, east = (format_decimal(degrees, "0.00000") for degrees in (lat, lon))
    point = str(_("%(north)s Nord, %(east)s Ost", north=north, east=east))
    near = nearest_place(town, lat, lon)
    return f"{_('In der Nähe von %(place)s', place=near.name)} ({point})" if near else point


def shown_photos(draft: ReportDraft | None) -> list[dict[str, str]]:
    """The uploaded photos as the pages show them: only to the browser that sent them."""
    return [
        {
            "id": photo.file, "name": photo.name, "alt": photo.alt, "src": f"{PHOTOS.href}/{photo.file}",
            "thumb": f"{PHOTOS.href}/{photo.file}",
        }
        for photo in photos_of(draft)
    ]


def similar_reports(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Cards of open public reports of the same kind near the point: has it been reported already?"""
    if not values.get("category") or values.get("lat") is None or values.get("lon") is None:
        return []
    return [
        {
            "number": report.number, "href": f"/hinweise/{report.number}",
            "category_label": _(g.town.category_name(report.category)), "at": report.received_at, "state": report.state,
            "place": place_in_words(report),
        }
        for report in already_reported(values["category"], float(values["lat"]), float(values["lon"]))
    ]
