"""A Kommune joins, over HTTP and to the last mail: from the application to the first citizen's report on its host.

Both sides do what they do on their pages; letters come by real mail, signatures are real, the start is the job's.
"""

import io
import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import time_machine

from maerker.calendar.deadlines import local_day
from maerker.clock import BERLIN, now
from maerker.jobs.schedule import Schedule
from onboarding.applications.standing import steps_now
from onboarding.periodic import SLOTS
from onboarding.steps import Standing, StepNow
from tests.makers import Here
from tests.makers_documents import DETAILS, Paper, a_paper, at_the_file, file_id_of, the_texts
from tests.makers_joining import InFile, MadeKommune, applied, opened
from tests.makers_operators import OperatorVisitor, an_operator
from tests.onboarding.contracts.signing import means_of, signed, trusted_service
from tests.onboarding.provisioning.set_up_file import a_kommune_with_area
from tests.onboarding.training.people import began, passes, signs_up
from tests.tenants.portal.filled_form import CONTACT, MATTER, WORDS, sending_on
from tests.world import BASE, Mailbox, Visitor

GATES = ("beitrittserklaerung", "serviceversprechen", "auftragsverarbeitung")
EDITORS = ("Rieke Redlich", "Bodo Bearbeiter")
PASSWORD = "buche-nebel-laterne-17"


def test_from_the_application_to_the_first_report(mailbox: Mailbox) -> None:
    the_texts()
    trusted_service()
    kommune = a_kommune_with_area()
    file, operator = opened(applied(kommune)), an_operator("admin")
    path = f"/akten/{file_id_of(file)}"
    _admit(operator, path)
    _fill_in(file)
    for slug in (*GATES, "freigabe"):
        _sign(file, operator, slug)
    assert kommune.email in _addresses(mailbox, "angenommen")
    editors = _train(file, operator, kommune)
    _provision(operator, path)
    host = f"{_slug(kommune)}.{BASE}"
    admin = _by_invitation(host, mailbox, kommune.email)
    for address in editors.values():
        _by_invitation(host, mailbox, address)
    _set_up(admin, editors)
    _look(operator, path)
    starts_at = _fix_start(operator, path)
    assert "Beitrittserklärung" in file.visitor.get("/akte").text
    before = Visitor(Here.world.platform, host)
    assert "bald" in before.get("/").text
    _run_schedule(starts_at)
    assert kommune.email in _addresses(mailbox, "gestartet")
    assert {step.standing for step in _steps(file)} <= {Standing.done, Standing.not_needed}
    _a_citizen_reports(host, mailbox)


def _steps(file: InFile) -> tuple[StepNow, ...]:
    with at_the_file(file_id_of(file)):
        return steps_now()


def _admit(operator: OperatorVisitor, path: str) -> None:
    assert "Antrag" in operator.get(path).text
    assert operator.post(f"{path}/annehmen").status_code == 303


def _fill_in(file: InFile) -> None:
    """Section by section, with the page's own button, as without scripts."""
    slug = _slug(file.kommune)
    wanted = {**DETAILS, "slug": slug, "own_domain": "", "departments": "Ordnungsamt", "extent": "whole"}
    for section in re.findall(r'name="section" value="(\w+)"', file.visitor.get("/akte/angaben").text):
        file.visitor.get("/akte/angaben")
        answer = file.visitor.post("/akte/angaben", {"section": section, **{k: str(v) for k, v in wanted.items()}})
        assert answer.status_code == 303, answer.text[:3000]


def _slug(kommune: MadeKommune) -> str:
    return "neu-" + kommune.id.hex[:10]


def _sign(file: InFile, operator: OperatorVisitor, slug: str) -> None:
    """Made, downloaded, signed, handed in, compared and accepted; the agreement is signed by the operator too."""
    paper = a_paper(slug, file)
    assert paper.hand_in(signed(paper.pdf), way="electronic", signed_on="").status_code == 303
    _accept(operator, paper)
    if slug == "auftragsverarbeitung":
        _countersign(operator, paper)


