"""The mark of the last page: what was shown, and checked, is sent without a second look; anything else is looked at."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import inspect, select, text

from bench.statements import counted
from maerker.database.base import session
from maerker.database.scope import contacts_scope
from tenants.reports.models import OutboxPosting, Report, ReportContact, ReportEvent, ReportPhoto
from tests.makers import Here, MadeTown, a_tenant, a_visitor, berlin
from tests.tenants.portal.filled_form import (
    fill_all,
    fill_contact,
    fill_place,
    number_of_reports,
    send,
    sending_on,
    submission_on,
    the_report,
)

DONE = "/hinweise/neu/danke"


def test_what_another_window_changed_meanwhile_is_shown_before_it_is_sent(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    fields = sending_on(visitor)
    fill_place(visitor, street="Am Graben")
    visitor.get("/hinweise/neu/pruefen")
    answer = visitor.post("/hinweise/neu/pruefen", fields)
    assert answer.status_code == 422
    assert "in einem anderen Fenster" in answer.text
    assert "Am Graben" in answer.text
    assert number_of_reports(town) == 0
    assert send(visitor).location == DONE
    assert the_report(town).street == "Am Graben"


def test_a_mark_of_the_last_page_is_given_for_what_was_checked_alone(town: MadeTown) -> None:
    """A form that was never complete cannot be sent as if it had been looked at."""
    visitor = a_visitor(town)
    fill_place(visitor)
    visitor.get("/hinweise/neu")
    refused = visitor.post("/hinweise/neu/pruefen", {"website": "http://spam.example"})
    assert 'name="seen" value=""' in refused.text
    submission = submission_on(visitor)
    for seen in ("0" * 32, "ä", ""):
        visitor.post("/hinweise/neu/pruefen", {"submission": submission, "seen": seen})
    with Here.world.scope(town.tenant_id):
        assert session().scalars(select(Report.id)).all() == []


def test_a_point_that_the_form_has_not_checked_is_checked_when_sending(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, lat=str(town.lat), lon=str(town.lon))
    with Here.world.scope(town.tenant_id):
        session().execute(
            text("UPDATE report_drafts SET answers = answers || '{\"lat\": 48.1, \"lon\": 11.5, \"inside\": false}'")
        )
    visitor.get("/hinweise/neu/pruefen")
    assert sending_on(visitor)["seen"] == ""
    assert send(visitor).status_code == 422
    assert number_of_reports(town) == 0


@pytest.mark.parametrize(("photos", "point"), [(0, False), (3, False), (3, True)])
def test_sending_takes_at_most_eight_statements(town: MadeTown, photos: int, point: bool) -> None:
    """Not counting BEGIN, SET LOCAL and COMMIT: the host, and the report with all that belongs to it."""
    visitor = a_visitor(town)
    fill_all(visitor, photos=photos, **({"lat": str(town.lat), "lon": str(town.lon)} if point else {}))
    with counted() as asked:
        assert send(visitor).location == DONE
    assert asked.number == 2, asked.statements
    assert number_of_reports(town) == 1


@pytest.mark.parametrize("contact", [True, False], ids=["with contact", "without"])
@pytest.mark.parametrize("photos", [0, 2])
def test_what_is_sent_as_shown_is_written_as_what_is_looked_at_again(
    town: MadeTown, photos: int, contact: bool
) -> None:
    """One statement takes the words from the started form, the other gets them from here: the rows are the same."""
    made = []
    for changes in ({}, {"seen": ""}):
        with time_machine.travel(berlin(2026, 11, 27, 20), tick=False):
            visitor = a_visitor(town)
            fill_all(visitor, photos=photos, lat=str(town.lat), lon=str(town.lon))
            if not contact:
                fill_contact(visitor, email="", name="", phone="")
                visitor.get("/hinweise/neu/pruefen")
            assert send(visitor, **changes).location == DONE
        made.append(_all_that_was_written(town))
    assert made[0] == made[1]
    assert (len(made[0]["photos"]), len(made[0]["contact"])) == (photos, int(contact))
    assert number_of_reports(town) == 2


def _all_that_was_written(town: MadeTown) -> dict[str, list[dict[str, Any]]]:
    """The newest report's rows, without what is its own in any case."""
    with Here.world.scope(town.tenant_id), contacts_scope():
        number = session().scalars(select(Report.id).order_by(Report.id.desc()).limit(1)).one()
        found = {
            "report": select(Report).where(Report.id == number),
            "event": select(ReportEvent).where(ReportEvent.report_id == number),
            "photos": select(ReportPhoto).where(ReportPhoto.report_id == number).order_by(ReportPhoto.position),
            "contact": select(ReportContact).where(ReportContact.report_id == number),
            "outbox": select(OutboxPosting).where(OutboxPosting.subject_id == number).order_by(OutboxPosting.id),
        }
        return {name: [_row(one) for one in session().scalars(wanted)] for name, wanted in found.items()}


def _row(made: Any) -> dict[str, Any]:
    own = {"id", "number", "submission", "tracking_hash", "report_id", "subject_id", "file", "search"}
    return {column.key: getattr(made, column.key) for column in inspect(type(made)).columns if column.key not in own}


@pytest.mark.parametrize("place", [0, 40, 96], ids=["seal", "content", "what it holds"])
def test_a_mark_that_was_changed_sends_nothing(town: MadeTown, place: int) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    seen = sending_on(visitor)["seen"]
    other = "1" if seen[place] != "1" else "2"
    answer = send(visitor, seen=f"{seen[:place]}{other}{seen[place + 1:]}")
    assert answer.status_code == 422
    assert number_of_reports(town) == 0


def test_a_mark_of_one_town_counts_for_nothing_at_another(town: MadeTown) -> None:
    """Though the same words stand in both forms."""
    other = a_tenant()
    here, there = a_visitor(town), a_visitor(other)
    for visitor in (here, there):
        fill_all(visitor)
    assert sending_on(here)["seen"][32:96] == sending_on(there)["seen"][32:96]
    assert send(there, seen=sending_on(here)["seen"]).status_code == 422
    assert number_of_reports(other) == 0


def test_a_form_that_was_sent_is_not_counted_again(town: MadeTown) -> None:
    """The second click, the button for going back: neither uses up what others at the same connection may send."""
    platform = Here.world.platform_with(rate_reports_per_address=2)
    first, second = a_visitor(town, platform=platform), a_visitor(town, platform=platform)
    fill_all(first)
    fields = sending_on(first) | {"csrf_token": first.token}
    for _ in range(4):
        assert first.post("/hinweise/neu/pruefen", fields).location == DONE
    fill_all(second)
    assert send(second).location == DONE
    assert number_of_reports(town) == 2


def test_a_change_of_the_town_after_the_last_page_has_the_form_looked_at_again(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    with Here.world.scope(town.tenant_id):
        session().execute(text("SELECT raise_config_version()"))
    with counted() as asked:
        assert send(visitor).location == DONE
    assert any("report_drafts" in words and "reports" not in words for words, _ in asked.statements)
    assert number_of_reports(town) == 1


def test_a_form_is_sent_as_shown_hours_later(town: MadeTown) -> None:
    visitor = a_visitor(town)
    with time_machine.travel(berlin(2026, 11, 27, 20), tick=False) as clock:
        fill_all(visitor)
        clock.shift(timedelta(hours=23))
        assert send(visitor).location == DONE
    assert the_report(town).received_at == berlin(2026, 11, 28, 19)
