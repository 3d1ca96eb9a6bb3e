"""One file at the console: deciding on the application, reading what was filled in, the history of both sides."""

import re
import uuid

import pytest

from tests.makers import Here
from tests.makers_joining import a_file, applied
from tests.makers_operators import an_operator
from tests.onboarding.console.files import acts_of, an_admitted_file, files_at_once, id_of, long_ago, recorded
from tests.world import Mailbox


def test_an_application_is_taken_and_the_kommune_hears_of_it(mailbox: Mailbox) -> None:
    person, support = a_file(), an_operator("support")
    file_id = id_of(person)
    page = support.get(f"/akten/{file_id}").text
    assert "Wir sind an der Reihe: Antrag" in page
    assert 'href="#entscheiden"' in page
    decide = page[page.index('id="entscheiden"'):page.index("Antrag annehmen")]
    for words in ("Karla Nagel", "Leitung Ordnungsamt", person.kommune.email, "03563 340", "Adresse bestätigt"):
        assert words in decide, words
    assert support.post(f"/akten/{file_id}/annehmen").headers["Location"] == f"/akten/{file_id}?getan=angenommen"
    after = support.get(f"/akten/{file_id}?getan=angenommen").text
    assert "Der Antrag ist angenommen" in after
    assert "Die Kommune ist an der Reihe" in after
    assert acts_of(file_id)[-1] == "admitted"
    assert recorded(support.account_id)[-1] == "file_admitted"
    Here.world.work()
    assert "angenommen" in mailbox.to(person.kommune.email)[-1]["Subject"]
    assert "Der Antrag wurde angenommen" in person.visitor.get("/akte/verlauf").text


def test_nothing_is_taken_before_the_address_is_confirmed() -> None:
    person, support = applied(), an_operator("support")
    file_id = id_of(person)
    assert "Antrag annehmen" not in support.get(f"/akten/{file_id}").text
    answer = support.post(f"/akten/{file_id}/annehmen")
    assert answer.status_code == 422
    assert "noch nicht bestätigt" in answer.text
    assert "admitted" not in acts_of(file_id)


