"""The facts of one joining file, as its documents are filled with them, and what is still missing for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.settings import Settings
from maerker.wording import marked
from onboarding.applications.actions import this_file
from onboarding.applications.entries import as_day, missing, values
from onboarding.applications.kommunen import KommuneLine, kommune_line
from onboarding.applications.models import FilePerson, FileRole, JoiningFile
from onboarding.applications.sections import SECTION_OF
from onboarding.contracts.facts import (
    Assessment,
    Contact,
    Contacts,
    Facts,
    Head,
    Municipality,
    Operator,
    Promise,
    Release,
    Signatory,
)
from onboarding.contracts.file_models import CopyState, DocumentState, FileCopy, FileDocument
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.queries import newest_platform_change
from onboarding.contracts.subprocessors import subprocessors_for


@dataclass(frozen=True)
class Missing:
    """Something that a document needs and nobody has said yet: where it is filled in, and what it is called there."""

    section: str
    key: str
    label: str


SECTIONS_OF_KIND: Mapping[DocumentKind, tuple[str, ...]] = {
    DocumentKind.accession_declaration: ("kommune", "vertretung"),
    DocumentKind.service_promise: ("kommune", "vertretung", "versprechen"),
    DocumentKind.data_processing_agreement: ("kommune", "vertretung"),
    DocumentKind.processing_release: ("kommune", "vertretung", "freigabe"),
    DocumentKind.privacy_notice: ("kommune",),
    DocumentKind.record_of_processing: ("kommune", "vertretung"),
    DocumentKind.retention_plan: ("kommune",),
    DocumentKind.accessibility_statement: ("kommune",),
}
CONTACT_ROLES = (FileRole.subject, FileRole.technical, FileRole.privacy, FileRole.press)
NO_PERSON = {
    FileRole.technical: marked("Ansprechperson für Technik"),
    FileRole.privacy: marked("Ansprechperson für Datenschutz"),
    FileRole.press: marked("Ansprechperson für die Presse"),
}
NAMED_IN: Mapping[DocumentKind, tuple[FileRole, ...]] = {
    DocumentKind.accession_declaration: (FileRole.technical, FileRole.privacy, FileRole.press),
    **dict.fromkeys((DocumentKind.data_processing_agreement, DocumentKind.processing_release,
                     DocumentKind.privacy_notice, DocumentKind.record_of_processing, DocumentKind.retention_plan),
                    (FileRole.privacy,)),
}


def missing_for(kind: DocumentKind, given: Mapping[str, Any]) -> tuple[Missing, ...]:
    """The entries that this document cannot do without and that are still empty."""
    return tuple(
        Missing(name, entry.key, entry.label)
        for name in SECTIONS_OF_KIND.get(kind, ()) for entry in missing(given, SECTION_OF[name])
    )


def blank_contacts(kind: DocumentKind) -> tuple[str, ...]:
    """Contacts that this document names and nobody in the current file stands for: it leaves a line. Marked texts."""
    held = {role for person in _people() for role in person.roles}
    return tuple(NO_PERSON[role] for role in NAMED_IN.get(kind, ()) if role.value not in held)


def facts_now(settings: Settings) -> Facts:
    """What the current file says, and what is true of the operator. Raises Invalid for a promise that is too weak."""
    file, given = this_file(), values()
    line = kommune_line(file.municipality_id)
    assert line is not None, "a file belongs to a municipality of the registry"
    return Facts(
        municipality=_municipality(line, given), operator=_operator(settings),
        head=Head(name=_text(given, "head_name"), title=_text(given, "head_title")), signatories=_signatories(given),
        contacts=_contacts(), promise=_promise(given), responsible=_text(given, "head_name"),
        may_show_arms=given.get("use_of_arms"),
        host=f"{given['slug']}.{settings.base_host}" if given.get("slug") else "",
        own_host=_text(given, "own_domain"), home_page=_text(given, "website"),
        wished_start=as_day(given.get("wished_start")), framework_version=settings.framework_version,
        council_decision=_council(given), reference=file.reference, release=_release(file),
        assessment=_assessment(given), at_hand=_at_hand(),
        subprocessors=subprocessors_for(file.file_id, now()),
    )


def _municipality(line: KommuneLine, given: Mapping[str, Any]) -> Municipality:
    return Municipality(
        name=_text(given, "official_name") or line.name, kind=line.kind, ars=line.ars, name_dsb=line.name_dsb,
        seat=_text(given, "city") or line.seat, district_name=line.district_name, street=_text(given, "street"),
        postal_code=_text(given, "postal_code"), city=_text(given, "city"), email=_text(given, "email"),
        phone=_text(given, "phone"), members=line.members,
    )


def _operator(settings: Settings) -> Operator:
    return Operator(
        name=settings.operator_name, street=settings.operator_street, postal_code=settings.operator_postal_code,
        city=settings.operator_city, representative=settings.operator_representative,
        representative_function=settings.operator_representative_function,
        contact=Contact(email=settings.operator_email, phone=settings.operator_phone),
        privacy=Contact(name=settings.operator_privacy_name, email=settings.operator_privacy_email),
    )


def _signatories(given: Mapping[str, Any]) -> tuple[Signatory, ...]:
    head = Signatory(name=_text(given, "head_name"), function=_text(given, "head_title"))
    power: date | None = as_day(given.get("power_of_attorney_on"))
    second = Signatory(name=_text(given, "second_name"), function=_text(given, "second_function"))
    if given.get("signatories") == "power_of_attorney":
        return (Signatory(name=second.name, function=second.function, power_of_attorney=power),)
    return (head, second) if given.get("signatories") == "head_and_deputy" else (head,)


def _contacts() -> Contacts:
    found: dict[str, Contact] = {}
    for person in _people():
        for role in person.roles:
            found.setdefault(role, Contact(
                name=person.name, function=person.function, email=person.email, phone=person.phone))
    return Contacts(**{str(role): found.get(role.value, Contact()) for role in CONTACT_ROLES})


def _people() -> list[FilePerson]:
    return list(session().scalars(
        select(FilePerson).where(FilePerson.removed_at.is_(None), FilePerson.let_in_at.is_not(None))
        .order_by(FilePerson.let_in_at, FilePerson.id)
    ))


def _promise(given: Mapping[str, Any]) -> Promise:
    whole = given.get("extent") != "departments"
    return Promise(
        first_answer_days=given.get("first_answer_days") or 3, forwarding_days=given.get("forwarding_days") or 3,
        whole_administration=whole, departments=() if whole else tuple(given.get("departments") or ()),
    )


def _council(given: Mapping[str, Any]) -> str:
    day = as_day(given.get("council_on"))
    if not given.get("council_needed") or day is None:
        return ""
    number = _text(given, "council_reference")
    return f"Beschluss der Vertretung vom {day:%d.%m.%Y}" + (f", Nr. {number}" if number else "")


def _release(file: JoiningFile) -> Release:
    """The first use until a release was accepted; then what the newest essential change of the platform is about."""
    change = newest_platform_change()
    accepted = select(FileCopy.id).join(
        FileDocument, (FileDocument.file_id == FileCopy.file_id) & (FileDocument.id == FileCopy.document_id)
    ).where(
        FileCopy.file_id == file.file_id, FileDocument.kind == DocumentKind.processing_release,
        FileCopy.state == CopyState.accepted,
    ).limit(1)
    if change is None or session().scalars(accepted).first() is None:
        return Release()
    return Release(first_use=False, change_title=change.title, change_description=change.description,
                   effective_on=change.effective_on)


def _assessment(given: Mapping[str, Any]) -> Assessment:
    done, more = given.get("impact_assessment") == "done", given.get("risk_measures") == "more"
    return Assessment(
        measures=_text(given, "risk_measures"), more_measures=_text(given, "risk_more") if more else "",
        impact=_text(given, "impact_assessment"), impact_on=as_day(given.get("impact_on")) if done else None,
        privacy_heard_on=as_day(given.get("privacy_heard_on")), privacy_opinion=_text(given, "privacy_opinion"),
        conditions=_text(given, "release_conditions"),
    )


def _at_hand() -> tuple[str, ...]:
    return tuple(session().scalars(
        select(FileDocument.kind).where(
            FileDocument.preview.is_(False), FileDocument.superseded_at.is_(None),
            FileDocument.state == DocumentState.ready,
        ).distinct().order_by(FileDocument.kind)
    ))


def _text(given: Mapping[str, Any], key: str) -> str:
    return str(given.get(key) or "")


