"""Many Kommunen from a list (CSV): each line becomes a file and a place of its own, or is named with what is wrong.

For the move from another system, or for a Land that starts with all of its municipalities. Each line stands for
itself: what was done before stays, what is wrong is put right in the list, and the list is read once more.
"""

import csv
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from sqlalchemy import insert, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid, Problem
from maerker.settings import Settings
from maerker.wording import gettext as _
from onboarding.applications import actions
from onboarding.applications.entries import save_entry
from onboarding.applications.history import note
from onboarding.applications.models import FilePerson, FileRole, JoiningFile
from onboarding.applications.sections import ENTRY_OF
from onboarding.applications.standing import restate
from onboarding.provisioning.from_file import provision_from_file, town_of
from tenants.registry.kinds import KINDS
from tenants.registry.models import Municipality

NEEDED = ("ars", "contact_name", "contact_email")
OF_THE_MUNICIPALITY = ("name", "name_dsb", "kind", "district_name", "seat")
PEOPLE = {"technical": FileRole.technical, "privacy": FileRole.privacy, "press": FileRole.press}
COLUMNS = (
    *NEEDED, "contact_function", "contact_phone", *OF_THE_MUNICIPALITY,
    *(f"{role}_{what}" for role in PEOPLE for what in ("name", "email")), *ENTRY_OF,
)
"""What the first line of a list may name; departments are parted by `|`."""


@dataclass(frozen=True)
class LineDone:
    """What became of one line: `made`, `there` (nothing to do) or `refused` with the sentence."""

    line: int
    ars: str
    outcome: str
    host: str = ""
    problem: str = ""


def take_over(text: str, *, settings: Settings, by: Actor, at: datetime) -> Iterator[LineDone]:
    """Work through a list, line by line, each in its own transaction. Separators are semicolon or comma.

    Raises Invalid for a list whose first line cannot be understood; everything else is told per line.
    """
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")), delimiter=_separator(text))
    _demand_columns(rows.fieldnames or ())
    for row in rows:
        ars = (row.get("ars") or "").strip()
        try:
            made, host = _one({key: (value or "").strip() for key, value in row.items() if key}, settings, by, at)
            session().commit()
            yield LineDone(rows.line_num, ars, "made" if made else "there", host)
        except Problem as problem:
            session().rollback()
            yield LineDone(rows.line_num, ars, "refused", problem=sentence(problem))


def sentence(problem: Problem) -> str:
    """All that a refusal says, in one line."""
    fields = "; ".join(f"{name}: {words}" for name, words in problem.fields.items())
    return fields or problem.explanation or _(problem.title)


def _separator(text: str) -> str:
    first = text.splitlines()[0] if text.strip() else ""
    return ";" if first.count(";") >= first.count(",") else ","


def _demand_columns(given: Any) -> None:
    unknown = sorted(set(given) - set(COLUMNS))
    missing = [name for name in NEEDED if name not in given]
    if missing:
        raise Invalid(_("In der ersten Zeile fehlt: %(names)s.", names=", ".join(missing)))
    if unknown:
        raise Invalid(_("Diese Spalten kennt die Plattform nicht: %(names)s.", names=", ".join(unknown)))


def _one(row: Mapping[str, str], settings: Settings, by: Actor, at: datetime) -> tuple[bool, str]:
    municipality = _municipality(row)
    file_id = actions.file_of(municipality.id)
    if file_id is not None:
        with file_scope(file_id):
            file = actions.this_file()
            tenant = town_of(file)
            if tenant is not None and file.provisioned_at is not None:
                return False, f"{tenant.slug}.{settings.base_host}"
    file_id = file_id or _begin(municipality, row, by, at)
    provision_from_file(file_id, settings=settings, by=by, at=at)
    with file_scope(file_id):
        tenant = town_of(actions.this_file())
        return True, f"{tenant.slug}.{settings.base_host}" if tenant else ""


def _municipality(row: Mapping[str, str]) -> Municipality:
    """From the catalogue by its key; one that is not in it needs its name and kind in the list."""
    ars = row["ars"]
    known = session().scalars(select(Municipality).where(Municipality.ars == ars)).one_or_none()
    if known is not None:
        return known
    if not (ars.isascii() and ars.isdigit() and len(ars) in (5, 9, 12)):
        raise Invalid(fields={"ars": _("Ein Regionalschlüssel hat 5, 9 oder 12 Ziffern.")})
    given = {name: row.get(name, "") for name in OF_THE_MUNICIPALITY}
    if not given["name"] or given["kind"] not in KINDS:
        raise Invalid(fields={"ars": _(
            "Diese Kommune steht nicht im Verzeichnis. Nennen Sie name und kind (%(kinds)s).",
            kinds=", ".join(sorted(KINDS)),
        )})
    made = uuid.uuid4()
    session().execute(insert(Municipality).values(id=made, ars=ars, **given))
    return session().get_one(Municipality, made)


def _begin(municipality: Municipality, row: Mapping[str, str], by: Actor, at: datetime) -> uuid.UUID:
    """A file that the operator answers for: it is admitted, and its people come in by their own links."""
    applied = actions.apply(actions.Application(
        municipality_id=municipality.id, name=row["contact_name"], email=row["contact_email"],
        function=row.get("contact_function", ""), phone=row.get("contact_phone", ""),
    ), at=at)
    with file_scope(applied.file_id):
        file = session().scalars(select(JoiningFile).where(JoiningFile.file_id == applied.file_id)).one()
        file.confirmed_at = at
        session().get_one(FilePerson, (applied.file_id, applied.person_id)).let_in_at = at
        session().flush()
        note("taken_over", by=by, at=at, step="application")
        problems: dict[str, str] = {}
        for key in ENTRY_OF:
            if row.get(key):
                try:
                    save_entry(key, row[key].replace("|", "\n") if key == "departments" else row[key], by=by, at=at)
                except Invalid as problem:
                    problems.update(problem.fields)
        if problems:
            raise Invalid(fields=problems)
        for role, stands_for in PEOPLE.items():
            if row.get(f"{role}_email"):
                actions.invite(name=row.get(f"{role}_name", ""), email=row[f"{role}_email"], roles=[stands_for], by=by,
                               at=at)
        actions.admit(by=by, at=at)
        restate(at=at)
    return applied.file_id
