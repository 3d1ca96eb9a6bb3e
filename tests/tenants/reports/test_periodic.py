"""What is erased without being asked, by the role that may."""

import os
import time
from datetime import timedelta

import time_machine
from sqlalchemy import func, select, update

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import contacts_scope
from maerker.jobs.schedule import Schedule
from tenants.registry.models import TenantState
from tenants.reports.models import OutboxPosting, Publication, ReportContact, ReportDraft
from tenants.reports.periodic import SLOTS
from tenants.reports.status import Verb
from tenants.staff.models import StaffSession
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant, a_visitor, move, signed_in
from tests.tenants.portal.filled_form import a_photo, fill_place, upload


def run_schedule() -> list[str]:
    """One round of the periodic jobs as the role `eraser`."""
    app = Here.world.platform.eraser()
    with app.app_context():
        return Schedule({"eraser": app}, SLOTS).run_due(time.monotonic())


def count(town: MadeTown, model: type) -> int:
    with Here.world.scope(town.tenant_id):
        return session().scalar(select(func.count()).select_from(model)) or 0


def test_every_slot_runs() -> None:
    assert run_schedule() == [slot.name for slot in SLOTS]


def test_a_started_form_goes_after_a_day_with_its_photos(town: MadeTown) -> None:
    old, fresh = a_visitor(town), a_visitor(town)
    fill_place(old)
    upload(old, (a_photo(), "loch.jpg"))
    with Here.world.scope(town.tenant_id):
        session().execute(update(ReportDraft).values(started_at=now() - timedelta(hours=25)))
    fill_place(fresh)
    folder = Here.world.settings.storage_folder / str(town.tenant_id)
    assert any(folder.rglob("*"))
    run_schedule()
    assert count(town, ReportDraft) == 1
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_finished_postings_and_ended_sign_ins_go(town: MadeTown) -> None:
    a_report(town)
    signed_in(town)
    with Here.world.scope(town.tenant_id):
        session().execute(update(OutboxPosting).values(done_at=now() - timedelta(days=31)))
        session().execute(update(StaffSession).values(expires_at=now() - timedelta(minutes=1)))
    run_schedule()
    assert (count(town, OutboxPosting), count(town, StaffSession)) == (0, 0)


def test_what_still_waits_stays(town: MadeTown) -> None:
    a_report(town)
    signed_in(town)
    run_schedule()
    assert (count(town, OutboxPosting), count(town, StaffSession)) == (2, 1)
    with Here.world.scope(town.tenant_id):
        session().execute(update(OutboxPosting).values(done_at=now()))


def test_half_written_files_of_killed_processes_go(town: MadeTown) -> None:
    folder = Here.world.settings.storage_folder / str(town.tenant_id) / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    left = folder / ".0123.unfinished"
    left.write_bytes(b"half a photo")
    os.utime(left, (time.time() - 2 * 86400,) * 2)
    run_schedule()
    assert not left.exists()


def contacts(town: MadeTown) -> int:
    with Here.world.scope(town.tenant_id), contacts_scope():
        return session().scalar(select(func.count()).select_from(ReportContact)) or 0


def test_contact_data_goes_half_a_year_after_the_report_is_closed(town: MadeTown) -> None:
    closed, still_open, reopened = (a_published_report(town) for _ in range(3))
    for number in (closed, reopened):
        move(town, number, Verb.finish, public_text="Das Loch ist geschlossen.")
    move(town, reopened, Verb.reopen, public_text="Es ist wieder da, wir kommen noch einmal.")
    with time_machine.travel(now() + timedelta(days=182)):
        run_schedule()
    assert contacts(town) == 3
    with time_machine.travel(now() + timedelta(days=184)):
        run_schedule()
    assert contacts(town) == 2, f"{still_open} and {reopened} keep theirs"
    with Here.world.scope(town.tenant_id):
        session().execute(update(OutboxPosting).values(done_at=now()))


def test_reports_of_a_trial_are_in_no_publication() -> None:
    trial = a_tenant(state=TenantState.trial)
    number = a_published_report(trial)
    move(trial, number, Verb.finish, public_text="Probe beendet.")
    assert count(trial, Publication) == 0
