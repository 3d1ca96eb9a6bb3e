"""Stories of a trial: testers use everything, and at the start nothing of it is carried over by accident."""

import json
import re

from sqlalchemy import select

from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.database.base import session
from tenants.reports.models import Publication, ReportPhoto, TrialPublication
from tenants.reports.status import Verb
from tenants.reports.trial import renew_trial_pass
from tests.makers import Here, MadeTown, a_published_report, a_report, a_visitor, code_of, move, signed_in
from tests.tenants.portal.filled_form import (
    MATTER,
    WORDS,
    a_photo,
    drafts_of,
    fill_all,
    fill_contact,
    fill_place,
    number_of_reports,
    send,
    submission_on,
    the_report,
    upload,
)
from tests.tenants.reports.test_periodic import run_schedule
from tests.trials import a_tester, a_trial, erase, pass_of, start
from tests.world import Mailbox, Visitor

BANNER = 'class="m-trial"'


def test_a_tester_reports_reads_and_follows_like_a_citizen(mailbox: Mailbox) -> None:
    town = a_trial()
    tester = a_tester(town)
    assert BANNER in tester.get("/").text
    fill_all(tester, lat=str(town.lat), lon=str(town.lon))
    fill_contact(tester, email=f"probe@{town.slug}.example")
    assert BANNER in tester.get("/hinweise/neu/pruefen").text
    assert send(tester).location == "/hinweise/neu/danke"
    report = the_report(town)
    assert (report.trial, report.number) == (True, f"P{now().year}-000001")
    assert report.number in tester.get("/hinweise/neu/danke").text
    move(town, report.number, Verb.publish)
    move(town, report.number, Verb.answer, public_text="Wir kommen am Montag vorbei.")
    for path in ("/", "/hinweise/", "/hinweise/karte", "/hinweise/?q=Schlagloch", f"/hinweise/?q={report.number}",
                 f"/hinweise/{report.number}"):
        page = tester.get(path)
        assert page.status_code == 200
        assert report.number in page.text
        assert BANNER in page.text
    assert "Wir kommen am Montag vorbei." in tester.get(f"/hinweise/{report.number}").text
    pins = json.loads(tester.get("/hinweise.geojson").data)["features"]
    assert [pin["properties"]["number"] for pin in pins] == [report.number]
    assert tester.get(f"/verfolgen/{code_of(town, report.number)}").status_code == 200
    assert tester.get("/hilfe").status_code == 200
    Here.world.work()
    mails = mailbox.to(f"probe@{town.slug}.example")
    assert len(mails) == 3
    mails += mailbox.to(f"redaktion@{town.slug}.example")
    assert [str(mail["Subject"]).split()[0] for mail in mails] == ["[Probe]"] * 4
    words = mails[0].get_body(("plain",))
    assert words is not None
    assert "wird zum Start" in words.get_content()


def test_filters_and_words_narrow_the_list_of_a_trial() -> None:
    town = a_trial()
    hole = a_published_report(town, category="roads", description="Ein 100%iges Loch")
    waste = a_published_report(town, category="waste", description="Ein alter Kühlschrank", district="Mitte")
    tester = a_tester(town)
    for query, found in (("category=waste", waste), ("district=Sandow", hole), ("q=kühlschrank", waste),
                         ("q=100%25", hole), (f"q={hole}", hole)):
        page = tester.get(f"/hinweise/?{query}").text
        shown = [number for number in (hole, waste) if f'href="/hinweise/{number}"' in page]
        assert shown == [found], query
    assert tester.get("/hinweise/?seite=9").status_code == 404
    assert "Älteste zuerst" in tester.get("/hinweise/").text


def test_staff_take_part_without_a_link_and_work_at_the_desk() -> None:
    town = a_trial()
    number = a_published_report(town)
    editor = signed_in(town)
    assert number in editor.get("/hinweise/").text
    desk = editor.get(f"/redaktion/{number}")
    assert desk.status_code == 200
    assert BANNER in desk.text
    assert number in editor.get("/redaktion/").text
    for typed in ("1", number, number.lower(), number.removeprefix("P")):
        assert editor.get(f"/redaktion/alle?q={typed}").location == f"/redaktion/{number}"


def test_the_desk_promises_no_public_in_a_trial() -> None:
    town = a_trial()
    number, editor = a_report(town), signed_in(town)
    page = editor.get(f"/redaktion/{number}").text
    assert "erscheint auf den Seiten des Probebetriebs" in page
    assert "für alle sichtbar" not in page
    move(town, number, Verb.publish)
    said = editor.get(f"/redaktion/{number}?getan=publish").text
    assert "Der Hinweis ist freigegeben." in said
    assert "jetzt öffentlich" not in said


