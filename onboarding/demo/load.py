"""Load the demonstration: four towns, their reports of the last five months, and the card with the logins.

It calls the product's own actions, with the people of the town as `by=` and the past as `at=`; the postings of the
past are written as finished, so that no mail goes out for them.
"""

import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Protocol

from flask import Flask
from sqlalchemy import func, select, update

from maerker.audit.actor import CITIZEN, SYSTEM, Actor
from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.database.scope import tenant_scope
from maerker.identity.passwords import hash_password
from maerker.settings import Settings
from maerker.storage.store import storage_of
from onboarding.applications.models import JoiningFile
from onboarding.demo.card import CARD, DemoCard, make_card, read_card, write_card
from onboarding.demo.joining import make_files
from onboarding.demo.operators import make_operators
from onboarding.demo.photo_press import PhotoPress, photo_press, words_for
from onboarding.demo.rooms import furnish_bernau, open_rooms
from onboarding.demo.stories import DemoTown, Story, StoryStep, read_towns
from onboarding.demo.timing import is_told, received_at, step_moments
from onboarding.demo.towns import give_passwords, make_town, new_passphrase
from onboarding.provisioning.set_up import refresh_set_up
from tenants.profile.town import Town, load_town
from tenants.registry.catalogue import load_catalogue
from tenants.registry.models import Tenant
from tenants.reports.actions import submit_report, take_step
from tenants.reports.models import ReportPhoto
from tenants.reports.permissions import permissions_of
from tenants.reports.schemas import NewReport, StoredPhoto
from tenants.reports.status import Verb
from tenants.reports.step import Step
from tenants.reports.still_there import say_still_there
from tenants.reports.tracking import tracking_code, tracking_hash
from tenants.staff.models import StaffAccount, StaffMembership

_RELEASING = frozenset({Verb.publish, Verb.publish_redacted})


class Applications(Protocol):
    """What the loader needs of the platform: its settings, and its applications by name."""

    settings: Settings

    def app(self, name: str) -> Flask: ...


def load_demo(platform: Applications, now: datetime) -> DemoCard:
    """Load the demo into an instance without towns; where towns are, nothing changes. Returns the card."""
    settings = platform.settings
    card_file = settings.data / CARD
    if _towns_are_there(platform):
        return read_card(card_file)
    towns = list(read_towns())
    passphrase = new_passphrase()
    hashed = hash_password(passphrase)
    with _second_process(platform) as second:
        tenants = list(zip(towns, _make_towns(platform, towns, now), strict=True))
        telling = second.submit(_tell, tenants, hashed, now)
        _make_gate(platform, tenants, passphrase, hashed, now)
        telling.result()
    card = make_card(towns, settings, passphrase)
    write_card(card, card_file)
    return card


def _towns_are_there(platform: Applications) -> bool:
    with platform.app("console").app_context():
        there = bool(session().scalar(select(func.count()).select_from(Tenant)))
        session().get_bind().dispose()  # type: ignore[union-attr]
    return there


def _make_towns(platform: Applications, towns: Sequence[DemoTown], now: datetime) -> list[uuid.UUID]:
    """The catalogue and the towns, all or nothing."""
    with platform.app("console").app_context():
        load_catalogue(session())
        tenants = [make_town(town, base_host=platform.settings.base_host, now=now, by=SYSTEM) for town in towns]
        session().commit()
    return tenants


class _Second:
    """The process that tells the stories while the first makes the files: what it works with, set when it begins."""

    platform: Applications


@contextmanager
def _second_process(platform: Applications) -> Iterator[ProcessPoolExecutor]:
    """Open it before the database is connected and before the first document is made: it is forked."""
    with ProcessPoolExecutor(
        max_workers=1, mp_context=get_context("fork"), initializer=setattr, initargs=(_Second, "platform", platform)
    ) as second:
        second.submit(int).result()
        yield second


def _tell(towns: Sequence[tuple[DemoTown, uuid.UUID]], hashed: str, now: datetime) -> None:
    """What happened in each town, and the password of its people."""
    settings = _Second.platform.settings
    motifs = dict.fromkeys(motif for town, _ in towns for story in town.stories for motif in story.photos)
    with (
        photo_press(motifs, storage_of(settings)) as press,
        _Second.platform.app("town").app_context(),
    ):
        for town, tenant_id in towns:
            with tenant_scope(tenant_id):
                give_passwords(hashed)
                _Teller(load_town(tenant_id), settings, press, now).tell(town.stories)
                session().commit()


def _make_gate(
    platform: Applications, towns: Sequence[tuple[DemoTown, uuid.UUID]], passphrase: str, hashed: str, now: datetime
) -> None:
    """The operator's accounts, the joining files of the towns and of those on their way, and the rooms of these."""
    with platform.app("console").app_context():
        make_operators(platform.settings, passphrase, now)
        bernau, spremberg = make_files(platform.settings, now, towns)
        session().commit()
    _open_new_rooms(platform, bernau, spremberg, hashed, now)