def _accept(operator: OperatorVisitor, paper: Paper) -> None:
    page = f"/akten/{paper.file_id}/nachweise/{paper.copies[-1].id}"
    checks = re.findall(r'name="checks"[^>]* value="(\w+)"', operator.get(page).text)
    assert checks
    answer = operator.post(f"{page}/bestaetigen", {"checks": checks})
    assert answer.status_code == 303, answer.text[:3000]
    Here.world.work()


def _countersign(operator: OperatorVisitor, paper: Paper) -> None:
    theirs = paper.copies[-1]
    content = operator.get(f"/akten/{paper.file_id}/nachweise/{theirs.id}/herunterladen").data
    page = f"/akten/{paper.file_id}/dokumente/{paper.id}/gegenzeichnen"
    operator.get(page)
    both = signed(content, means_of("Dr. Jana Wölk"))
    answer = operator.post(page, {
        "way": "electronic", "name_1": "Dr. Jana Wölk", "function_1": "Geschäftsführerin",
        "signed_on": local_day(now()).isoformat(), "files": [(io.BytesIO(both), "vertrag.pdf")],
    }, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text[:3000]
    Here.world.work()
    if paper.copies[-1].state == "to_confirm":
        _accept(operator, paper)


def _train(file: InFile, operator: OperatorVisitor, kommune: MadeKommune) -> dict[str, str]:
    """A course with a date; two editors take part and pass the self-test. Returns their addresses."""
    operator.get("/schulungen/neu")
    course = operator.post("/schulungen/neu", {"title": "Redaktion", "way": "on_site"}).headers["Location"]
    term = course.split("?")[0] + "/termin"
    operator.get(term)
    operator.post(term, {
        "day": (now().astimezone(BERLIN).date() + timedelta(days=9)).isoformat(), "begins": "09:00", "ends": "12:00",
        "place": "Rathaus, Saal 2", "seats": "12", "trainer_name": "Tara Trainer",
    })
    page = file.visitor.get("/akte/schulung").text
    date_id = int(re.findall(r"termin=(\d+)", page)[-1])
    people = {name: f"{name.split()[0].lower()}-{kommune.id.hex[:8]}@neustadt.example" for name in EDITORS}
    trainees = [signs_up(file, date_id=date_id, name=name, email=email) for name, email in people.items()]
    began(date_id)
    ids = re.findall(r'name="trainee" value="(\d+)"', operator.get(f"/schulungen/termine/{date_id}").text)
    assert operator.post(f"/schulungen/termine/{date_id}/teilnahme", {"trainee": ids}).status_code == 303
    for trainee in trainees:
        passes(trainee)
    Here.world.work()
    assert "Die Schulung ist abgeschlossen" in file.visitor.get("/akte/schulung").text
    return people


def _provision(operator: OperatorVisitor, path: str) -> None:
    operator.get(f"{path}/einrichtung")
    answer = operator.post(f"{path}/einrichtung/anlegen")
    assert answer.status_code == 303, answer.text[:3000]
    Here.world.work()


def _by_invitation(host: str, mailbox: Mailbox, address: str) -> Visitor:
    """The invitation comes by mail; the password is set on the town's own host."""
    link = _newest_link(mailbox, address, host)
    person = Visitor(Here.world.platform, host)
    assert person.get(link).status_code == 200
    answer = person.post(link, {"password": PASSWORD, "password_again": PASSWORD})
    assert answer.status_code == 303, answer.text[:3000]
    assert person.sign_in(address, PASSWORD).status_code == 303
    return person


def _set_up(admin: Visitor, editors: dict[str, str]) -> None:
    """What the check before the start still finds is mended on the pages it names."""
    people = admin.get("/verwaltung/personen").text
    assert all(name in people for name in editors)
    departments = admin.get("/verwaltung/fachbereiche").text
    number = re.findall(r"/verwaltung/fachbereiche/(\d+)", departments)[0]
    _save(admin, f"/verwaltung/fachbereiche/{number}", mailbox="ordnungsamt@neustadt.example")
    categories = admin.get("/verwaltung/kategorien").text
    for key in sorted(set(re.findall(r'href="/verwaltung/kategorien/(\w+)"', categories))):
        _save(admin, f"/verwaltung/kategorien/{key}", department_id=number)
    admin.get("/verwaltung/ortsteile/neu")
    admin.post("/verwaltung/ortsteile/neu", {"name": "Sandow"})
    _save(admin, "/verwaltung/impressum", privacy_contact="Dana Schutz, datenschutz@neustadt.example",
          phone="03563 340", responsible="Christine Herrmann, Bürgermeisterin", email="stadt@neustadt.example")


def _save(visitor: Visitor, path: str, **changes: str) -> None:
    """Open the form, change these fields, send it with everything else as it stands."""
    page = visitor.get(path).text
    fields = {**_fields(page), **changes}
    answer = visitor.post(path, fields)
    assert answer.status_code == 303, (path, answer.text[:6000])


def _fields(page: str) -> dict[str, str]:
    main = page[page.index("<main"):page.index("</main>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", main):
        name, value = re.search(r' name="(\w+)"', tag), re.search(r' value="([^"]*)"', tag)
        box = re.search(r'type="(checkbox|radio)"', tag)
        if name and (not box or " checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, words in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', main, re.S):
        found[name] = unescape(words).lstrip("\n")
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', main, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def _look(operator: OperatorVisitor, path: str) -> None:
    operator.get(f"{path}/einrichtung")
    assert operator.post(f"{path}/einrichtung/pruefen").status_code == 303
    assert "Für Bürgerinnen und Bürger ist alles vollständig" in operator.get(f"{path}/einrichtung").text


def _fix_start(operator: OperatorVisitor, path: str) -> datetime:
    day = (now().astimezone(BERLIN) + timedelta(days=30)).date()
    operator.get(f"{path}/start")
    answer = operator.post(f"{path}/start", {"day": day.isoformat(), "hour": "08:00", "sure": "1"})
    assert answer.status_code == 303, answer.text[:3000]
    Here.world.work()
    return datetime(day.year, day.month, day.day, 8, tzinfo=BERLIN)


def _run_schedule(at: datetime) -> None:
    """The periodic jobs a minute after the hour; the mails after it."""
    platform = Here.world.platform
    with time_machine.travel(at + timedelta(minutes=1), tick=True):
        apps = {"eraser": platform.eraser(), "console": platform.app("console")}
        starts = [slot for slot in SLOTS if "start" in slot.name]
        assert starts
        with apps["console"].app_context():
            assert Schedule(apps, starts).run_due(1.0)
        Here.world.work()


def _a_citizen_reports(host: str, mailbox: Mailbox) -> None:
    citizen, address = Visitor(Here.world.platform, host), f"karin-{host.split('.')[0]}@posteo.example"
    citizen.get("/hinweise/neu")
    assert citizen.post("/hinweise/neu", {**WORDS, "district": "Sandow"}).status_code == 303
    citizen.get("/hinweise/neu/anliegen")
    assert citizen.post("/hinweise/neu/anliegen", MATTER).status_code == 303
    citizen.get("/hinweise/neu/kontakt")
    assert citizen.post("/hinweise/neu/kontakt", {**CONTACT, "email": address}).status_code == 303
    citizen.get("/hinweise/neu/pruefen")
    answer = citizen.post("/hinweise/neu/pruefen", sending_on(citizen))
    assert answer.status_code == 303
    number = re.search(r"\d{4}-\d{6}", citizen.get(answer.headers["Location"]).text)
    assert number
    Here.world.work()
    assert number[0] in str(mailbox.to(address)[-1]["Subject"])


def _addresses(mailbox: Mailbox, word: str) -> set[str]:
    Here.world.work()
    return {str(mail["To"]) for mail in mailbox.mails if word in str(mail["Subject"])}


def _newest_link(mailbox: Mailbox, address: str, host: str) -> str:
    for mail in reversed(mailbox.to(address)):
        body = mail.get_body(("plain",))
        found = re.search(rf"http://{re.escape(host)}(/einladung/\S+)", str(body.get_content()) if body else "")
        if found:
            return urlsplit(found[1]).path
    raise AssertionError(f"no invitation to {host} for {address}")
