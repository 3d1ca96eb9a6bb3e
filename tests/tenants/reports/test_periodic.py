"""What is erased without being asked, by the role that may."""

import os
import time
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import contacts_scope, current_tenant
from maerker.jobs.schedule import Schedule
from tenants.registry.models import TenantState
from tenants.reports import periodic
from tenants.reports.models import OutboxPosting, Publication, ReportContact, ReportDraft
from tenants.reports.periodic import SLOTS
from tenants.reports.status import Verb
from tenants.staff.models import StaffSession
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant, a_visitor, move, signed_in
from tests.tenants.portal.filled_form import a_photo, fill_place, upload
from tests.tenants.portal.test_one_report import a_report_with_photos


def run_schedule(*names: str) -> list[str]:
    """One round of these periodic jobs (of all) as the role `eraser`. Each looks at every town that tests have made."""
    app = Here.world.platform.eraser()
    with app.app_context():
        return Schedule({"eraser": app}, [slot for slot in SLOTS if slot.name in names or not names]).run_due(
            time.monotonic())


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
    run_schedule("erase_drafts")
    assert count(town, ReportDraft) == 1
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_finished_postings_and_ended_sign_ins_go(town: MadeTown) -> None:
    a_report(town)
    signed_in(town)
    with Here.world.scope(town.tenant_id):
        session().execute(update(OutboxPosting).values(done_at=now() - timedelta(days=31)))
        session().execute(update(StaffSession).values(expires_at=now() - timedelta(minutes=1)))
    run_schedule("erase_finished_postings", "erase_ended_sessions")
    assert (count(town, OutboxPosting), count(town, StaffSession)) == (0, 0)


def test_what_still_waits_stays(town: MadeTown) -> None:
    a_report(town)
    signed_in(town)
    run_schedule("erase_finished_postings", "erase_ended_sessions", "erase_drafts")
    assert (count(town, OutboxPosting), count(town, StaffSession)) == (2, 1)
    with Here.world.scope(town.tenant_id):
        session().execute(update(OutboxPosting).values(done_at=now()))


def test_half_written_files_of_killed_processes_go(town: MadeTown) -> None:
    folder = Here.world.settings.storage_folder / str(town.tenant_id) / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    left = folder / ".0123.unfinished"
    left.write_bytes(b"half a photo")
    os.utime(left, (time.time() - 2 * 86400,) * 2)
    run_schedule("erase_unfinished_files")
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
        run_schedule("erase_contacts")
    assert contacts(town) == 3
    with time_machine.travel(now() + timedelta(days=184)):
        run_schedule("erase_contacts")
    assert contacts(town) == 2, f"{still_open} and {reopened} keep theirs"
    with Here.world.scope(town.tenant_id):
        session().execute(update(OutboxPosting).values(done_at=now()))


def test_reports_of_a_trial_are_in_no_publication() -> None:
    trial = a_tenant(state=TenantState.trial)
    number = a_published_report(trial)
    move(trial, number, Verb.finish, public_text="Probe beendet.")
    assert count(trial, Publication) == 0


def test_photos_that_no_row_names_go_after_two_days_and_no_others(town: MadeTown) -> None:
    a_report_with_photos(town)
    folder = Here.world.settings.storage_folder / str(town.tenant_id) / "photos"
    kept = {path for path in folder.rglob("*") if path.is_file()}
    assert len(kept) == 8, "two photos, each with three sizes"
    draft = a_visitor(town)
    fill_place(draft)
    upload(draft, (a_photo(), "loch.jpg"))
    kept = {path for path in folder.rglob("*") if path.is_file()}
    for name in ("8f00.upload", "8f00.upload-full.jpg", "just-now"):
        (folder / name).write_bytes(b"somebody's front garden")
    for path in (*kept, folder / "8f00.upload", folder / "8f00.upload-full.jpg"):
        os.utime(path, (time.time() - 3 * 86400,) * 2)
    run_schedule("erase_files_without_a_row")
    assert {path for path in folder.rglob("*") if path.is_file()} == {*kept, folder / "just-now"}


def test_one_town_that_fails_keeps_no_other_from_erasing(monkeypatch: pytest.MonkeyPatch) -> None:
    towns = [a_tenant(), a_tenant()]
    for town in towns:
        fill_place(a_visitor(town))
        with Here.world.scope(town.tenant_id):
            session().execute(update(ReportDraft).values(started_at=now() - timedelta(hours=25)))
    bad = min(towns, key=lambda town: town.tenant_id)
    erase = periodic.erase_old_drafts

    def broken(at: datetime) -> list[str]:
        if current_tenant() == bad.tenant_id:
            raise RuntimeError("a fault of ours")
        return erase(at)

    monkeypatch.setattr(periodic, "erase_old_drafts", broken)
    run_schedule("erase_drafts")
    assert [count(town, ReportDraft) for town in towns] == [int(town is bad) for town in towns]
