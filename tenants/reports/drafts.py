"""Started forms: what a citizen has typed and uploaded so far, so that no step, reload or error loses it.

A draft is a row of the town, found by the hash of a random cookie value; another town's cookie finds nothing. It
goes with the sending (words and photos pass to the report) or after 24 hours.
"""

import hashlib
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import String, delete, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from maerker.database.base import session
from maerker.database.direct import one_row
from maerker.errors import Invalid
from tenants.reports.models import Publication, Report, ReportDraft, ReportPhoto
from tenants.reports.schemas import NewReport, NewReportSchema, StoredPhoto, sentences
from tenants.reports.status import OPEN

MOST_PHOTOS = 5
KEPT = timedelta(hours=24)
NEARBY_METRES = 100
_METRES_PER_DEGREE = 111_320
_SCHEMA = NewReportSchema()
_ANSWERS = frozenset(field.name for field in fields(NewReport)) - {"submission", "language", "channel", "photos"}


@dataclass(frozen=True, kw_only=True)
class DraftPhoto:
    """A photo uploaded with a started form. `file` names it in the town's storage, `format` is a media type."""

    file: str
    name: str
    bytes: int
    format: str
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class TakenDraft:
    """A draft at the moment of sending: what it held before it was emptied."""

    answers: Mapping[str, Any]
    photos: tuple[DraftPhoto, ...]
    submission: uuid.UUID
    started_at: datetime
    trial: bool = False
    content: str = ""

    @property
    def place_checked(self) -> bool:
        """Whether the place step found this very point inside the town."""
        return bool(self.answers.get("inside"))

    def as_report(self, language: str) -> NewReport:
        """The whole form, checked once more. Raises Invalid with the sentence for each field."""
        try:
            new: NewReport = _SCHEMA.load(
                {**self.answers, "submission": str(self.submission), "language": language, "channel": "web"}
            )
        except ValidationError as error:
            raise Invalid(fields=sentences(error)) from None
        return NewReport(**{**vars(new), "photos": self._stored_photos()})

    def as_checked(self, language: str) -> NewReport:
        """The whole form where the caller knows that these very answers have passed `as_report`."""
        return NewReport(
            **{name: value for name, value in self.answers.items() if name in _ANSWERS}, submission=self.submission,
            language=language, photos=self._stored_photos(),
        )

    def _stored_photos(self) -> tuple[StoredPhoto, ...]:
        return tuple(StoredPhoto(photo.file, photo.name, photo.alt) for photo in self.photos)


@dataclass(frozen=True, kw_only=True)
class CheckedDraft:
    """A started form as its last page showed it, complete. `content` is the hash of what it held (`content_shown`).

    It becomes a report as long as it holds just that, was not sent, is no trial's, and was begun by `begun_by`.
    """

    token: str
    submission: uuid.UUID
    content: str
    begun_by: datetime
    has_photos: bool
    has_contact: bool
    has_email: bool


@dataclass(frozen=True)
class SentReport:
    """What the page after sending tells: the number, by when something happens, whether a mail goes out."""

    number: str
    submission: uuid.UUID
    publication_due_at: datetime
    first_answer_due_at: datetime
    gets_mail: bool


def token_hash(token: str) -> bytes:
    """What the database keeps of the cookie's random value."""
    return hashlib.sha256(f"draft\x1f{token}".encode()).digest()


def find_draft(token: str, *, for_change: bool = False) -> ReportDraft | None:
    """The town's draft of this cookie; `for_change` holds it until the transaction ends, so that two uploads at
    once do not overwrite each other."""
    statement = select(ReportDraft).where(ReportDraft.token_hash == token_hash(token))
    if for_change:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session().scalars(statement).one_or_none()


def keep_answers(token: str, answers: Mapping[str, Any], *, at: datetime, trial: bool = False) -> None:
    """Keep what a step asked for; the first step begins the draft. What other steps keep stays.

    A form begun in a `trial` never becomes a real report.
    """
    statement = insert(ReportDraft).values(
        token_hash=token_hash(token), started_at=at, answers=dict(answers), submission=uuid.uuid4(), trial=trial
    )
    session().execute(statement.on_conflict_do_update(
        index_elements=[ReportDraft.tenant_id, ReportDraft.token_hash],
        set_={"answers": ReportDraft.answers.concat(statement.excluded.answers)},
        where=ReportDraft.submitted_at.is_(None),
    ))


def photos_of(draft: ReportDraft | None) -> tuple[DraftPhoto, ...]:
    """The photos uploaded so far, in their order."""
    return tuple(DraftPhoto(**photo) for photo in (draft.photos if draft else ()))


