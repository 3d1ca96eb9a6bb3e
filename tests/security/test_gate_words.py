"""What is typed at the gate, in addresses and in the words of its documents: it stays words, and breaks nothing."""

import re

import pytest

from tests.makers import Here
from tests.makers_documents import a_paper, an_admitted_file
from tests.makers_joining import (
    a_file,
    file_id_of,
    person_id_of,
)
from tests.makers_operators import an_operator
from tests.onboarding.contracts.reading_pdf import words_of
from tests.security.test_gate import address
from tests.security.test_nonsense import raw

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
