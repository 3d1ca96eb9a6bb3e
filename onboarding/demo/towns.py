"""The demo's towns, made as the gate makes them, and the passphrase that opens them."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from maerker.audit.actor import Actor
from maerker.clock import BERLIN
from maerker.database.base import session
from onboarding.demo.stories import DemoTown
from onboarding.demo.timing import closing_day
from onboarding.provisioning.actions import NewDepartment, NewPerson, NewPlace, NewTown, provision_tenant
from tenants.registry.catalogue import municipality_id
from tenants.registry.models import TenantState
from tenants.staff.models import Role, StaffAccount

_WORDS = [
    "ahorn", "amsel", "biber", "birke", "boot", "brise", "distel", "eiche", "elster", "erle", "falke", "farn", "fuchs",
    "garten", "hafen", "hase", "havel", "heide", "igel", "iltis", "kahn", "kanal", "kiefer", "kranich", "laterne",
    "linde", "lupine", "markt", "milan", "mohn", "moor", "nebel", "oder", "otter", "pappel", "quelle", "reiher",
    "rogen", "schleuse", "seerose", "spree", "storch", "tanne", "teich", "ufer", "ulme", "wacholder", "weide",
    "wiese", "zander",
]  # fmt: skip
_TRAINED_BEFORE = timedelta(days=210)


def new_passphrase() -> str:
    """Three words and two digits: easy to type, new for each data folder, and for the demonstration alone."""
    return "-".join([*(secrets.choice(_WORDS) for _ in range(3)), f"{secrets.randbelow(90) + 10}"])


def make_town(town: DemoTown, *, base_host: str, now: datetime, by: Actor) -> UUID:
    """Provision one town, live, with all its people, who cannot sign in yet. Returns its tenant id."""
    return provision_tenant(
        NewTown(
            municipality_id=municipality_id(town.municipality_ars),
            slug=town.slug,
            name=town.name,
            name_dsb=town.name_dsb,
            base_host=base_host,
            state=TenantState.live,
            profile=town.profile,
            departments=[_department(raw) for raw in town.departments],
            places=[NewPlace(raw["name"], raw["name_dsb"], raw["lat"], raw["lon"]) for raw in town.places],
            people=[_person(raw, now) for raw in town.people],
            closing_days={closing_day(now, days): reason for days, reason in town.closing_days.items()},
        ),
        by=by,
    )


def give_passwords(password_hash: str) -> None:
    """Everybody in the town in scope may sign in. Runs as the town: the operator's role sets no password.

    All have the one passphrase, so one hash serves them all: hashing for each would take longer than all the rest.
    """
    session().execute(update(StaffAccount).values(password_hash=password_hash))


def _department(raw: Any) -> NewDepartment:
    return NewDepartment(
        name=raw["name"],
        mailbox=raw["mailbox"],
        short_name=raw["short_name"],
        parent=raw["parent"],
        categories=tuple(raw["categories"]),
    )


def _person(raw: Any, now: datetime) -> NewPerson:
    return NewPerson(
        username=raw["username"],
        display_name=raw["display_name"],
        role=Role(raw["role"]),
        email=raw["email"],
        trained_on=(now - _TRAINED_BEFORE).astimezone(BERLIN).date(),
        departments=tuple(raw["departments"]),
    )
