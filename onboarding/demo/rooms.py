"""The rooms of two Kommunen that are not live yet: Bernau has set everything up, Spremberg is about to begin."""

import json
from datetime import datetime

from sqlalchemy import insert, select, update

from maerker.database.base import session
from onboarding.demo.joining import CONTENT
from onboarding.demo.towns import give_passwords
from tenants.categories.models import Category
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.profile.changes import raise_config_version
from tenants.reports.models import OutboxPosting


def open_rooms(password_hash: str, at: datetime) -> None:
    """In the town's scope: its people sign in with the passphrase; the mailed invitations are of the past."""
    give_passwords(password_hash)
    session().execute(update(OutboxPosting).where(OutboxPosting.done_at.is_(None)).values(done_at=at))


def furnish_bernau() -> None:
    """In Bernau's scope: mailboxes, a department for each category, Ortsteile, the data protection officer."""
    raw = json.loads(CONTENT.read_text(encoding="utf-8"))["bernau"]
    for name, mailbox in raw["mailboxes"].items():
        session().execute(update(Department).where(Department.name == name).values(mailbox=mailbox))
    rest = select(Department.id).where(Department.name == "Ordnungsamt").scalar_subquery()
    session().execute(update(Category).where(Category.department_id.is_(None)).values(department_id=rest))
    session().execute(insert(Place).values([
        {"name": name, "lat": lat, "lon": lon, "position": number}
        for number, (name, lat, lon) in enumerate(raw["places"])
    ]))
    raise_config_version()
