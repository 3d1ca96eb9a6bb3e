"""From a Kommune's file to its own place on the platform, without typing anything twice."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import current_file, file_scope, tenant_scope
from maerker.errors import Invalid
from maerker.jobs.outbox import Posting
from maerker.settings import Settings
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.entries import is_for_both, values
from onboarding.applications.history import do_later, note
from onboarding.applications.models import FilePerson, FileRole, JoiningFile
from onboarding.applications.standing import restate
from onboarding.contracts.signed_promise import promise_in_force
from onboarding.provisioning.actions import NewPlace, NewTown, provision_tenant
from onboarding.provisioning.routing import departments_for
from onboarding.provisioning.slugs import proposed_slug, slug_problem
from onboarding.training.queries import trained_people
from tenants.departments.models import Department
from tenants.registry.models import Municipality, MunicipalityArea, Tenant
from tenants.registry.state_actions import plan_start
from tenants.staff.links import make_link
from tenants.staff.models import LinkPurpose, Role, StaffAccount, StaffMembership


@dataclass
class NewStaff:
    """Somebody of the file who gets an account. `trained_on`: the day from which the person may publish."""

    name: str
    email: str
    role: Role
    trained_on: date | None = None
    departments: list[str] = field(default_factory=list)


def provision_from_file(file_id: uuid.UUID, *, settings: Settings, by: Actor, at: datetime) -> uuid.UUID:
    """Make the Kommune's place from what its file says, and invite its people. Done twice, it is done once.

    Runs as the console; returns the tenant's id. Raises Invalid while the application is not admitted, or for an
    address that somebody else has taken meanwhile (field `slug`).
    """
    with file_scope(file_id):
        file = this_file()
        session().refresh(file, with_for_update=True)
        tenant = town_of(file)
        if tenant is not None and file.provisioned_at is not None:
            return tenant.id
        _demand_admitted(file)
        tenant_id = tenant.id if tenant is not None else _make_town(file, settings, by)
        if file.starts_at is not None and file.starts_at > at:
            plan_start(tenant_id, file.starts_at, at=at)
        staff = staff_of_file()
        with tenant_scope(tenant_id):
            invited = invite_missing(staff, settings, at=at)
        file.provisioned_at = at
        slug = session().scalar(select(Tenant.slug).where(Tenant.id == tenant_id))
        note("provisioned", by=by, at=at, step="set_up", host=f"{slug}.{settings.base_host}", number=invited)
        do_later(Posting("look_at_set_up", 0), Posting("mail_provisioned", 0), at=at)
        restate(at=at)
        return tenant_id


def town_of(file: JoiningFile) -> Tenant | None:
    """The town that belongs to a file, once it is made."""
    return session().scalars(select(Tenant).where(Tenant.municipality_id == file.municipality_id)).one_or_none()


def _demand_admitted(file: JoiningFile) -> None:
    if file.admitted_at is None or file.refused_at is not None or file.withdrawn_at is not None:
        raise Invalid(_("Eingerichtet wird eine Kommune erst, wenn ihr Antrag angenommen ist."))


def _make_town(file: JoiningFile, settings: Settings, by: Actor) -> uuid.UUID:
    municipality = session().get_one(Municipality, file.municipality_id)
    given = values()
    slug = given.get("slug") or proposed_slug(municipality)
    problem = slug_problem(slug, municipality.id)
    if problem:
        raise Invalid(problem, fields={"slug": problem})
    return provision_tenant(
        NewTown(
            municipality_id=municipality.id, slug=slug, name=municipality.name, name_dsb=municipality.name_dsb,
            base_host=settings.base_host, profile=_profile(given),
            departments=departments_for(given.get("departments") or [], given.get("editors_mailbox") or ""),
            places=_places(municipality.id),
        ),
        by=by,
    )


def _profile(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the town's profile that its file speaks of; what nobody said keeps its default."""
    same = ("official_name", "street", "postal_code", "city", "phone", "email", "head_title", "editors_mailbox")
    profile = {key: given[key] for key in same if given.get(key)}
    if is_for_both(str(profile.get("head_title", ""))):  # nobody has said yet which one it is: the imprint asks for it
        profile.pop("head_title")
    elif profile.get("head_title") and given.get("head_name"):  # the imprint wants office and name
        profile["head_title"] = f"{profile['head_title']} {given['head_name']}"
    website = str(given.get("website") or "")
    if website:
        profile["website"] = website if website.startswith(("https://", "http://")) else f"https://{website}"
    if given.get("head_name"):
        profile["responsible"] = f"{given['head_name']}, {given.get('head_title') or ''}".strip(", ")
    contact = _privacy_contact()
    if contact:
        profile["privacy_contact"] = contact
    promise = promise_in_force(given)
    profile |= {"first_answer_days": promise.first_answer_days, "forwarding_days": promise.forwarding_days}
    if promise.departments:
        profile["texts"] = {"promise_extent": promise.extent_words}
    return profile