def test_a_removed_report_leaves_its_stub_and_an_unreleased_one_nothing() -> None:
    town = a_trial()
    removed, waiting = a_published_report(town), a_report(town)
    move(town, removed, Verb.remove, reason="personal_data")
    tester = a_tester(town)
    assert "nicht mehr öffentlich" in tester.get(f"/hinweise/{removed}").text
    assert tester.get(f"/hinweise/{waiting}").status_code == 404


def test_photos_are_shown_to_testers_alone_and_erased_with_the_trial() -> None:
    town = a_trial()
    tester = a_tester(town)
    fill_all(tester, photos=1)
    send(tester)
    Here.world.work()
    report = the_report(town)
    with Here.world.scope(town.tenant_id):
        photo_ids = tuple(session().scalars(select(ReportPhoto.id)))
    move(town, report.number, Verb.publish, photo_ids=photo_ids)
    found = re.search(r'src="(/hinweise/[^"]+/fotos/[^"]+)"', tester.get(f"/hinweise/{report.number}").text)
    assert found
    photo = tester.get(found.group(1))
    assert (photo.status_code, photo.headers["Cache-Control"]) == (200, "private, no-store")
    assert a_visitor(town).get(found.group(1)).status_code == 404
    fill_place(tester)
    upload(tester, (a_photo(3), "noch-eins.jpg"))
    folder = Here.world.settings.storage_folder / str(town.tenant_id)
    assert [path for path in folder.rglob("*") if path.is_file()]
    start(town)
    assert erase(town) == 1
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_renewed_link_ends_the_old_ones() -> None:
    town = a_trial()
    tester, old = a_tester(town), pass_of(town)
    with Here.world.scope(town.tenant_id):
        renew_trial_pass(by=SYSTEM, at=now())
    assert "Hier startet Maerker bald" in tester.get("/").text
    assert a_visitor(town).get(f"/probe/{old}").status_code == 404
    assert BANNER in a_tester(town).get("/").text


def test_from_the_first_request_after_the_start_the_town_is_live_and_empty() -> None:
    town = a_trial()
    number = a_published_report(town)
    tester, outsider = a_tester(town), a_visitor(town)
    assert outsider.get("/").status_code == 404
    assert start(town)
    for visitor in (outsider, tester, signed_in(town)):
        page = visitor.get("/")
        assert page.status_code == 200
        assert BANNER not in page.text
        assert visitor.get(f"/hinweise/{number}").status_code == 404
        assert number not in visitor.get("/hinweise/").text
    assert number not in outsider.get("/hinweise.atom").text
    fill_all(outsider)
    assert send(outsider).status_code == 303
    assert erase(town) == 1
    assert the_report(town).number == f"{now().year}-000001"


def test_a_report_typed_in_the_trial_is_not_sent_after_the_start_and_the_person_is_told() -> None:
    town = a_trial()
    tester, editor = a_tester(town), signed_in(town)
    for visitor in (tester, editor):
        fill_all(visitor)
    start(town)
    for visitor in (tester, editor):
        answer = send(visitor)
        assert answer.status_code == 409
        assert "Der Probebetrieb ist beendet" in answer.text
        assert "nicht gesendet" in answer.text
    assert number_of_reports(town) == 0
    fill_all(tester)
    assert send(tester).status_code == 303
    assert the_report(town).trial is False


def test_without_the_mark_of_the_browser_the_draft_itself_refuses() -> None:
    town = a_trial()
    tester = a_tester(town)
    fill_all(tester)
    submission = submission_on(tester)
    start(town)
    tester.client.delete_cookie("maerker_probe", domain=town.host)
    answer = tester.post("/hinweise/neu/pruefen", {"submission": submission})
    assert answer.status_code == 409
    assert "ist nicht gesendet" in answer.text
    assert number_of_reports(town) == 0
    assert fill_place(tester).status_code == 303
    assert sorted(draft.trial for draft in drafts_of(town)) == [False, True]


def test_the_old_link_leads_to_an_explanation_after_the_start(town: MadeTown) -> None:
    answer = a_visitor(town).get(f"/probe/{pass_of(town)}")
    assert answer.status_code == 200
    assert "Der Probebetrieb ist beendet" in answer.text


def test_the_schedule_erases_what_an_interrupted_start_left() -> None:
    town = a_trial()
    a_published_report(town)
    run_schedule()
    assert number_of_reports(town) == 1, "the trial still runs"
    start(town)
    run_schedule()
    assert number_of_reports(town) == 0
    with Here.world.scope(town.tenant_id):
        assert not session().scalars(select(TrialPublication)).all()
        assert not session().scalars(select(Publication).where(Publication.tenant_id == town.tenant_id)).all()


def test_a_real_citizens_browser_meets_no_word_of_a_trial(town: MadeTown) -> None:
    citizen: Visitor = a_visitor(town)
    fill_all(citizen)
    assert "maerker_probe" not in citizen.cookies()
    assert "Probe" not in citizen.get("/").text
    assert WORDS["street"] in citizen.get("/hinweise/neu").text
    assert MATTER["description"] in citizen.get("/hinweise/neu/anliegen").text
