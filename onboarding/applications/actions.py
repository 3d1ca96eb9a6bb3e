"""How a file begins and who works in it: apply, confirm, admit or refuse, let in, invite, remove, withdraw."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, insert, select, text

from maerker.audit.actor import Actor
from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.database.scope import current_file, file_scope
from maerker.errors import Invalid, NotThere, Stale
from maerker.jobs.outbox import Posting
from maerker.wording import gettext as _
from onboarding.applications.entries import save_entry
from onboarding.applications.history import do_later, note
from onboarding.applications.kommunen import HEAD_TITLES
from onboarding.applications.links import make_link
from onboarding.applications.models import FilePerson, FileRole, JoiningFile, LinkPurpose
from onboarding.applications.standing import restate
from onboarding.provisioning.slugs import proposed_slug
from tenants.registry.kinds import kind_and_name
from tenants.registry.models import Municipality


@dataclass(frozen=True, kw_only=True)
class Application:
    """What the first form asks for."""

    municipality_id: uuid.UUID
    name: str
    function: str = ""
    email: str
    phone: str = ""
    head_name: str = ""
    head_title: str = ""
    wished_start: date | None = None
    official_name: str = ""
    seat: str = ""


@dataclass(frozen=True)
class Applied:
    """The file an application led to. `met`: there was one already; the person waits to be let in."""

    file_id: uuid.UUID
    person_id: int
    met: bool


def file_of(municipality_id: uuid.UUID) -> uuid.UUID | None:
    """The file of a Kommune, if there is one: nothing of it but its id."""
    found: uuid.UUID | None = session().scalar(
        text("SELECT joining_file_of(:municipality)").bindparams(municipality=municipality_id)
    )
    return found


def apply(application: Application, *, at: datetime) -> Applied:
    """Begin a Kommune's file, or meet in the one that exists. A mail with link and code goes to the applicant.

    Raises Invalid with the sentence for each field, NotThere for an unknown Kommune.
    """
    municipality = session().get(Municipality, application.municipality_id)
    if municipality is None:
        raise NotThere()
    person = _checked_person(
        application.name, application.email, without=_("Bitte geben Sie Ihre E-Mail-Adresse an."))
    # Two first applications at the same moment meet as well.
    session().execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": f"file {municipality.id}"})
    existing = file_of(municipality.id)
    file_id = existing or uuid.uuid4()
    with file_scope(file_id):
        if existing is None:
            _open_file(municipality, application, at)
        known = person_by_email(person.email)
        if known is None or known.removed_at is not None:
            known = _add(person, application, known, at=at)
        link = make_link(known.id, LinkPurpose.confirm, at=at)
        by = Actor(kind="joining", name=application.name.strip())  # whoever typed this; nobody has confirmed it yet
        note("applied", by=by, at=at, step="application", met=existing is not None)
        do_later(Posting("mail_link", known.id, link.id), at=at)
        restate(at=at)
        return Applied(file_id, known.id, existing is not None)


def _open_file(municipality: Municipality, application: Application, at: datetime) -> None:
    number = session().scalar(text("SELECT nextval('joining_references')"))
    session().execute(insert(JoiningFile).values(
        file_id=current_file(), municipality_id=municipality.id, applied_at=at, turn_since=at,
        reference=f"BA-{at.astimezone(BERLIN).year}-{number:04d}", wished_start=application.wished_start,
    ))
    by = Actor(kind="joining", name=application.name)
    first = {
        "official_name": application.official_name.strip() or kind_and_name(municipality.kind, municipality.name),
        "city": application.seat.strip() or municipality.seat or municipality.name,
        "head_name": application.head_name,
        "head_title": application.head_title or HEAD_TITLES.get(municipality.kind, ""),
        "slug": proposed_slug(municipality), "first_answer_days": 3, "forwarding_days": 3, "extent": "whole",
        "wished_start": application.wished_start and application.wished_start.isoformat(),
    }
    for key, value in first.items():
        if value not in ("", None):
            save_entry(key, value, by=by, at=at)


def _add(person: FilePerson, application: Application, known: FilePerson | None, *, at: datetime) -> FilePerson:
    if known is not None:  # who was taken out comes back like a stranger: somebody has to let them in
        known.removed_at, known.let_in_at, known.confirmed_at, known.name = None, None, None, person.name
        known.roles = [FileRole.subject.value]
        session().flush()
        return known
    person.function, person.phone = application.function.strip(), application.phone.strip()
    person.roles, person.added_at = [FileRole.subject.value], at
    session().add(person)
    session().flush()
    return person


def confirm(person: FilePerson, *, at: datetime) -> None:
    """The address is confirmed. The first confirmed person is let in; who comes later is let in by somebody."""
    file = held_file()  # two first people who confirm at the same moment: one of them is the first
    by = Actor(kind="joining", id=person.id, name=person.name)
    first_time = person.confirmed_at is None
    if first_time:
        person.confirmed_at = at
        note("address_confirmed", by=by, at=at, step="application")
    if file.confirmed_at is None:
        file.confirmed_at = at
        person.let_in_at = at
        do_later(Posting("mail_application_received", person.id), at=at)
    elif person.let_in_at is None and first_time:  # not each time they come back: that would flood those inside
        do_later(Posting("mail_wants_in", person.id), at=at)
    session().flush()
    restate(at=at)


def let_in(person_id: int, *, by: Actor, at: datetime) -> None:
    """Give a confirmed person who came later the file to see."""
    person = the_person(person_id)
    if person.confirmed_at is None:
        raise Invalid(_("Diese Person hat ihre Adresse noch nicht bestätigt."))
    if person.let_in_at is None:
        person.let_in_at = at
        note("person_let_in", by=by, at=at, person=person.name)
        do_later(Posting("mail_let_in", person.id), at=at)
        session().flush()


def invite(
    *, name: str, email: str, roles: Iterable[FileRole], function: str = "", phone: str = "", by: Actor, at: datetime
) -> FilePerson:
    """Invite someone into the current file; they get a link and a code by mail. Raises Invalid by field."""
    wanted = sorted({FileRole(role).value for role in roles})
    person = _checked_person(name, email, without=_("Bitte geben Sie die E-Mail-Adresse an."))
    if not wanted:
        raise Invalid(fields={"roles": _("Bitte wählen Sie, wofür die Person steht.")})
    known = person_by_email(person.email)
    if known is not None and known.removed_at is None:
        raise Invalid(fields={"email": _("Diese Person arbeitet schon in der Akte.") if known.let_in_at else _(
            "Diese Person hat selbst um Zugang gebeten. Lassen Sie sie bitte unter „Personen“ ein.")})
    if known is None:
        known = person
        session().add(known)
    known.name, known.function, known.phone = person.name, function.strip(), phone.strip()
    known.roles, known.added_at, known.let_in_at, known.removed_at = wanted, at, at, None
    session().flush()
    link = make_link(known.id, LinkPurpose.invite, at=at)
    note("person_invited", by=by, at=at, person=known.name, roles=wanted)
    do_later(Posting("mail_link", known.id, link.id), at=at)
    return known


def change_roles(person_id: int, roles: Iterable[FileRole], *, by: Actor, at: datetime) -> None:
    """Change what someone stands for. The file keeps one contact for the subject at least."""
    person, wanted = the_person(person_id), sorted({FileRole(role).value for role in roles})
    if not wanted:
        raise Invalid(fields={"roles": _("Bitte wählen Sie, wofür die Person steht.")})
    if FileRole.subject.value not in wanted:
        _demand_other_contact(person)
    if person.roles != wanted:
        note("roles_changed", by=by, at=at, person=person.name, before=person.roles, after=wanted)
        person.roles = wanted
        session().flush()


def remove(person_id: int, *, by: Actor, at: datetime) -> None:
    """Take someone out of the file; their sign-ins end at once, what they did stays in the history."""
    person = the_person(person_id)
    _demand_other_contact(person)
    from onboarding.applications.sign_in import end_sessions

    person.removed_at = at
    session().flush()
    end_sessions(person.id)
    note("person_removed", by=by, at=at, person=person.name)


def _demand_other_contact(person: FilePerson) -> None:
    session().execute(select(JoiningFile.file_id).with_for_update())
    others = session().scalars(select(FilePerson).where(
        FilePerson.id != person.id, FilePerson.removed_at.is_(None), FilePerson.let_in_at.is_not(None),
        FilePerson.confirmed_at.is_not(None), FilePerson.roles.contains([FileRole.subject.value]),
    )).first()
    if FileRole.subject.value in person.roles and others is None:
        raise Invalid(_("Die Akte braucht mindestens eine fachliche Ansprechperson."), fields={
            "roles": _("Bitte benennen Sie zuerst eine andere fachliche Ansprechperson."),
        })


def admit(*, by: Actor, at: datetime) -> None:
    """The operator takes the application: the Kommune can prepare its documents. A refusal before is over.

    Raises Invalid while nobody has confirmed the Kommune's address, and for an application that was withdrawn.
    """
    file = held_file()
    if file.confirmed_at is None:
        raise Invalid(_("Die Adresse der Kommune ist noch nicht bestätigt."))
    if file.withdrawn_at is not None:
        raise Invalid(_("Die Kommune hat ihren Antrag zurückgezogen."))
    if file.admitted_at is None:
        file.admitted_at, file.admitted_by = at, by.name
        file.refused_at, file.refused_reason = None, ""
        note("admitted", by=by, at=at, step="application")
        do_later(Posting("mail_admitted", 0), at=at)
        session().flush()
        restate(at=at)


def refuse(reason: str, *, by: Actor, at: datetime) -> None:
    """The operator refuses the application, with a reason that the Kommune reads.

    Raises Stale for one that was admitted: two who decide at the same moment decide once.
    """
    if len(reason.strip()) < 10:
        raise Invalid(fields={"reason": _("Bitte schreiben Sie einen Grund, den die Kommune versteht.")})
    file = held_file()
    if file.admitted_at is not None:
        raise Stale(_("Der Antrag ist schon angenommen und kann nicht mehr abgelehnt werden."))
    file.refused_at, file.refused_reason = at, reason.strip()
    note("refused", by=by, at=at, step="application", reason=reason.strip())
    do_later(Posting("mail_refused", 0), at=at)
    session().flush()
    restate(at=at)


def withdraw(reason: str, *, by: Actor, at: datetime) -> None:
    """The Kommune withdraws its application; the file stays readable."""
    file = held_file()  # its start may be happening at this moment
    if file.started_at is not None:
        raise Invalid(_("Ihr Maerker ist schon in Betrieb. Wie Sie aufhören, besprechen Sie bitte mit dem Betreiber."))
    if file.withdrawn_at is None:
        file.withdrawn_at, file.withdrawn_reason = at, reason.strip()
        note("withdrawn", by=by, at=at, reason=reason.strip())
        do_later(Posting("mail_withdrawn", 0), Posting("drop_start", 0), at=at)
        session().flush()
        restate(at=at)


def take_up_again(*, by: Actor, at: datetime) -> None:
    """The Kommune goes on with an application that it had withdrawn; everything is as it was but the start date."""
    file = held_file()
    if file.withdrawn_at is not None:
        file.withdrawn_at, file.withdrawn_reason = None, ""
        note("taken_up_again", by=by, at=at)
        session().flush()
        restate(at=at)


def this_file() -> JoiningFile:
    """The current file. Raises NotThere outside every file."""
    file = session().scalars(select(JoiningFile).where(JoiningFile.file_id == current_file())).one_or_none()
    if file is None:
        raise NotThere()
    return file


def held_file() -> JoiningFile:
    """The current file as it is now, held until the commit. Raises NotThere."""
    file = this_file()
    session().refresh(file, with_for_update=True)
    return file


def running_file() -> JoiningFile:
    """The current file while its application stands. Raises Invalid for one that was withdrawn or refused."""
    file = this_file()
    if file.withdrawn_at is not None or file.refused_at is not None:
        raise Invalid(_("Der Antrag dieser Kommune ruht."))
    return file


def person_by_email(email: str) -> FilePerson | None:
    return session().scalars(select(FilePerson).where(func.lower(FilePerson.email) == email.lower())).one_or_none()


def the_person(person_id: int) -> FilePerson:
    """Someone of the current file who has not been removed. Raises NotThere."""
    person = session().scalars(
        select(FilePerson).where(FilePerson.id == person_id, FilePerson.removed_at.is_(None))
    ).one_or_none()
    if person is None:
        raise NotThere()
    return person


def _checked_person(name: str, email: str, *, without: str) -> FilePerson:
    """Somebody with a name and an address. `without`: what to say where the address is left empty. Raises Invalid."""
    problems, address = {}, ""
    if not 2 <= len(name.strip()) <= 200 or not name.isprintable():
        problems["name"] = _("Bitte geben Sie Vor- und Nachnamen an.")
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        wrong = _("Das ist keine E-Mail-Adresse. Sie sieht so aus: name@kommune.de")
        problems["email"] = wrong if email.strip() else without
    if problems:
        raise Invalid(fields=problems)
    return FilePerson(name=name.strip(), email=address, function="", phone="", roles=[])
