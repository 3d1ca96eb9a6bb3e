"""Files of the demonstration: the four live towns with everything signed, and three Kommunen on their way.

Spremberg/Grodk is in the middle, each step in another state; Bernau has everything but the date; Amt Burg has just
applied. All through the product's own actions, with the past as `at=`; no mail goes out for the past.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from maerker.audit.actor import SYSTEM, Actor
from maerker.calendar.deadlines import WorkingCalendar, is_working_day
from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.documents.certificates import read_certificate
from maerker.settings import Settings
from onboarding.applications import actions
from onboarding.applications.entries import save_entry
from onboarding.applications.history import note
from onboarding.applications.models import FILE_OUTBOX, FilePerson, FileRole
from onboarding.applications.standing import restate
from onboarding.contracts.actions import add_trust_anchor, load_first_texts, release_text
from onboarding.contracts.file_review import take_back_proof
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.queries import text_in_use
from onboarding.contracts.rows import Subprocessing
from onboarding.contracts.subprocessor_actions import register_subprocessor
from onboarding.contracts.versions import TextState
from onboarding.demo.authority import DemoAuthority, a_demo_authority
from onboarding.demo.papers import Desk, accept, countersign, draw, make_paper, sign_paper
from onboarding.demo.stories import DemoTown
from onboarding.provisioning.from_file import provision_from_file
from onboarding.training.actions import NewCourse, NewDate, add_course, add_date
from onboarding.training.certificate import make_certificate
from onboarding.training.models import Course, CourseDate, Trainee
from tenants.registry.catalogue import municipality_id
from tenants.registry.models import Tenant
from tenants.registry.state_actions import begin_trial

CONTENT = Path(__file__).parent / "content" / "joining.json"
ADMIN, OTHER = Actor(kind="operator", name="Britta Hollnagel"), Actor(kind="operator", name="Henrik Sadowski")
PEOPLE = {"technical": FileRole.technical, "privacy": FileRole.privacy, "press": FileRole.press}
SIGNED = (
    DocumentKind.accession_declaration, DocumentKind.service_promise, DocumentKind.data_processing_agreement,
    DocumentKind.processing_release,
)
UNSIGNED = (
    DocumentKind.privacy_notice, DocumentKind.record_of_processing, DocumentKind.retention_plan,
    DocumentKind.accessibility_statement,
)
SUBPROCESSORS = (
    Subprocessing(
        name="Landesrechenzentrum Musterland", seat="Potsdam", country="Deutschland",
        service="Betrieb der Server in zwei Räumen", data="alle Daten der Plattform, verschlüsselt gespeichert",
        since=date(2024, 1, 1),
    ),
    Subprocessing(
        name="Postweg Mailversand GmbH", seat="Leipzig", country="Deutschland", service="Versand der E-Mails",
        data="E-Mail-Adressen und Inhalte der Nachrichten", since=date(2024, 7, 1),
    ),
)


@dataclass(frozen=True)
class Joiner:
    """One Kommune of the demonstration, as `content/joining.json` tells it."""

    key: str
    raw: Mapping[str, Any]

    @property
    def municipality(self) -> uuid.UUID:
        return municipality_id(self.raw["ars"])

    @property
    def domain(self) -> str:
        return str(self.raw["domain"])


class Files:
    """Makes the files, one after the other. `now` is the moment of loading; everything else lies before it."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self.settings = settings
        self.now = now
        self.authority: DemoAuthority = a_demo_authority(at=now)
        self.joiners = {key: Joiner(key, raw) for key, raw in json.loads(CONTENT.read_text(encoding="utf-8")).items()}
        self.course = 0
        self.dates: dict[int, int] = {}

    def ago(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """So many days before, at an hour of Berlin's clock, and never later than now."""
        day = (self.now - timedelta(days=days)).astimezone(BERLIN).date()
        return min(datetime.combine(day, time(hour, minute), BERLIN), self.now)

    def prepare(self) -> None:
        """What all files share: released texts, the trust list, sub-processors, a course."""
        at = self.ago(340)
        for kind in load_first_texts(by=SYSTEM, at=at):
            text = text_in_use(kind)
            if text.state is TextState.draft:
                release_text(kind, text.version, by=ADMIN, at=at + timedelta(hours=2))
        issuer = read_certificate(self.authority.certificate_pem)
        add_trust_anchor(issuer, name="Demo-Vertrauensdienst", by=ADMIN, at=at)
        for one in SUBPROCESSORS:
            register_subprocessor(one, by=ADMIN, at=at)
        self.course = add_course(NewCourse(
            title="Redaktion im Maerker", way="online",
            description="Serviceversprechen, Freigabe und Schwärzung, Datenschutz. Zwei Stunden mit Übungen.",
        ), by=ADMIN, at=at).id
        add_course(NewCourse(
            title="Maerker für die Sachbearbeitung", way="self_study",
            description="Antworten, die Bürgerinnen und Bürger verstehen. Zum Lesen, wann es passt.",
        ), by=ADMIN, at=at)
        for days in (215, 20, -12, -40):
            starts_at = self._on_a_day(days)
            self.dates[days] = add_date(self.course, NewDate(
                starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), place="https://schulung.example/maerker",
                seats=20, trainer_name="Mario Zschiesche",
            ), at=min(at, starts_at - timedelta(days=1))).id

    def _on_a_day(self, days: int) -> datetime:
        day = (self.now - timedelta(days=days)).astimezone(BERLIN).date()
        while not is_working_day(day, WorkingCalendar("BB")):
            day += timedelta(days=1)
        return datetime.combine(day, time(10), BERLIN)

    def live(self, town: DemoTown, tenant_id: uuid.UUID) -> None:
        """A town that has been live for half a year: its file is complete."""
        joiner = self.joiners[town.slug]
        departments = [item["name"] for item in town.departments if not item["parent"]]
        same = ("official_name", "street", "postal_code", "city", "phone", "email", "website", "editors_mailbox")
        entries = {
            **{key: town.profile[key] for key in same if town.profile.get(key)}, "slug": town.slug,
            "departments": "\n".join(departments), **joiner.raw["entries"],
        }
        with file_scope(self._apply(joiner, 300)):
            desk = self._admitted(joiner, entries, 300)
            for number, kind in enumerate(UNSIGNED):
                make_paper(kind, desk, at=self.ago(289, 13, number * 3))
            for number, kind in enumerate(SIGNED):
                paper = make_paper(kind, desk, at=self.ago(288, 9, number * 4))
                copy = sign_paper(paper, desk, at=self.ago(276 - number, 14, number * 9))
                accept(copy, desk, at=self.ago(273 - number, 11, number * 7))
                if kind is DocumentKind.data_processing_agreement:
                    countersign(paper, copy, desk, at=self.ago(268, 10))
            editors = [one for one in town.people if one["role"] in ("editor", "admin")]
            promised = entries["departments"].splitlines()
            self._train([
                (one["display_name"], one["email"], promised[number % len(promised)])
                for number, one in enumerate(editors)
            ], 215)
            self._settled(tenant_id, provisioned=self.ago(230, 12), started=self.ago(190, 8))

    def almost(self) -> uuid.UUID:
        """Everything is done but the date. Returns the tenant's id, for its people's passwords."""
        joiner = self.joiners["bernau"]
        file_id = self._apply(joiner, 74)
        with file_scope(file_id):
            desk = self._admitted(joiner, joiner.raw["entries"], 74)
            for number, kind in enumerate(UNSIGNED):
                make_paper(kind, desk, at=self.ago(61, 10, number * 3))
            for number, kind in enumerate(SIGNED):
                paper = make_paper(kind, desk, at=self.ago(60, 9, number * 5))
                copy = sign_paper(paper, desk, at=self.ago(48, 15, number * 8))
                accept(copy, desk, at=self.ago(44, 10, number * 6))
                if kind is DocumentKind.data_processing_agreement:
                    countersign(paper, copy, desk, at=self.ago(43, 9))
            self._train(self._trained(joiner), 20)
            restate(at=self.ago(19))
        tenant_id = provision_from_file(file_id, settings=self.settings, by=ADMIN, at=self.ago(18, 10))
        with file_scope(file_id):
            begin_trial(tenant_id)
            note("trial_begun", by=ADMIN, at=self.ago(10), step="set_up")
            self._finish_postings()
        return tenant_id

    def in_the_middle(self) -> uuid.UUID:
        """Each step stands differently. Returns the tenant's id."""
        joiner = self.joiners["spremberg"]
        file_id = self._apply(joiner, 41)
        with file_scope(file_id):
            desk = self._admitted(joiner, joiner.raw["entries"], 41)
            papers = {kind: make_paper(kind, desk, at=self.ago(30, 10, n)) for n, kind in enumerate(SIGNED[:3])}
            declared = sign_paper(papers[SIGNED[0]], desk, at=self.ago(22, 11))
            draw(papers[SIGNED[0]], declared, self.settings)
            accept(declared, desk, at=self.ago(21, 9))
            promised = sign_paper(papers[SIGNED[1]], desk, at=self.ago(20, 11))
            accept(promised, desk, at=self.ago(19, 9))
            take_back_proof(promised.id, "Die Vertretungsbefugnis der unterzeichnenden Person ließ sich nicht "
                            "nachvollziehen.", by=OTHER, at=self.ago(15, 16))
            again = sign_paper(papers[SIGNED[1]], desk, at=self.ago(3, 9))
            draw(papers[SIGNED[1]], again, self.settings)
            agreed = sign_paper(papers[SIGNED[2]], desk, at=self.ago(6, 10))
            draw(papers[SIGNED[2]], agreed, self.settings)
            accept(agreed, desk, at=self.ago(4, 13))
            self._train(self._trained(joiner), 20)
            restate(at=self.ago(3))
        tenant_id = provision_from_file(file_id, settings=self.settings, by=ADMIN, at=self.ago(2, 10))
        with file_scope(file_id):
            self._finish_postings()
        return tenant_id

    def just_applied(self) -> None:
        """The address is confirmed; the operator has not looked yet."""
        joiner = self.joiners["burg"]
        with file_scope(self._apply(joiner, 1)):
            actions.confirm(self._contact(), at=self.ago(1, 9, 12))
            self._finish_postings()

    def _apply(self, joiner: Joiner, days: int) -> uuid.UUID:
        name, function, mailbox, phone = joiner.raw["subject"]
        return actions.apply(actions.Application(
            municipality_id=joiner.municipality, name=name, function=function, email=f"{mailbox}@{joiner.domain}",
            phone=phone, head_name=joiner.raw["head"][0], head_title=joiner.raw["head"][1],
        ), at=self.ago(days)).file_id

    def _admitted(self, joiner: Joiner, entries: Mapping[str, Any], days: int) -> Desk:
        """The address is confirmed, colleagues are invited and have come, everything is filled in."""
        contact = self._contact()
        actions.confirm(contact, at=self.ago(days, 9, 20))
        actions.admit(by=ADMIN, at=self.ago(days - 3, 11))
        own = Actor(kind="joining", id=contact.id, name=contact.name)
        for role, stands_for in PEOPLE.items():
            if role in joiner.raw:
                name, function, mailbox, phone = joiner.raw[role]
                person = actions.invite(name=name, email=f"{mailbox}@{joiner.domain}", roles=[stands_for],
                                        function=function, phone=phone, by=own, at=self.ago(days - 4, 10))
                actions.confirm(person, at=self.ago(days - 5, 8, 40))
        for key, value in entries.items():
            save_entry(key, value, by=own, at=self.ago(days - 5, 14))
        if entries.get("council_needed") == "ja":
            council = self.ago(days - 9).date()
            save_entry("council_on", council.isoformat(), by=own, at=self.ago(days - 9, 16))
        note("entries_saved", by=own, at=self.ago(days - 5, 14), section="kommune")
        restate(at=self.ago(days - 9, 16))
        return Desk(self.settings, self.authority, own, ADMIN, entries["official_name"], _signatories(joiner, entries),
                    entries.get("power_of_attorney_on", ""))

    def _contact(self) -> FilePerson:
        return session().scalars(select(FilePerson).order_by(FilePerson.id).limit(1)).one()

    def _trained(self, joiner: Joiner) -> list[tuple[str, str, str]]:
        return [(name, f"{mailbox}@{joiner.domain}", department) for name, mailbox, department in joiner.raw["trained"]]

    def _train(self, people: Sequence[tuple[str, str, str]], days: int) -> None:
        """They took part, passed the self-test a day later and have their certificates."""
        date = session().get_one(CourseDate, self.dates[days])
        course = session().get_one(Course, self.course)
        passed = date.ends_at + timedelta(days=1)
        for name, email, department in people:
            number = session().scalars(insert(Trainee).values(
                course_id=course.id, date_id=date.id, name=name, email=email, department=department,
                booked_at=date.starts_at - timedelta(days=9), booked_by=self._contact().name,
                attended_at=date.ends_at, attended_by="Mario Zschiesche", test_tries=1, test_score=9,
                test_passed_at=passed,
            ).returning(Trainee.id)).one()
            trainee = session().scalars(select(Trainee).where(Trainee.id == number)).one()
            trainee.certificate_id = make_certificate(trainee, self.settings, at=passed).id
            note("person_trained", by=SYSTEM, at=passed, step="training", person=name)
        session().flush()

    def _settled(self, tenant_id: uuid.UUID, *, provisioned: datetime, started: datetime) -> None:
        """The place was made and the town started, half a year ago."""
        file = actions.this_file()
        file.provisioned_at, file.set_up_looked_at = provisioned, started
        file.starts_at, file.start_fixed_at, file.start_fixed_by = started, provisioned, ADMIN.name
        file.started_at = started
        tenant = session().get_one(Tenant, tenant_id)
        tenant.starts_at = tenant.started_at = started
        host = f"{tenant.slug}.{self.settings.base_host}"
        note("provisioned", by=ADMIN, at=provisioned, step="set_up", host=host)
        note("set_up_complete", by=SYSTEM, at=started - timedelta(days=4), step="set_up")
        note("start_fixed", by=ADMIN, at=provisioned + timedelta(hours=1), step="start_date",
             moment=started.isoformat())
        note("started", by=SYSTEM, at=started, step="live")
        restate(at=started)
        self._finish_postings()

    def _finish_postings(self) -> None:
        """No mail goes out for the past, no document is made twice."""
        session().execute(update(FILE_OUTBOX).where(
            FILE_OUTBOX.c.file_id == actions.this_file().file_id, FILE_OUTBOX.c.done_at.is_(None),
        ).values(done_at=FILE_OUTBOX.c.posted_at))


def _signatories(joiner: Joiner, entries: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    head = (*joiner.raw["head"], "head")
    second = (entries.get("second_name", ""), entries.get("second_function", ""))
    if entries["signatories"] == "power_of_attorney":
        return [(*second, "power_of_attorney")]
    return [head, (*second, "deputy")] if entries["signatories"] == "head_and_deputy" else [head]


def make_files(
    settings: Settings, now: datetime, towns: Sequence[tuple[DemoTown, uuid.UUID]]
) -> tuple[uuid.UUID, uuid.UUID]:
    """All files, in the console's application; the caller commits. Returns the tenants of Bernau and Spremberg."""
    files = Files(settings, now)
    files.prepare()
    for town, tenant_id in towns:
        files.live(town, tenant_id)
    bernau, spremberg = files.almost(), files.in_the_middle()
    files.just_applied()
    return bernau, spremberg
