"""How a public report is put before people: in lists, on its page, on the map."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g

from maerker.clock import BERLIN
from maerker.wording import gettext as _
from tenants.places import words
from tenants.portal.blueprint import blueprint
from tenants.profile.town import Town
from tenants.profile.words import in_town
from tenants.reports.reasons import unresolved_sentence
from tenants.reports.status import CLOSED, State

EXCERPT = 180


@dataclass(frozen=True, kw_only=True)
class Card:
    """A report in a list, as the macro `report_card` wants it; a removed one has no words."""

    number: str
    href: str
    category_key: str
    category_label: str
    place: str
    excerpt: str
    language: str
    at: datetime
    state: State
    removed: bool
    thumb: str = ""
    thumb_alt: str = ""
    answered: str = ""


def cards(rows: Iterable[Any], town: Town) -> list[Card]:
    """Rows of `public_queries` for a list."""
    return [_card(row, town) for row in rows]


def _card(row: Any, town: Town) -> Card:
    photo = row.photo or {}
    return Card(
        number=row.number, href=f"/hinweise/{row.number}", category_key=row.category,
        category_label=_(town.category_name(row.category)), place=place_in_words(row, town),
        excerpt=shortened(row.description), language=row.language, at=row.received_at,
        state=row.state, removed=row.removed,
        thumb=photo_address(row.number, 1, "thumb", photo["file"]) if photo else "",
        thumb_alt=photo.get("alt", ""), answered=shortened(row.answer or ""),
    )


def place_in_words(row: Any, town: Town | None = None) -> str:
    """'Bahnhofstraße 12, Sandow', or near which Ortsteil the point lies. Without `town`: the town of this host."""
    return words.place_in_words(row, town or g.town)


@blueprint.app_template_filter("in_town")
def _in_town(town: Town) -> str:
    """In a template: `{{ town|in_town }}` writes 'in Cottbus' or 'im Amt Peitz'."""
    return in_town(town.name, town.kind)


def shortened(words: str, length: int = EXCERPT) -> str:
    """The beginning of a text, cut between words."""
    line = " ".join(words.split())
    if len(line) <= length:
        return line
    kept = line[:length]
    return (kept.rpartition(" ")[0] if " " in kept[length // 2 :] else kept).rstrip(" ,;:-") + " …"


def photo_address(number: str, position: int, size: str, file: str) -> str:
    """Where a public photo is; another file has another address, so that browsers may keep each for long."""
    return f"/hinweise/{number}/fotos/{position}/{size}.jpg?v={zlib.crc32(file.encode()):08x}"


def gallery(number: str, photos: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The photos of a report for the macro `gallery`."""
    return [
        {
            "src": photo_address(number, n, "full", photo["file"]),
            "thumb": photo_address(number, n, "page", photo["file"]),
            "alt": photo.get("alt", ""), "width": photo.get("width"), "height": photo.get("height"),
        }
        for n, photo in enumerate(photos, start=1)
    ]


def history(row: Any) -> list[dict[str, Any]]:
    """What happened to a public report, in the order of time, for the macro `timeline`."""
    events: list[dict[str, Any]] = [{"at": row.received_at, "title": _("Hinweis eingegangen"), "text": ""}]
    events.append({"at": row.published_at, "title": _("Hinweis geprüft und veröffentlicht"), "text": ""})
    for answer in row.answers:
        state = State(answer["state"])
        events.append({
            "at": datetime.fromisoformat(answer["at"]), "title": answer_title(state), "text": answer["text"],
            "state": state, "kind": "public",
        })
    return events


def answer_above(
    events: list[dict[str, Any]], at: int | None
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The answer of a history that stands at the top of its page, and the history that leads up to it there.

    `at`: its place in the history; None while there is no answer.
    """
    if at is None:
        return None, events
    answer = events[at]
    pointer = {**answer, "text": "", "reason": "", "above": "#stand"}
    return answer, [*events[:at], pointer, *events[at + 1 :]]


def answer_title(state: State) -> str:
    """What an answer of the administration says, in a few words."""
    if state is State.done:
        return _("Antwort der Verwaltung: erledigt")
    if state is State.closed_unresolved:
        return _("Antwort der Verwaltung: abschließend bearbeitet")
    return _("Antwort der Verwaltung: in Arbeit")


def reason_in_words(row: Any) -> str:
    """Why nothing was mended, in a sentence, where the administration said so."""
    return unresolved_sentence(row.closed_reason) if row.state is State.closed_unresolved else ""


@dataclass(frozen=True)
class Expected:
    """By which day something may be expected; `passed` says that the day is over."""

    label: str
    day: datetime
    passed: bool


def expected(row: Any, at: datetime) -> Expected | None:
    """The day set for the work, or, before the first answer, the one promised for it."""
    if row.expected_at is None or row.state in CLOSED:
        return None
    label = _("Voraussichtlich erledigt bis") if row.answers else _("Antwort der Verwaltung bis")
    return expected_on(label, row.expected_at, at)


def expected_on(label: str, day: datetime, at: datetime) -> Expected:
    """As `expected`, for a day that is known; `day` is its first moment."""
    return Expected(label, day, at.astimezone(BERLIN) >= day.astimezone(BERLIN) + timedelta(1))
