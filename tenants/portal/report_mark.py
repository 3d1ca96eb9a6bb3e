"""The mark of the form's last page: what it showed was complete and checked, so sending needs no second look."""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from flask import current_app, g

from tenants.reports.models import ReportDraft

_SEAL, _CONTENT = 32, 64  # hexadecimal digits
_PHOTOS, _CONTACT, _EMAIL = 1, 2, 4


@dataclass(frozen=True)
class Mark:
    """What a last page showed. `content` is the hash of it, `config_version` the town's by which it was checked."""

    content: str
    config_version: int
    has_photos: bool
    has_contact: bool
    has_email: bool


def mark_of(draft: ReportDraft, content: str) -> str:
    """For a started form that is complete and fits this town; `content` as `content_shown` gave it."""
    answers: Mapping[str, Any] = draft.answers
    holds = (
        (_PHOTOS if draft.photos else 0) + (_EMAIL if answers.get("email") else 0)
        + (_CONTACT if any(answers.get(name) for name in ("name", "email", "phone")) else 0)
    )
    shown = f"{content}{holds}{g.town.config_version:x}"
    return _seal(shown) + shown


def read_mark(given: str) -> Mark | None:
    """What the form says it showed; None unless this instance made the mark, for this town."""
    seal, shown = given[:_SEAL], given[_SEAL:]
    if len(shown) <= _CONTENT or not compare_digest(seal.encode(), _seal(shown).encode()):
        return None
    holds = int(shown[_CONTENT])
    return Mark(
        shown[:_CONTENT], int(shown[_CONTENT + 1:], 16), bool(holds & _PHOTOS), bool(holds & _CONTACT),
        bool(holds & _EMAIL),
    )


def _seal(shown: str) -> str:
    key: bytes = current_app.config["SETTINGS"].derive("seen", str(g.town.tenant_id), shown)
    return key.hex()[:_SEAL]