def test_an_application_is_refused_with_a_reason_that_the_kommune_reads(mailbox: Mailbox) -> None:
    person, support = a_file(), an_operator("support")
    file_id, reason = id_of(person), "Diese Verwaltung liegt nicht in Brandenburg."
    support.get(f"/akten/{file_id}")
    short = support.post(f"/akten/{file_id}/ablehnen", {"reason": "Nein"})
    assert short.status_code == 422
    assert ">Nein</textarea>" in short.text.replace("\n", "")
    support.post(f"/akten/{file_id}/ablehnen", {"reason": reason})
    Here.world.work()
    assert reason in mailbox.to(person.kommune.email)[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    page = support.get(f"/akten/{file_id}").text
    assert reason in page
    assert "Diese Akte ruht" in page
    support.post(f"/akten/{file_id}/annehmen")
    assert "abgelehnt" not in support.get(f"/akten/{file_id}").text


def test_an_application_that_was_taken_stays_taken() -> None:
    (file_id, _), support = an_admitted_file(), an_operator("support")
    support.get(f"/akten/{file_id}")
    answer = support.post(f"/akten/{file_id}/ablehnen", {"reason": "Wir haben es uns anders überlegt."})
    assert answer.status_code == 409
    assert "schon angenommen" in answer.text
    assert acts_of(file_id)[-1] == "admitted"


def test_typed_text_stays_when_the_form_is_refused() -> None:
    person, support = a_file(), an_operator("support")
    answer = support.post(f"/akten/{id_of(person)}/ablehnen", {"reason": "Getippt ist getippt.", "csrf_token": "x"})
    assert answer.status_code == 400
    assert "Getippt ist getippt." in answer.text


@pytest.mark.parametrize("role", ["trainer", "reader"])
def test_who_may_only_look_sees_no_act_and_does_none(role: str) -> None:
    person, someone = a_file(), an_operator(role)
    file_id = id_of(person)
    page = someone.get(f"/akten/{file_id}").text
    assert person.kommune.name in page
    assert f"/akten/{file_id}/annehmen" not in page
    assert f"/akten/{file_id}/erinnern" not in page
    for act in ("annehmen", "ablehnen", "geschulte"):
        someone.get("/konto")
        assert someone.post(f"/akten/{file_id}/{act}", {"reason": "Weil ich es so möchte."}).status_code == 403
    assert acts_of(file_id)[-1] == "address_confirmed"


def test_a_file_that_is_not_there_is_not_there() -> None:
    someone = an_operator()
    for part in ("", "/angaben", "/personen", "/verlauf", "/start", "/erinnern", "/ausnahme/service_promise"):
        assert someone.get(f"/akten/{uuid.uuid4()}{part}").status_code == 404
    assert someone.get("/akten/keine-akte").status_code == 404


def test_what_the_kommune_filled_in_can_be_read_and_not_written() -> None:
    person, reader = a_file(), an_operator("reader")
    page = reader.get(f"/akten/{id_of(person)}/angaben").text
    for words in ("Christine Herrmann", "Karla Nagel", "fehlt noch", "3 Angaben fehlen"):
        assert words in page, words
    assert "<textarea" not in page
    assert '<input class="kern-form-input__input"' not in page


def test_ten_steps_with_rule_and_proof() -> None:
    person, reader = a_file(), an_operator("reader")
    page = reader.get(f"/akten/{id_of(person)}").text
    assert page.count('<li class="m-way__step') == 10
    for words in ("§ 57 BbgKVerf", "Art. 28 Abs. 3 DSGVO", "§ 4 BbgDSG", "vor dem Start nötig"):
        assert words in page


def test_the_history_names_both_sides_and_has_pages() -> None:
    file_id, person = an_admitted_file()
    reader = an_operator("reader")
    page = reader.get(f"/akten/{file_id}/verlauf?seite=unsinn").text
    assert "Der Beitritt wurde beantragt." in page
    assert "Karla Nagel (Kommune)" in page
    assert "Frau Trieb (Betreiber)" in page
    assert reader.get(f"/akten/{file_id}/verlauf?seite=99").status_code == 200
    assert person.kommune.name in page


def test_how_many_people_are_trained_is_agreed_for_each_kommune() -> None:
    (file_id, _), support = an_admitted_file(), an_operator("support")
    support.get(f"/akten/{file_id}")
    for typed in ("0", "viele", "51", ""):
        assert support.post(f"/akten/{file_id}/geschulte", {"trained_needed": typed}).status_code == 422
    support.post(f"/akten/{file_id}/geschulte", {"trained_needed": "3"})
    assert "3 geschulte Personen nötig" in support.get(f"/akten/{file_id}").text
    assert acts_of(file_id)[-1] == "trained_needed_changed"


@pytest.mark.parametrize(("answer", "words"), [
    ("451 later", "1 Auftrag dieser Akte konnte noch nicht erledigt werden"),
    ("550 5.1.1 no such box", "1 Auftrag der letzten 30 Tage ist gescheitert"),
])
def test_orders_that_failed_are_seen_in_the_file(mailbox: Mailbox, answer: str, words: str) -> None:
    (file_id, _), support = an_admitted_file(), an_operator("support")
    assert words not in support.get(f"/akten/{file_id}").text
    number = re.search(r"/personen/(\d+)/link", support.get(f"/akten/{file_id}/personen").text)
    assert number
    mailbox.refuse = answer
    support.post(f"/akten/{file_id}/personen/{number[1]}/link")
    Here.world.work()
    mailbox.refuse = ""
    assert words in support.get(f"/akten/{file_id}").text


def test_a_kommune_in_operation_shows_since_when() -> None:
    word, (file_id,) = files_at_once(1, admitted_at=long_ago(days=9), started_at=long_ago(days=2), turn="nobody")
    page = an_operator("reader").get(f"/akten/{file_id}/start").text
    assert word in page
    assert "In Betrieb seit" in page
