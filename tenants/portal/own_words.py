"""The reporter's own report in words: what was promised, what happened, what others can see of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g

from maerker.wording import gettext as _
from tenants.portal.presentation import answer_title, place_in_words
from tenants.reports.actions import CONTACT_KEPT
from tenants.reports.corrections import CORRECTED
from tenants.reports.notices import day_in_words, moment_in_words
from tenants.reports.own_report import Clock, OwnReport, clocks
from tenants.reports.place_actions import PLACE_MOVED
from tenants.reports.reasons import reason_in_words
from tenants.reports.status import MOVES, OPEN, Release, State, Verb
from tenants.reports.still_there import STILL_THERE

WORDS_OF_PUBLIC_VERSION = frozenset(verb for verb, move in MOVES.items() if move.words_version)
ANSWERS = frozenset({Verb.answer, Verb.finish, Verb.close_unresolved, Verb.reopen})


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """Everything `portal/track.html` shows; addresses below `href` carry the code."""

    own: OwnReport
    href: str
    header: dict[str, Any]
    release_words: str
    promises: list[dict[str, Any]]
    history: list[dict[str, Any]]
    photos: list[dict[str, Any]]
    photos_waiting: int
    photos_failed: int
    may_say_still_there: bool
    contact_erased: bool
    """Whether so much time has passed that no contact data is left, whether or not there was any."""
    looked_at_by: str
    """The day by which it is looked at once more; empty if nothing of that kind waits."""


def own_page(own: OwnReport, code: str, at: datetime) -> OwnPage:
    """Put a report into words for its reporter."""
    row, href = own.row, f"/verfolgen/{code}"
    ready = [photo for photo in own.photos if photo.rendered_at and not photo.failed]
    return OwnPage(
        own=own, href=href, header=_header(own), release_words=_release_words(own),
        promises=[] if own.release is Release.rejected else [_promise(clock) for clock in clocks(row, own.steps, at)],
        history=[_step(step) for step in own.steps], photos=[_photo(photo, href) for photo in ready],
        photos_waiting=sum(1 for photo in own.photos if not photo.rendered_at),
        photos_failed=sum(1 for photo in own.photos if photo.failed), may_say_still_there=own.may_say_still_there(at),
        contact_erased=row.closed_at is not None and row.closed_at + CONTACT_KEPT <= at,
        looked_at_by=day_in_words(row.next_due_at) if own.told_still_there and row.next_due_at else "",
    )


def _header(own: OwnReport) -> dict[str, Any]:
    row = own.row
    return {
        "number": row.number, "category_key": row.category, "category_label": _(g.town.category_name(row.category)),
        "place": place_in_words(row), "at": row.received_at, "state": own.state,
    }


def _release_words(own: OwnReport) -> str:
    match own.release:
        case Release.waiting:
            return _("Ihr Hinweis wartet auf die Freigabe durch die Redaktion. Noch sieht ihn niemand sonst.")
        case Release.published:
            return _("Ihr Hinweis ist öffentlich zu lesen.")
        case Release.published_redacted:
            return _("Ihr Hinweis ist öffentlich zu lesen, in gekürzter Form.")
        case Release.not_public:
            return _("Ihr Hinweis wird bearbeitet, ohne veröffentlicht zu werden. Die Antworten sehen nur Sie hier.")
        case Release.rejected:
            return _("Ihr Hinweis wurde abgelehnt. Den Grund lesen Sie im Verlauf.")
        case Release.removed:
            if own.state in OPEN:
                return _("Ihr Hinweis ist nicht mehr öffentlich. Die Bearbeitung geht weiter.")
            return _("Ihr Hinweis ist nicht mehr öffentlich.")


def _promise(clock: Clock) -> dict[str, Any]:
    labels = {
        "publication": _("Geprüft und freigegeben"),
        "first_answer": _("Erste Antwort"),
        "forwarding": _("Weitergegeben, falls andere zuständig sind"),
    }
    not_needed = clock.name == "forwarding" and clock.stopped is not None and clock.status == "lapsed"
    words = _("nicht nötig: wir sind zuständig") if not_needed else _("bis %(day)s", day=moment_in_words(clock.due))
    at = None if not_needed else clock.due
    return {"label": labels[clock.name], "words": words, "status": clock.status, "at": at}


def _step(step: Any) -> dict[str, Any]:
    event: dict[str, Any] = {"at": step.at, "title": _step_title(step), "kind": "public", **_step_words(step)}
    if step.verb in ANSWERS:
        event["state"] = State(step.state_after)
    return event


def _step_title(step: Any) -> str:
    if step.verb in ANSWERS:
        return _("Der Hinweis wird wieder bearbeitet") if step.verb == Verb.reopen else answer_title(step.state_after)
    titles = {
        "submit": _("Hinweis eingegangen"),
        "place_set": _("Der Ort ist auf der Karte ergänzt"),
        PLACE_MOVED: _("Der Punkt auf der Karte ist berichtigt"),
        CORRECTED: _("Kategorie oder Adresse berichtigt"),
        Verb.publish: _("Geprüft und veröffentlicht"),
        Verb.publish_redacted: _("Geprüft und gekürzt veröffentlicht"),
        Verb.work_without_publishing: _("Geprüft, wird ohne Veröffentlichung bearbeitet"),
        Verb.reject: _("Abgelehnt"),
        Verb.take_back: _("Ablehnung zurückgenommen"),
        Verb.revise: _("Öffentliche Fassung geändert"),
        Verb.remove: _("Aus der Öffentlichkeit genommen"),
        Verb.restore: _("Wieder veröffentlicht"),
        Verb.accept: _("Angenommen und an den zuständigen Fachbereich gegeben"),
        STILL_THERE: _("Sie haben geschrieben, dass der Mangel noch da ist"),
        Verb.stand_by: _("Noch einmal nachgesehen: Es bleibt dabei"),
    }
    return titles[step.verb]


def _step_words(step: Any) -> dict[str, str]:
    """The reason and the words of the administration; a shortened text is shown elsewhere on the page."""
    return {
        "reason": _("Grund: %(reason)s.", reason=reason_in_words(step)) if step.reason else "",
        "text": "" if step.verb in WORDS_OF_PUBLIC_VERSION else step.public_text,
    }


def _photo(photo: Any, href: str) -> dict[str, Any]:
    return {
        "src": f"{href}/fotos/{photo.position}/full.jpg", "thumb": f"{href}/fotos/{photo.position}/page.jpg",
        "alt": photo.alt, "width": photo.width, "height": photo.height,
    }
