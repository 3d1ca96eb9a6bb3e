"""The gate under attack: mails to strangers, acts without the mailbox, odd words, two at once, what was overtaken."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, Problem, Stale
from onboarding.applications.actions import this_file, withdraw
from onboarding.applications.entries import save_entry
from onboarding.applications.links import link_code
from onboarding.applications.models import FileOverride, FilePerson, FileSession
from onboarding.applications.overrides import agree_override, decline_override, propose_override
from onboarding.contracts import file_store
from onboarding.contracts.file_jobs import made_again
from onboarding.contracts.file_models import CopyState, CopyWay, FileDocument
from onboarding.contracts.file_review import CHECKS, confirm_copy
from onboarding.contracts.file_uploads import UploadedFile, pack
from onboarding.steps import Step
from tests.maerker.documents.files import a_scan
from tests.makers import Here
from tests.makers_documents import OPERATOR, PLACE, a_paper, an_admitted_file, at_the_file
from tests.makers_joining import (
    JOINING_HOST,
    a_file,
    a_kommune,
    applied,
    file_id_of,
    joined,
    opened,
    person_id_of,
)
from tests.makers_operators import an_operator
from tests.onboarding.contracts.reading_pdf import words_of
from tests.security.test_nonsense import raw
from tests.world import Mailbox, Visitor

REASON = "Der Oberbürgermeister ist bis Januar krank; die Erklärung kommt danach mit der Post."
ANNA, BERT = Actor(kind="operator", id=910001, name="Anna"), Actor(kind="operator", id=910002, name="Bert")


def a_browser(address: str = "203.0.113.7") -> Visitor:
    return Visitor(Here.world.platform, JOINING_HOST, address=address)


def address(rule: str, values: dict[str, str]) -> str:
    """The rule with its arguments filled in; what `values` does not know is 1."""
    return re.sub(r"<(?:[^:<>]+(?:\([^)]*\))?:)?(\w+)>", lambda found: values.get(found.group(1), "1"), rule)


def send(visitor: Visitor, path: str, data: dict[str, Any] | None = None, *, page: str = "/anmelden") -> int:
    visitor.get(page)
    return visitor.post(path, data or {}).status_code


# --- mails -----------------------------------------------------------------------------------------------------------


def test_nobodys_mailbox_is_flooded_by_asking_for_links_from_many_addresses(mailbox: Mailbox) -> None:
    contact = a_file()
    mailbox.mails.clear()
    form = {"municipality_id": str(contact.kommune.id), "email": contact.kommune.email}
    answers = [send(a_browser(f"198.51.100.{number}"), "/anmelden", form) for number in range(14)]
    Here.world.work()
    assert 429 in answers
    assert len(mailbox.to(contact.kommune.email)) <= 10
    unknown = f"niemand-{contact.kommune.email}"
    other = [send(a_browser(f"198.51.101.{number}"), "/anmelden", {**form, "email": unknown}) for number in range(14)]
    assert sorted(set(other)) == [303, 429], "An unknown address is answered as a known one."


def test_nobodys_mailbox_is_flooded_by_applications_for_many_kommunen(mailbox: Mailbox) -> None:
    victim, answers = f"opfer-{a_kommune().email}", []
    for number in range(13):
        kommune, stranger = a_kommune(), a_browser(f"198.51.102.{number}")
        spelt = victim.upper() if number % 2 else f" {victim} "
        answers.append(send(stranger, f"/antrag/{kommune.id}", {"name": "Karla Nagel", "email": spelt},
                            page=f"/antrag/{kommune.id}"))
    Here.world.work()
    assert answers[0] == 303
    assert answers[-1] == 429
    assert len([mail for mail in mailbox.mails if str(mail["To"]).lower() == victim]) <= 10


def test_a_stranger_with_a_fresh_application_is_no_relay_for_invitations(mailbox: Mailbox) -> None:
    stranger = a_file()
    answers = []
    for number in range(104):
        answers.append(send(stranger.visitor, "/akte/personen/einladen", {
            "name": "Jan Nowak", "email": f"fremd-{number}-{stranger.kommune.email}", "roles": "press",
        }, page="/akte/personen/einladen"))
        if answers[-1] == 429:
            break
    assert answers[0] == 303
    assert answers[-1] == 429


def test_one_colleague_is_not_sent_the_same_link_without_end(mailbox: Mailbox) -> None:
    contact = a_file()
    joined(contact, "press")
    with at_the_file(file_id_of(contact)):
        person_id = session().scalars(select(FilePerson.id).where(FilePerson.name == "Jan Nowak")).one()
    answers = [send(contact.visitor, f"/akte/personen/{person_id}/link", page="/akte/personen") for _ in range(14)]
    assert (answers[0], answers[-1]) == (303, 429)


def test_who_waits_to_be_let_in_makes_one_mail_however_often_they_come(mailbox: Mailbox) -> None:
    contact = a_file()
    address = f"zweite-{contact.kommune.email}"
    second = opened(applied(contact.kommune, email=address, name="Jan Nowak"), address)
    for _ in range(2):
        send(second.visitor, "/anmelden", {"municipality_id": str(contact.kommune.id), "email": address}, page="/akte")
        opened(second, address)
    Here.world.work()
    told = [mail for mail in mailbox.to(contact.kommune.email) if "Jemand möchte" in str(mail["Subject"])]
    assert len(told) == 1


# --- who one is ------------------------------------------------------------------------------------------------------


def test_a_second_device_proves_no_mailbox() -> None:
    """A browser left open makes a link for itself; what it gets must not do the grave acts."""
    paper = a_paper()
    with at_the_file(paper.file_id):
        session().execute(update(FileSession).values(asked_again_at=now() - timedelta(hours=1)))
    visitor = paper.file.visitor
    visitor.get("/akte/geraet")
    place = visitor.post("/akte/geraet").headers["Location"]
    page = visitor.get(place).text
    path = re.search(r"(/zugang/[0-9a-f-]+)", page)
    assert path, page
    code = link_code(Here.world.settings, paper.file_id, int(place.rpartition("/")[2]))
    thief = a_browser()
    thief.get(path[1])
    assert thief.post(path[1], {"code": code}).status_code == 303
    assert thief.get("/akte").status_code == 200
    for act in (f"{PLACE}/{paper.id}/abgeben", "/akte/zurueckziehen"):
        answer = thief.get(act)
        assert (answer.status_code, answer.headers["Location"].startswith("/code")) == (303, True), act
    thief.get("/akte")
    assert thief.post("/akte/zurueckziehen", {"reason": ""}).headers["Location"].startswith("/code")
    with at_the_file(paper.file_id):
        assert this_file().withdrawn_at is None


def test_a_stranger_who_types_the_address_of_somebody_removed_confirms_nothing_for_them(mailbox: Mailbox) -> None:
    contact = a_file()
    joined(contact, "technical")
    with at_the_file(file_id_of(contact)):
        gone = session().scalars(select(FilePerson).where(FilePerson.name == "Jan Nowak")).one()
        number, address = gone.id, gone.email
    assert send(contact.visitor, f"/akte/personen/{number}/entfernen", page="/akte/personen") == 303
    applied(contact.kommune, email=address, name="Die Frau Bürgermeisterin")
    assert "bittet um Zugang" not in contact.visitor.get("/akte/personen").text
    with at_the_file(file_id_of(contact)):
        assert session().get_one(FilePerson, (file_id_of(contact), number)).confirmed_at is None


@pytest.mark.parametrize("target", [
    "//boese.example", "https://boese.example", "/\\boese.example", "\\\\boese.example", "javascript:alert(1)",
    "/\t/boese.example", "///boese.example", " //boese.example", "/\r\nX-Boese: 1",
])
def test_no_code_leads_to_another_host(target: str, mailbox: Mailbox) -> None:
    contact = a_file()
    contact.visitor.get("/anmelden")
    answer = contact.visitor.get("/anmelden", query_string={"weiter": target})
    assert answer.headers["Location"] == "/akte"
    page = contact.visitor.get("/code", query_string={"weiter": target}).text
    assert "boese" not in page
    assert "javascript:" not in page


def test_every_form_of_the_joining_host_needs_its_token_and_its_own_origin() -> None:
    app, contact = Here.world.platform.app("joining"), a_file()
    values = {"slug": "beitrittserklaerung", "name": "x" * 40, "key": "phone",
              "municipality_id": str(contact.kommune.id)}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()):
            continue
        path = address(rule.rule, values)
        keeps = getattr(app.view_functions[rule.endpoint], "keeps_text", False)
        for data, headers in (
            ({"csrf_token": "0" * 64}, {}), ({}, {"Origin": "https://boese.example"}),
            ({}, {"Sec-Fetch-Site": "same-site"}), ({}, {"Origin": f"http://cottbus.{JOINING_HOST}"}),
        ):
            contact.visitor.get("/akte/personen/einladen")
            answer = contact.visitor.post(path, data, headers=headers)
            assert answer.status_code in ((400, 404) if keeps else (400,)), (rule.rule, headers, answer.status_code)
    assert contact.visitor.get("/akte").status_code == 200


# --- what is typed ---------------------------------------------------------------------------------------------------

NONSENSE = ("\x00", "a\x00b", "\r\nBcc: boese@example.org", "9" * 5000, "²", "-1", "٣", "\u202e", "x" * 20_000,
            "{{7*7}}", '"><script>alert(1)</script>', "%(name)s", "%s", "0001-01-01", "9999-12-31", "\ud7ff")
FIELDS = ("municipality_id", "name", "function", "email", "phone", "head_name", "head_title", "wished_start", "seat",
          "official_name", "code", "link", "weiter", "section", "value", "version", "version-phone", "phone", "street",
          "slug", "own_domain", "departments", "extent", "first_answer_days", "council_on", "signatories", "reason",
          "roles", "let_in", "kurs", "termin", "department", "answer", "way", "signed_on", "name_1", "function_1",
          "on_behalf_1", "power_of_attorney_1", "fragen", "versuch", "replace")


@pytest.mark.parametrize("words", NONSENSE, ids=range(len(NONSENSE)))
def test_no_word_in_any_form_of_the_gate_breaks_it(words: str) -> None:
    app, contact = Here.world.platform.app("joining"), a_file()
    values = {"slug": "beitrittserklaerung", "name": "x" * 40, "municipality_id": str(contact.kommune.id),
              "person_id": str(person_id_of(contact))}
    contact.visitor.get("/akte/personen/einladen")
    typed = {"csrf_token": contact.visitor.token, **dict.fromkeys(FIELDS, words)}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()) or rule.rule == "/abmelden" or rule.rule.endswith("/entfernen"):
            continue
        for key in ("phone", "wished_start", "slug", "own_domain", "first_answer_days", "departments"):
            path = address(rule.rule, {"key": key, **values})
            answer = contact.visitor.post(path, typed)
            assert answer.status_code < 500, (path, answer.status_code)
            assert "<script>alert" not in answer.text
            if "<key>" not in rule.rule:
                break
    for section in ("kommune", "beschluss", "technik", "versprechen", "unterschrift"):
        answer = contact.visitor.post("/akte/angaben", typed | {"section": section})
        assert answer.status_code < 500, section
    contact.visitor.get("/akte/personen/einladen")
    assert contact.visitor.token == typed["csrf_token"] != "", "The token was not good for all of these forms."
    for page in ("/akte", "/akte/angaben", "/akte/personen", "/akte/verlauf", "/akte/start", "/akte/dokumente"):
        shown = contact.visitor.get(page)
        assert shown.status_code in (200, 303), page
        assert "<script>alert" not in shown.text


@pytest.mark.parametrize("words", ["\x00", "Grund \x00 mit einem Zeichen, das keines ist", "\u202egnutiehrhaW", "²"])
def test_no_word_in_a_form_about_a_file_breaks_the_console(words: str) -> None:
    file_id, admin = file_id_of(a_file()), an_operator()
    rules = [rule.rule for rule in Here.world.platform.app("console").url_map.iter_rules()
             if "POST" in (rule.methods or set()) and "file_id" in rule.arguments]
    assert rules
    for rule in rules:
        path = address(rule, {"file_id": str(file_id), "step": "service_promise"})
        admin.get("/konto")
        answer = admin.post(path, dict.fromkeys((*FIELDS, "remark", "day", "hour", "wish", "number", "domain"), words))
        assert answer.status_code < 500, rule


@pytest.mark.parametrize("number", [str(2**63), "9" * 40, "0"])
def test_a_number_that_the_database_cannot_hold_is_nothing_there(number: str) -> None:
    contact = a_file()
    for rule in Here.world.platform.app("joining").url_map.iter_rules():
        if "<int:" in rule.rule and rule.rule.startswith("/akte"):
            answer = contact.visitor.get(re.sub(r"<int:\w+>", number, rule.rule))
            assert answer.status_code in (404, 405), (rule.rule, number)


@pytest.mark.parametrize("value", ["%00", "a%00b", "9" * 40, "-1", "%d9%a3", "%c2%b2", "%ff", "x" * 3000])
def test_no_question_in_an_address_breaks_the_gate(value: str) -> None:
    contact = a_file()
    for path in ("/antrag?suche=", "/anmelden?kommune=", "/akte/verlauf?seite=", "/akte/angaben?gespeichert=",
                 "/akte/personen?ok=", "/akte/schulung?ok=", "/akte/schulung/anmelden?kurs=", "/akte/start?getan=",
                 "/akte/schulung/anmelden?termin=", "/akte/aenderungen?getan=", "/akte/geraet?ok="):
        assert raw(contact.visitor, path + value).status_code < 500, path


MARKUP = '#panic("x") $x^2$ \\ @boese <marke> *fett* `#read("/etc/passwd")` // weg'


def test_words_of_a_kommune_stay_words_in_its_documents() -> None:
    """Typst reads what is typed as data: no formula, no label, no file, nothing that stops the document."""
    file = an_admitted_file(details={"official_name": MARKUP, "head_name": MARKUP, "street": MARKUP})
    for slug in ("beitrittserklaerung", "auftragsverarbeitung", "datenschutzhinweise"):
        paper = a_paper(slug, file)
        assert (str(paper.row.state), paper.row.problem) == ("ready", "")
        words = words_of(paper.pdf)
        assert 'panic("x")' in words
        assert "root:" not in words


def test_own_domains_and_addresses_that_are_not_the_kommunes_are_refused() -> None:
    contact = a_file()
    for key, values in {
        "slug": ("betrieb", "beitritt", "admin", "www", "..", "a/b", "xn--ctbus-jua", "cottbus.", "-a", "münchen",
                 "api", "a" * 64, "localhost"),
        "own_domain": ("..", "a", "boese .de", "maerker.de/pfad", "boese.de:80", "a@b.de", "ü.de", "-a.de"),
    }.items():
        for value in values:
            contact.visitor.get("/akte/angaben")
            answer = contact.visitor.post(f"/akte/angaben/{key}", {"value": value, "version": ""})
            assert answer.status_code == 422, (key, value)


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [
    "../../etc/passwd", "C:\\Windows\\boese.pdf", 'x"; filename="boese.html', "a\r\nSet-Cookie: b=c.pdf",
    "\u202egpj.exe", "x" * 500, "", ".", "/",
])
def test_the_name_of_an_upload_is_words_and_nothing_else(name: str) -> None:
    kept = pack([UploadedFile(name, a_scan(1))], CopyWay.scan).name
    assert kept
    assert len(kept) <= 120
    assert not set(kept) & set("\r\n\\/\u202e")


@pytest.mark.parametrize("content", [
    b"<html><script>alert(1)</script>", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', b"MZ\x90\x00",
    b"PK\x03\x04boese", b"GIF89a<script>", b"\n%PDF-1.7", b"", b"BM<script>",
])
def test_what_is_no_document_by_its_content_is_not_kept_whatever_its_name_says(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        pack([UploadedFile("Beitrittserklärung.pdf", content)], CopyWay.scan)
    assert "files" in refusal.value.fields


ONLY_BEGINS_LIKE_A_DOCUMENT = (
    b"%PDF-1.7\n<html><script>alert(1)</script>", b"\xff\xd8\xff<script>alert(1)</script>",
    b"\x89PNG\r\n\x1a\n<svg onload=alert(1)>", b"%PDF-1.4\n" + b"[" * 200_000,
)


def test_what_only_begins_like_a_document_is_refused_by_the_worker_with_a_sentence() -> None:
    paper = a_paper()
    for content in ONLY_BEGINS_LIKE_A_DOCUMENT:
        assert paper.hand_in(content).status_code == 303
        copy = paper.copies[-1]
        assert copy.state is CopyState.refused
        assert copy.finding_text
    taken = paper.file.visitor.get(f"{PLACE}/nachweis/{copy.id}/herunterladen")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert taken.headers["Cache-Control"] == "no-store"


def test_the_kommunes_name_cannot_write_headers_of_a_download() -> None:
    paper = a_paper()
    with Here.world.no_scope("console"):
        session().execute(
            text("UPDATE municipalities SET name = :name WHERE id = :id"),
            {"name": 'Neu"; filename="boese.html', "id": paper.file.kommune.id},
        )
    header = paper.file.visitor.get(f"{PLACE}/{paper.id}/herunterladen").headers["Content-Disposition"]
    assert 'filename="boese.html' not in unquote(header).replace('\\"', "'")
    assert header.startswith("attachment")


def test_a_document_that_was_made_is_the_same_byte_for_byte_for_ever() -> None:
    paper = a_paper()
    with at_the_file(paper.file_id):
        row = session().get_one(FileDocument, (paper.file_id, paper.id))
        kept = file_store.read(Here.world.settings, row.file)
        save_entry("official_name", "Stadt Anderswo", by=OPERATOR, at=now())
        assert made_again(row) == kept


# --- what was overtaken ----------------------------------------------------------------------------------------------


def test_a_signature_under_an_old_version_is_not_accepted_after_a_new_one_was_made() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2))
    assert paper.copies[-1].state is CopyState.to_confirm
    a_paper("beitrittserklaerung", paper.file)
    with pytest.raises(Stale), at_the_file(paper.file_id):
        confirm_copy(paper.copies[-1].id, CHECKS, "", by=OPERATOR, at=now())
    assert paper.copies[-1].state is CopyState.to_confirm


def test_nobody_agrees_to_a_reason_that_was_exchanged_after_they_read_it() -> None:
    person = an_admitted_file()
    with at_the_file(file_id_of(person)):
        propose_override(Step.service_promise, REASON, by=ANNA, at=now())
    with at_the_file(file_id_of(person)):
        read = session().scalars(select(FileOverride)).one().first_at.isoformat()
        decline_override(Step.service_promise, "", by=ANNA, at=now())
    with at_the_file(file_id_of(person)):
        propose_override(Step.service_promise, REASON + " Und das Versprechen gilt gar nicht.", by=ANNA, at=now())
    with pytest.raises(Stale), at_the_file(file_id_of(person)):
        agree_override(Step.service_promise, seen=read, by=BERT, at=now())
    with at_the_file(file_id_of(person)):
        row = session().scalars(select(FileOverride)).one()
        assert row.second_by is None
        agree_override(Step.service_promise, seen=row.first_at.isoformat(), by=BERT, at=now())


# --- two at once -----------------------------------------------------------------------------------------------------


def at_once(*acts: Any) -> list[Any]:
    """What each act answers or raises when all begin together."""
    def run(act: Any) -> Any:
        try:
            return act()
        except (Problem, DBAPIError) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result(timeout=60) for done in [pool.submit(run, act) for act in acts]]


def test_two_who_hand_in_at_once_hand_in_one_copy() -> None:
    paper = a_paper()
    form = {"way": "scan", "name_1": "Christine Herrmann", "function_1": "Bürgermeisterin", "on_behalf_1": "head",
            "signed_on": local_day(paper.row.made_at).isoformat()}
    paper.file.visitor.get(f"{PLACE}/{paper.id}/abgeben")
    token = paper.file.visitor.token

    def go() -> int:
        visitor = a_browser()
        for name, value in paper.file.visitor.cookies().items():
            visitor.client.set_cookie(name, value, domain=JOINING_HOST)
        return visitor.post(f"{PLACE}/{paper.id}/abgeben", {
            **form, "csrf_token": token, "files": [(io.BytesIO(a_scan(2)), "Scan.pdf")],
        }, content_type="multipart/form-data").status_code

    assert sorted(at_once(go, go, go)) == [303, 422, 422]
    assert len(paper.copies) == 1


def test_two_who_confirm_one_copy_at_once_confirm_it_once() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2))

    number = paper.copies[-1].id

    def one() -> str:
        with at_the_file(paper.file_id):
            confirm_copy(number, CHECKS, "", by=OPERATOR, at=now())
        return "done"

    assert sorted(map(str, at_once(one, one))) == sorted(map(str, ["done", Stale]))


def test_two_who_propose_at_once_leave_one_proposal() -> None:
    person = an_admitted_file()
    file_id = file_id_of(person)

    def by(who: Actor) -> Any:
        def go() -> str:
            with at_the_file(file_id):
                propose_override(Step.service_promise, REASON, by=who, at=now())
            return "done"
        return go

    assert sorted(map(str, at_once(by(ANNA), by(BERT)))) == sorted(map(str, ["done", Stale]))


# --- the walls -------------------------------------------------------------------------------------------------------


OF_THE_OPERATOR = (
    "UPDATE joining_files SET admitted_at = now()", "UPDATE joining_files SET starts_at = now()",
    "UPDATE joining_files SET started_at = now()", "UPDATE joining_files SET trained_needed = 0",
    "UPDATE joining_files SET provisioned_at = now()", "UPDATE joining_files SET set_up_missing = '[]'",
    "INSERT INTO file_overrides (step, reason, first_by, first_name, first_at, second_by, second_name, second_at)"
    " VALUES ('service_promise', 'x', 1, 'a', now(), 2, 'b', now())",
    "UPDATE file_overrides SET second_at = now()", "DELETE FROM file_events", "UPDATE file_events SET act = 'x'",
    "UPDATE file_documents SET state = 'ready'", "UPDATE file_documents SET sha256 = ''",
    "UPDATE file_copies SET state = 'accepted', checked_at = now()", "UPDATE file_copies SET sha256 = ''",
    "UPDATE file_trainees SET attended_at = now()", "SELECT * FROM operator_accounts", "SELECT * FROM operator_audit",
    "UPDATE tenants SET state = 'live'", "INSERT INTO tenant_hosts (host, tenant_id) SELECT 'x.de', id FROM tenants",
    "SELECT * FROM staff_accounts", "SELECT * FROM reports", "SELECT subject_id FROM file_outbox",
    "DELETE FROM file_people", "DELETE FROM file_documents", "UPDATE file_change_answers SET effective_from = now()",
)


def test_the_joining_role_itself_cannot_say_what_the_operator_says() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2))
    for statement in OF_THE_OPERATOR:
        with (
            pytest.raises(DBAPIError, match=r"permission denied|row-level security"),
            at_the_file(paper.file_id, "joining"),
        ):
            session().execute(text(statement))


def test_a_withdrawal_waits_for_a_start_that_is_happening() -> None:
    person = an_admitted_file()
    file_id = file_id_of(person)

    def go() -> str:
        with at_the_file(file_id, "joining"):
            withdraw("", by=Actor(kind="joining", id=1, name="Karla Nagel"), at=now())
        return "withdrawn"

    with ThreadPoolExecutor(1) as pool:
        with at_the_file(file_id):
            session().execute(text("UPDATE joining_files SET started_at = now() WHERE file_id = :id"), {"id": file_id})
            running = pool.submit(at_once, go)
            _until_somebody_waits()
        (outcome,) = running.result(timeout=60)
    assert outcome != "withdrawn"
    with at_the_file(file_id):
        assert this_file().withdrawn_at is None


def _until_somebody_waits() -> None:
    waiting = text("SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE datname = current_database()"
                   " AND wait_event_type = 'Lock' AND usename = 'maerker_joining'")
    for _ in range(1500):
        with Here.world.engine("joining").connect() as connection:
            if connection.execute(waiting).one()[0]:
                return
    raise AssertionError("Nobody waits for the row.")