def _open_new_rooms(
    platform: Applications, bernau: uuid.UUID, spremberg: uuid.UUID, hashed: str, now: datetime
) -> None:
    """The people of the Kommunen on their way have passwords; what is still to be set up is looked up."""
    with platform.app("town").app_context():
        for tenant_id in (bernau, spremberg):
            with tenant_scope(tenant_id):
                open_rooms(hashed, now)
                if tenant_id == bernau:
                    furnish_bernau()
                session().commit()
    with platform.app("console").app_context():
        for file_id in session().scalars(select(JoiningFile.file_id).where(JoiningFile.started_at.is_(None))).all():
            refresh_set_up(file_id, settings=platform.settings, at=now)
        session().commit()


class _Teller:
    """Tells the stories of one town to the product, in the order in which they began."""

    def __init__(self, town: Town, settings: Settings, press: PhotoPress, now: datetime) -> None:
        self.town = town
        self.settings = settings
        self.press = press
        self.now = now
        self.people = _actors()
        self.departments = {item.name: item.id for item in town.departments}

    def tell(self, stories: Sequence[Story]) -> None:
        told = [story for story in stories if is_told(story, self.now)]
        for story in sorted(told, key=lambda story: received_at(story, self.now)):
            self._tell_one(story)
            session().expunge_all()

    def _tell_one(self, story: Story) -> None:
        received = received_at(story, self.now)
        submission = uuid.uuid4()
        files = {secrets.token_hex(16): motif for motif in story.photos}
        submitted = submit_report(
            _new_report(story, submission, files),
            town=self.town,
            code=tracking_code(self.settings, self.town.tenant_id, submission),
            by=CITIZEN,
            at=received,
            postings_done=True,
        )
        photos = self._file_photos(submitted.report_id, files, received)
        version = 1
        moments = step_moments(story, received, self.now, self.town.calendar)
        for step in story.steps:
            at = next(moments)
            report = take_step(
                submitted.number,
                step.verb,
                self._filled_in(step, version, at, photos),
                town=self.town,
                by=self.people[step.by],
                at=at,
                postings_done=True,
            )
            version = report.version
        if story.still_there:
            say_still_there(
                tracking_hash(tracking_code(self.settings, self.town.tenant_id, submission)), story.still_there[1],
                town=self.town, by=CITIZEN, at=next(moments), postings_done=True,
            )

    def _file_photos(self, report_id: int, files: Mapping[str, str], received: datetime) -> tuple[int, ...]:
        """Put the photos and their sizes where the job for photos would have put them."""
        for name, motif in files.items():
            largest = self.press.file(motif, self.town.tenant_id, name)
            session().execute(
                update(ReportPhoto)
                .where(ReportPhoto.report_id == report_id, ReportPhoto.file == name)
                .values(rendered_at=received + timedelta(seconds=5), width=largest.width, height=largest.height)
                .execution_options(synchronize_session=False)
            )
        if not files:
            return ()
        return tuple(session().scalars(select(ReportPhoto.id).where(ReportPhoto.report_id == report_id)))

    def _filled_in(self, step: StoryStep, version: int, at: datetime, photos: tuple[int, ...]) -> Step:
        planned = None if step.planned_days is None else at.astimezone(BERLIN).date() + timedelta(step.planned_days)
        return Step(
            version=version,
            public_text=step.text,
            internal_text=step.internal,
            reason=step.reason,
            department_id=self.departments[step.department] if step.department else None,
            planned_for=planned,
            photo_ids=photos if step.verb in _RELEASING else None,
        )


def _new_report(story: Story, submission: uuid.UUID, files: Mapping[str, str]) -> NewReport:
    return NewReport(
        category=story.category,
        description=story.description,
        street=story.street,
        house_number=story.house_number,
        district=story.district,
        lat=story.lat,
        lon=story.lon,
        name=story.contact.get("name", ""),
        email=story.contact.get("email", ""),
        phone=story.contact.get("phone", ""),
        submission=submission,
        photos=tuple(
            StoredPhoto(name, f"IMG_{number:04d}.jpg", words_for(motif))
            for number, (name, motif) in enumerate(files.items(), start=1)
        ),
    )


def _actors() -> dict[str, Actor]:
    """The town's people by username, as they would be signed in."""
    departments: dict[int, set[int]] = {}
    for membership in session().scalars(select(StaffMembership)):
        departments.setdefault(membership.account_id, set()).add(membership.department_id)
    return {
        account.username: Actor(
            kind="staff",
            id=account.id,
            name=account.display_name,
            permissions=permissions_of(account.role, trained=account.trained_on is not None),
            departments=frozenset(departments.get(account.id, ())),
        )
        for account in session().scalars(select(StaffAccount))
    }
