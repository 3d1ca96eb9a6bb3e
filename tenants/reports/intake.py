"""How a new report is written: with its number, event, contact, photos and postings, in one statement.

The row that counts a town's numbers is locked from here to the commit. Being one statement, and the last before the
commit, makes that moment as short as it can be: on the day of a storm the reports of one town do not queue for it. A
started form that was checked when its last page was shown is taken in the same statement, so its words need not come
to this process at all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from maerker.audit.actor import Actor
from maerker.database.direct import one_row
from tenants.reports.drafts import CONTENT, EMPTY, CheckedDraft, token_hash
from tenants.reports.schemas import NewReport


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What belongs to a new report beside its words. `columns` are values of `reports` and the year of its number,
    `postings` kinds of jobs.

    Reports of a `trial` are counted apart and their numbers begin with P. `done_at` is None unless the postings count
    as finished (the demo's past).
    """

    columns: Mapping[str, Any]
    postings: Sequence[str]
    done_at: datetime | None = None
    trial: bool = False


# What of a report its reporter has typed, as the form names it.
WORDS = (
    "category", "description", "street", "house_number", "district", "place_note", "lat", "lon", "name", "email",
    "phone",
)

_GIVEN = """
WITH held AS (
    SELECT CAST(%(answers)s AS jsonb) AS answers, CAST(%(photos)s AS jsonb) AS photos
)"""

_TAKEN = f"""
WITH held AS (
    SELECT tenant_id, token_hash, answers, photos FROM report_drafts
    WHERE tenant_id = current_tenant() AND token_hash = %(token_hash)s AND submission = CAST(%(submission)s AS uuid)
        AND submitted_at IS NULL AND NOT trial AND started_at <= CAST(%(begun_by)s AS timestamptz)
        AND {CONTENT} = %(content)s
    FOR UPDATE
), emptied AS (
    {EMPTY}
)"""  # noqa: S608 - its parts are constants

_REPORT = """, counted AS (
    INSERT INTO report_numbers (year, trial, last)
    SELECT CAST(%(year)s AS integer), CAST(%(trial)s AS boolean), 1 FROM held
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
        answers->>'category', answers->>'description', coalesce(answers->>'street', ''),
        coalesce(answers->>'house_number', ''), coalesce(answers->>'district', ''),
        coalesce(answers->>'place_note', ''),
        CAST(answers->>'lat' AS double precision), CAST(answers->>'lon' AS double precision),
        CAST(%(publication_due_at)s AS timestamptz), CAST(%(first_answer_due_at)s AS timestamptz),
        CAST(%(forwarding_due_at)s AS timestamptz), CAST(%(next_due_at)s AS timestamptz),
        CAST(%(calendar_version)s AS integer)
    FROM held, counted
    RETURNING id, number, received_at
), event AS (
    INSERT INTO report_events (report_id, at, verb, actor_kind, actor_id, actor_name, state_after, release_after)
    SELECT id, received_at, 'submit', %(actor_kind)s, CAST(%(actor_id)s AS bigint), %(actor_name)s,
        'received', 'waiting'
    FROM report
), posted AS (
    INSERT INTO outbox (kind, subject_id, posted_at, done_at)
    SELECT kind, id, received_at, CAST(%(done_at)s AS timestamptz)
    FROM report, string_to_table(%(postings)s, ' ') WITH ORDINALITY AS posting (kind, turn)
    ORDER BY turn
)"""

_CONTACT = """, contact AS (
    INSERT INTO report_contacts (report_id, name, email, phone)
    SELECT id, coalesce(answers->>'name', ''), coalesce(answers->>'email', ''), coalesce(answers->>'phone', '')
    FROM report, held
)"""

_PHOTOS = """, pictured AS (
    INSERT INTO report_photos (report_id, position, file, original_name, alt)
    SELECT id, position, photo->>'file', coalesce(photo->>'name', ''), coalesce(photo->>'alt', '')
    FROM report, held, jsonb_array_elements(photos) WITH ORDINALITY AS one (photo, position)
    ORDER BY position
)"""


def write_report(new: NewReport, intake: Intake, *, by: Actor) -> tuple[int, str]:
    """Its id and number. Raises IntegrityError if this submission has made a report before."""
    words = {name: getattr(new, name) for name in WORDS}
    photos = [{"file": photo.file, "name": photo.name, "alt": photo.alt} for photo in new.photos]
    values = {"answers": json.dumps(words), "photos": json.dumps(photos), "submission": new.submission}
    has_contact = bool(new.name or new.email or new.phone)
    row = one_row(_statement(_GIVEN, has_contact, bool(photos)), {**values, **_values(intake, by)})
    assert row is not None
    return row[0], row[1]


def write_from_draft(draft: CheckedDraft, intake: Intake, *, by: Actor) -> tuple[int, str] | None:
    """The same with the words and photos of a started form, which is taken; None if it is not there as it was shown.

    Two sendings at once: the second waits here for the first, and then finds nothing to take.
    """
    values = {
        "token_hash": token_hash(draft.token), "submission": draft.submission, "content": draft.content,
        "begun_by": draft.begun_by, "at": intake.columns["received_at"],
    }
    row = one_row(_statement(_TAKEN, draft.has_contact, draft.has_photos), {**values, **_values(intake, by)})
    return None if row is None else (row[0], row[1])


def _values(intake: Intake, by: Actor) -> dict[str, Any]:
    """Lists go as text: the driver takes longer for an array than PostgreSQL for all of its rows."""
    return {
        **intake.columns, "trial": intake.trial, "done_at": intake.done_at,
        "postings": " ".join(intake.postings), "actor_kind": by.kind, "actor_id": by.id, "actor_name": by.name,
    }


@cache
def _statement(source: str, contact: bool, photos: bool) -> str:
    """With the tables that this report needs: PostgreSQL opens each one that is named, with all its indexes."""
    parts = (source, _REPORT, _CONTACT if contact else "", _PHOTOS if photos else "")
    return "".join(parts) + " SELECT id, number FROM report"  # noqa: S608 - all of it stands above
