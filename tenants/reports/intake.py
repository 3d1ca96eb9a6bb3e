"""How a new report is written: with its number, event, contact, photos and postings, in one statement.

The row that counts a town's numbers is locked from here to the commit. Being one statement, and the last before the
commit, makes that moment as short as it can be: on the day of a storm the reports of one town do not queue for it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from maerker.audit.actor import Actor
from maerker.database.direct import one_row
from tenants.reports.schemas import NewReport, StoredPhoto


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What belongs to a new report beside its words. `columns` are values of `reports`, `postings` kinds of jobs.

    `year` is that of the number; reports of a `trial` are counted apart and their numbers begin with P. `done_at` is
    None unless the postings count as finished (the demo's past).
    """

    year: int
    columns: Mapping[str, Any]
    postings: Sequence[str]
    done_at: datetime | None = None
    trial: bool = False


_REPORT = """
WITH counted AS (
    INSERT INTO report_numbers (year, trial, last) VALUES (%(year)s, %(trial)s, 1)
    ON CONFLICT (tenant_id, year, trial) DO UPDATE SET last = report_numbers.last + 1
    RETURNING year, trial, last
), report AS (
    INSERT INTO reports (
        number, trial, state, release, version, updated_at, submission, tracking_hash, received_at, channel, language,
        category, description, street, house_number, district, place_note, lat, lon, publication_due_at,
        first_answer_due_at, forwarding_due_at, next_due_at, calendar_version
    )
    SELECT
        CASE WHEN trial THEN 'P' ELSE '' END || year || '-' || lpad(last::text, 6, '0'), trial,
        'received', 'waiting', 1, CAST(%(received_at)s AS timestamptz), CAST(%(submission)s AS uuid),
        CAST(%(tracking_hash)s AS bytea), CAST(%(received_at)s AS timestamptz), %(channel)s, %(language)s,
        %(category)s, %(description)s, %(street)s, %(house_number)s, %(district)s, %(place_note)s,
        CAST(%(lat)s AS double precision), CAST(%(lon)s AS double precision),
        CAST(%(publication_due_at)s AS timestamptz), CAST(%(first_answer_due_at)s AS timestamptz),
        CAST(%(forwarding_due_at)s AS timestamptz), CAST(%(next_due_at)s AS timestamptz),
        CAST(%(calendar_version)s AS integer)
    FROM counted
    RETURNING id, number, received_at
), event AS (
    INSERT INTO report_events (report_id, at, verb, actor_kind, actor_id, actor_name, state_after, release_after)
    SELECT id, received_at, 'submit', %(actor_kind)s, CAST(%(actor_id)s AS bigint), %(actor_name)s,
        'received', 'waiting'
    FROM report
)"""

_CONTACT = """, contact AS (
    INSERT INTO report_contacts (report_id, name, email, phone) SELECT id, %(name)s, %(email)s, %(phone)s FROM report
)"""

_PHOTOS = """, pictured AS (
    INSERT INTO report_photos (report_id, position, file, original_name, alt)
    SELECT id, position, file, name, alt
    FROM report, json_to_recordset(CAST(%(photos)s AS json))
        AS photo (position integer, file text, name text, alt text)
    ORDER BY position
)"""

_POSTINGS = """, posted AS (
    INSERT INTO outbox (kind, subject_id, posted_at, done_at)
    SELECT kind, id, received_at, CAST(%(done_at)s AS timestamptz)
    FROM report, string_to_table(%(postings)s, ' ') WITH ORDINALITY AS posting (kind, turn)
    ORDER BY turn
)"""


def write_report(new: NewReport, intake: Intake, *, by: Actor) -> tuple[int, str]:
    """Its id and number. Raises IntegrityError if this submission has made a report before.

    Lists go as text: the driver takes longer for three of its arrays than PostgreSQL for all photos.
    """
    values = {
        **intake.columns, "year": intake.year, "trial": intake.trial, "done_at": intake.done_at,
        "postings": " ".join(intake.postings),
        "actor_kind": by.kind, "actor_id": by.id, "actor_name": by.name, "name": new.name, "email": new.email,
        "phone": new.phone, "photos": json.dumps(_as_rows(new.photos)),
    }
    row = one_row(_statement(contact=bool(new.name or new.email or new.phone), photos=bool(new.photos)), values)
    assert row is not None
    return row[0], row[1]


def _as_rows(photos: Sequence[StoredPhoto]) -> list[dict[str, str | int]]:
    return [
        {"position": position, "file": photo.file, "name": photo.name, "alt": photo.alt}
        for position, photo in enumerate(photos, 1)
    ]


@cache
def _statement(*, contact: bool, photos: bool) -> str:
    """With the tables that this report needs: PostgreSQL opens each one that is named, with all its indexes."""
    parts = (_REPORT, _CONTACT if contact else "", _PHOTOS if photos else "", _POSTINGS)
    return "".join(parts) + " SELECT id, number FROM report"  # noqa: S608 - all of it stands above