def keep_photos(draft: ReportDraft, photos: Sequence[DraftPhoto]) -> None:
    """Write the photos of a draft that was found `for_change`; more than five are a fault of the caller."""
    if len(photos) > MOST_PHOTOS:
        raise ValueError("a report has at most five photos")
    draft.photos = [asdict(photo) for photo in photos]
    session().flush()


# What a started form holds, as one value: whether it is still what somebody was shown.
CONTENT = "encode(sha256(convert_to(answers::text || photos::text, 'UTF8')), 'hex')"

EMPTY = (
    "UPDATE report_drafts d SET submitted_at = %(at)s, photos = '[]', answers ="
    " jsonb_build_object('mail', coalesce(held.answers->>'email', '') <> '') FROM held"
    " WHERE d.tenant_id = held.tenant_id AND d.token_hash = held.token_hash"
)

_TAKE = (
    "WITH held AS (SELECT tenant_id, token_hash, answers, photos, submission, started_at, trial,"  # noqa: S608
    f" {CONTENT} AS content FROM report_drafts"
    " WHERE tenant_id = current_tenant() AND token_hash = %(token_hash)s AND submission = %(submission)s"
    f" AND submitted_at IS NULL FOR UPDATE) {EMPTY}"
    " RETURNING held.answers, held.photos, held.submission, held.started_at, held.trial, held.content"
)


def content_shown(draft: ReportDraft) -> str:
    """The hash of what the draft holds (`CONTENT`), which is read anew at the same moment: for a page that shows it.

    Empty for a draft that has just been erased.
    """
    row = session().execute(
        select(ReportDraft, literal_column(CONTENT, String)).where(ReportDraft.token_hash == draft.token_hash)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return "" if row is None else row[1]


def take_draft(token: str, submission: uuid.UUID, *, at: datetime) -> TakenDraft | None:
    """Mark the draft as sent, empty it and hand over what it held; None if there is none or it was sent before.

    Two sendings at once: the second waits here for the first, and then finds nothing to take. If the report is
    refused afterwards, the transaction is rolled back and the draft is as it was.
    """
    values = {"token_hash": token_hash(token), "submission": submission, "at": at}
    row = one_row(_TAKE, values)
    if row is None:
        return None
    answers, photos, own_submission, started_at, trial, content = row
    return TakenDraft(
        answers=answers, photos=tuple(DraftPhoto(**photo) for photo in photos), submission=own_submission,
        started_at=started_at, trial=trial, content=content,
    )


def sent_report(draft: ReportDraft | None) -> SentReport | None:
    """The report that a sent draft became."""
    if draft is None or draft.submitted_at is None:
        return None
    row = session().execute(
        select(Report.number, Report.publication_due_at, Report.first_answer_due_at)
        .where(Report.submission == draft.submission)
    ).one_or_none()
    if row is None:
        return None
    return SentReport(row[0], draft.submission, row[1], row[2], bool(draft.answers.get("mail")))


def already_reported(category: str, lat: float, lon: float, *, most: int = 3) -> list[Publication]:
    """Open public reports of the same kind within about 100 metres, the nearest first."""
    height = NEARBY_METRES / _METRES_PER_DEGREE
    width = height / max(math.cos(math.radians(lat)), 0.01)
    away = func.power((Publication.lat - lat) / height, 2) + func.power((Publication.lon - lon) / width, 2)
    return list(session().scalars(
        select(Publication)
        .where(
            Publication.category == category, Publication.state.in_(OPEN), Publication.removed.is_(False),
            Publication.lat.between(lat - height, lat + height), Publication.lon.between(lon - width, lon + width),
            away <= 1,
        )
        .order_by(away, Publication.report_id).limit(most)
    ))


def names_in_use() -> set[str]:
    """The names of all uploads of the town in scope that a report or a started form holds."""
    held = session().scalars(select(ReportDraft.photos)).all()
    return {*session().scalars(select(ReportPhoto.file)), *(str(photo["file"]) for photos in held for photo in photos)}


def erase_old_drafts(at: datetime) -> list[str]:
    """Erase the drafts of the town in scope that were started more than 24 hours ago; runs as the eraser.

    Returns the names of files (area `photos`) that no report has taken over: to be deleted after the commit.
    """
    rows = session().scalars(
        delete(ReportDraft).where(ReportDraft.started_at <= at - KEPT).returning(ReportDraft.photos)
    )
    return [str(photo["file"]) for photos in rows for photo in photos]
