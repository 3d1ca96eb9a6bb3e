"""The last look before sending: everything once more, what is missing, and what others have reported nearby."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, current_app, g
from flask_babel import format_decimal

from maerker.errors import Invalid, Problem
from maerker.wording import gettext as _
from maerker.wording import language
from tenants.places.words import nearest_place
from tenants.portal.presentation import place_in_words
from tenants.portal.report_steps import (
    CHECK,
    CONTACT,
    MATTER,
    PHOTOS,
    PLACE,
    Step,
    field_labels,
    show_again,
    show_step,
    step_of,
)
from tenants.profile.town import Town
from tenants.reports.drafts import DraftPhoto, TakenDraft, already_reported, photos_of
from tenants.reports.models import ReportDraft
from tenants.reports.schemas import PlaceSchema


def first_gap(draft: ReportDraft, town: Town) -> Step | None:
    """The first step whose answers are missing or no longer fit; None when the report can be sent."""
    held = TakenDraft(answers=draft.answers, photos=(), submission=draft.submission, started_at=draft.started_at)
    try:
        new = held.as_report(language())
    except Invalid as problem:
        return PLACE if PlaceSchema().validate(dict(draft.answers)) else step_of(problem.fields)
    category = town.category(new.category)
    return None if category and category.active else MATTER


def show_check(draft: ReportDraft, problem: Problem | None = None) -> Response:
    """The page with everything and the button that sends; `problem`: why it was not sent just now."""
    values = draft.answers
    more: dict[str, Any] = {
        "submission": draft.submission, "summary": summary(values, g.town), "photos": shown_photos(draft),
        "similar": similar_reports(values), "gets_mail": bool(values.get("email")),
        "seen": mark_of(values, photos_of(draft)) if problem is None or first_gap(draft, g.town) is None else "",
    }
    if problem is not None:
        return show_again(CHECK, problem, values=values, **more)
    return show_step(CHECK, values=values, **more)


def mark_of(answers: Mapping[str, Any], photos: Iterable[DraftPhoto]) -> str:
    """A mark of what the last page shows: sending asks whether it is still what will be sent.

    Only this instance can make it, and the page is shown when everything on it has been checked: so what is sent with
    its mark need not be checked once more.
    """
    shown = json.dumps([dict(answers), [photo.file for photo in photos]], sort_keys=True, default=str)
    mark: bytes = current_app.config["SETTINGS"].derive("seen", str(g.town.tenant_id), shown)
    return mark.hex()[:32]


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
