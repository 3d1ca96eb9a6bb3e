"""The record of what the operator's people did: written by `note`, read by the page `/protokoll`.

`account_id` of a row is whose account it is about; `details.by` is who did it, if that was someone else: the id of a
colleague, or `system` for the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, cast, func, insert, or_, select
from sqlalchemy.types import Text

from maerker.audit.actor import Actor
from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.wording import marked
from onboarding.operators.models import OperatorAudit

PER_PAGE = 50
ACTS: dict[str, str] = {
    "account_created": marked("Konto angelegt"),
    "account_disabled": marked("Konto gesperrt"),
    "account_enabled": marked("Konto entsperrt"),
    "account_invited": marked("Eingeladen"),
    "access_renewed": marked("Zugang zurückgesetzt, neuer Link ausgegeben"),
    "codes_issued": marked("Notfallcodes erzeugt"),
    "invitation_accepted": marked("Passwort über den Link gesetzt"),
    "passkey_added": marked("Passkey hinzugefügt"),
    "passkey_removed": marked("Passkey entfernt"),
    "password_changed": marked("Passwort geändert"),
    "attendance_noted": marked("Teilnahme an einer Schulung eingetragen"),
    "attendance_undone": marked("Teilnahme an einer Schulung zurückgenommen"),
    "course_added": marked("Kurs angelegt"),
    "course_changed": marked("Kurs geändert"),
    "course_date_added": marked("Schulungstermin geplant"),
    "course_date_cancelled": marked("Schulungstermin abgesagt"),
    "course_date_changed": marked("Schulungstermin geändert"),
    "course_offered_again": marked("Kurs wieder angeboten"),
    "course_retired": marked("Kurs nicht mehr angeboten"),
    "tests_reminded": marked("An offene Selbsttests erinnert"),
    "countersigned": marked("Für den Betreiber unterschrieben"),
    "proof_accepted": marked("Unterschriebene Fassung angenommen"),
    "proof_refused": marked("Unterschriebene Fassung abgelehnt"),
    "proof_taken_back": marked("Nachweis zurückgenommen"),
    "domain_added": marked("Eigene Domain eingeschaltet"),
    "domain_removed": marked("Eigene Domain abgeschaltet"),
    "provision_tenant": marked("Kommune eingerichtet"),
    "role_changed": marked("Rolle geändert"),
    "second_factor_refused": marked("Zweite Stufe abgewiesen"),
    "sessions_revoked": marked("Anmeldungen beendet"),
    "sign_in_refused": marked("Anmeldung abgewiesen"),
    "signed_in": marked("Angemeldet"),
    "signed_out": marked("Abgemeldet"),
    "platform_change_declared": marked("Wesentliche Änderung erklärt"),
    "subprocessor_change_announced": marked("Änderung eines Unterauftragsverarbeiters angekündigt"),
    "subprocessor_change_completed": marked("Änderung eines Unterauftragsverarbeiters wirksam"),
    "subprocessor_change_withdrawn": marked("Angekündigte Änderung zurückgenommen"),
    "subprocessor_registered": marked("Unterauftragsverarbeiter eingetragen"),
    "text_discarded": marked("Entwurf eines Textes zurückgezogen"),
    "text_drafted": marked("Entwurf eines Textes geschrieben"),
    "text_released": marked("Text freigegeben"),
    "trust_anchor_added": marked("Zertifikat auf die Vertrauensliste genommen"),
    "trust_anchor_removed": marked("Zertifikat von der Vertrauensliste genommen"),
    "file_admitted": marked("Antrag angenommen"),
    "file_link_sent_again": marked("Person der Kommune einen neuen Link gesendet"),
    "file_person_invited": marked("Person der Kommune eingeladen"),
    "file_person_let_in": marked("Person der Kommune in die Akte eingelassen"),
    "file_refused": marked("Antrag abgelehnt"),
    "file_reminded": marked("Kommune erinnert"),
    "files_exported": marked("Liste der Akten als CSV geladen"),
    "municipality_added": marked("Kommune ins Verzeichnis aufgenommen"),
    "override_agreed": marked("Ausnahme zugelassen"),
    "override_declined": marked("Ausnahme nicht zugelassen"),
    "override_proposed": marked("Ausnahme vorgeschlagen"),
    "start_cancelled": marked("Starttermin aufgehoben"),
    "start_fixed": marked("Starttermin festgelegt"),
    "trained_needed_changed": marked("Zahl nötiger geschulter Personen geändert"),
    "town_paused": marked("Kommune pausiert"),
    "town_resumed": marked("Pause der Kommune beendet"),
    "trial_begun": marked("Probebetrieb begonnen"),
    "wished_start_set": marked("Gewünschten Start eingetragen"),
    "totp_replaced": marked("Neue App verbunden"),
    "totp_set_up": marked("App verbunden"),
    "verified_again": marked("Zweite Stufe erneut bestätigt"),
}
"""What each act is called on the page. An act of another part is added here, or shown by its name."""


@dataclass(frozen=True)
class Entry:
    """One act. `who` did it, `whom` it was about if that is another person; ids, None for the command line."""

    id: int
    at: datetime
    act: str
    who: int | None
    whom: int | None
    details: dict[str, Any]


@dataclass(frozen=True)
class Page:
    entries: Sequence[Entry]
    page: int
    pages: int
    number: int


def note(act: str, *, by: Actor, at: datetime, **details: Any) -> None:
    """Append what someone of the operator's people did. Details are ids and short facts, nothing of a citizen."""
    kept = {key: value for key, value in details.items() if value not in ("", None)}
    session().execute(insert(OperatorAudit).values(
        at=at, account_id=by.id if by.kind == "operator" else None, act=act, details=kept
    ))


def entries(*, person: int | None = None, act: str = "", day: date | None = None, page: int = 1) -> Page:
    """The newest acts first, fifty a page. `day` is a day in Berlin."""
    rows = OperatorAudit
    chosen = _chosen(select(rows.id), person, act, day)
    number = session().scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-number // PER_PAGE))
    at_page = min(max(1, page), pages)
    found = session().scalars(
        _chosen(select(rows), person, act, day).order_by(rows.at.desc(), rows.id.desc())
        .limit(PER_PAGE).offset((at_page - 1) * PER_PAGE)
    )
    return Page([_entry(row) for row in found], at_page, pages, number)


def latest_of(account_id: int, most: int = 8) -> list[Entry]:
    """What happened last to one account."""
    rows = OperatorAudit
    found = session().scalars(
        select(rows).where(rows.account_id == account_id).order_by(rows.at.desc(), rows.id.desc()).limit(most)
    )
    return [_entry(row) for row in found]


def acts_done() -> list[str]:
    """Which acts there are in the record, for the choice on the page."""
    return sorted(session().scalars(select(OperatorAudit.act).distinct()))


def _chosen(statement: Select[Any], person: int | None, act: str, day: date | None) -> Select[Any]:
    rows = OperatorAudit
    if person is not None:
        by = cast(rows.details["by"].astext, Text)
        statement = statement.where(or_(rows.account_id == person, by == str(person)))
    if act:
        statement = statement.where(rows.act == act)
    if day is not None:
        start = datetime.combine(day, time(), BERLIN)
        statement = statement.where(rows.at >= start, rows.at <= datetime.combine(day, time.max, BERLIN))
    return statement


def _entry(row: OperatorAudit) -> Entry:
    by = row.details.get("by", "")
    who = row.account_id if by in ("", "operator") else by if isinstance(by, int) else None
    return Entry(row.id, row.at, row.act, who, row.account_id if row.account_id != who else None, row.details)