def _privacy_contact() -> str:
    person = next((one for one in _people() if FileRole.privacy.value in one.roles), None)
    if person is None:
        return ""
    parts = (person.name, person.function, person.email, person.phone and f"Telefon {person.phone}")
    return ", ".join(part for part in parts if part)


def _places(municipality_id: uuid.UUID) -> list[NewPlace]:
    """An Amt begins with its Gemeinden, each in the middle of its area. Ortsteile stand in no register we have."""
    areas = session().scalars(
        select(MunicipalityArea).where(MunicipalityArea.municipality_id == municipality_id)
        .order_by(func.lower(MunicipalityArea.name))
    ).all()
    if len(areas) < 2:
        return []
    return [
        NewPlace(area.name, area.name_dsb, (area.min_lat + area.max_lat) / 2, (area.min_lon + area.max_lon) / 2)
        for area in areas
    ]


def _people() -> list[FilePerson]:
    return list(session().scalars(
        select(FilePerson).where(FilePerson.removed_at.is_(None), FilePerson.let_in_at.is_not(None))
        .order_by(FilePerson.let_in_at, FilePerson.id)
    ))


def staff_of_file() -> list[NewStaff]:
    """Who gets an account: the contacts for technology and the subject administer, whoever was trained edits."""
    found: dict[str, NewStaff] = {}
    for wanted in (FileRole.technical, FileRole.subject):
        for person in _people():
            if wanted.value in person.roles:
                found.setdefault(person.email.lower(), NewStaff(person.name, person.email, Role.admin))
    for one in trained_people(current_file()):
        account = found.setdefault(one.email.lower(), NewStaff(one.name, one.email, Role.editor))
        account.trained_on, account.departments = one.trained_on, list(one.departments)
    return list(found.values())


def invite_missing(staff: list[NewStaff], settings: Settings, *, at: datetime) -> int:
    """In the town's scope: an account and a mailed invitation for everybody who has none. Returns how many.

    By column: the operator's role may neither write nor read a password, not even an empty one.
    """
    current = session()
    names = current.execute(select(StaffAccount.username, StaffAccount.email))
    known = {str(name).lower() for row in names for name in row}
    departments = {row.name: row.id for row in current.execute(select(Department.name, Department.id))}
    new = [person for person in staff if person.email.lower() not in known]
    for person in new:
        account_id = current.execute(
            insert(StaffAccount).values(
                username=person.email.lower(), display_name=person.name, email=person.email, role=person.role,
                trained_on=person.trained_on,
            ).returning(StaffAccount.id)
        ).scalar_one()
        for name in person.departments:
            if name in departments:
                current.execute(insert(StaffMembership).values(
                    account_id=account_id, department_id=departments[name]))
        make_link(account_id, LinkPurpose.invitation, settings, at=at)
    return len(new)
