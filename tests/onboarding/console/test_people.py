"""The people of a Kommune, seen from the console: inviting, letting in, a new link, reminding whom one means."""

import re

from tests.makers import Here
from tests.makers_joining import InFile, a_file, applied, link_and_code, opened
from tests.makers_joining import _plain as plain
from tests.makers_operators import an_operator
from tests.onboarding.console.files import acts_of, an_admitted_file, events_of, id_of
from tests.world import Mailbox


def test_somebody_of_the_kommune_is_invited_and_gets_in(mailbox: Mailbox) -> None:
    (file_id, person), support = an_admitted_file(), an_operator("support")
    support.get(f"/akten/{file_id}/personen")
    address = f"presse-{file_id.hex[:8]}@neustadt.example"
    answer = support.post(f"/akten/{file_id}/personen", {
        "name": "Jana Kretschmer", "email": address, "function": "Pressestelle", "roles": ["press"],
    })
    assert answer.headers["Location"] == f"/akten/{file_id}/personen?getan=eingeladen"
    page = support.get(f"/akten/{file_id}/personen").text
    assert "Jana Kretschmer" in page
    assert "eingeladen, noch nicht angemeldet" in page
    opened(InFile(person.kommune, person.visitor), address)
    assert "Jana Kretschmer wurde in die Akte eingeladen" in person.visitor.get("/akte/verlauf").text


def test_an_invitation_that_lacks_something_keeps_what_was_typed() -> None:
    (file_id, _), support = an_admitted_file(), an_operator("support")
    support.get(f"/akten/{file_id}/personen")
    answer = support.post(f"/akten/{file_id}/personen", {"name": "Jana Kretschmer", "email": "keine Adresse"})
    assert answer.status_code == 422
    assert 'value="Jana Kretschmer"' in answer.text
    assert "Das ist keine E-Mail-Adresse" in answer.text
    empty = support.post(f"/akten/{file_id}/personen", {"name": "Jana Kretschmer", "email": ""})
    assert "Bitte geben Sie die E-Mail-Adresse an." in empty.text
    assert "person_invited" not in acts_of(file_id)


def test_who_met_in_the_file_is_let_in_with_a_role() -> None:
    first, support = a_file(), an_operator("support")
    file_id = id_of(first)
    later = opened(applied(first.kommune, email=f"zweite-{file_id.hex[:8]}@neustadt.example", name="Ida Zwei"),
                   f"zweite-{file_id.hex[:8]}@neustadt.example")
    assert "1 Person bittet um Zugang" in support.get(f"/akten/{file_id}").text
    page = support.get(f"/akten/{file_id}/personen").text
    action = re.search(rf'action="(/akten/{file_id}/personen/\d+/einlassen)"', page)
    assert action
    assert support.post(action[1], {}).status_code == 422
    assert support.post(action[1], {"roles": ["technical"]}).status_code == 303
    assert "bittet um Zugang" not in support.get(f"/akten/{file_id}/personen").text
    assert first.kommune.name in later.visitor.get("/akte").text
    assert "person_let_in" in acts_of(file_id)


def test_a_new_link_is_mailed_to_the_same_address(mailbox: Mailbox) -> None:
    (file_id, person), support = an_admitted_file(), an_operator("support")
    page = support.get(f"/akten/{file_id}/personen").text
    action = re.search(rf'action="(/akten/{file_id}/personen/\d+/link)"', page)
    assert action
    support.post(action[1])
    path, code = link_and_code(person.kommune.email)
    person.visitor.get(path)
    assert person.visitor.post(path, {"code": code}).status_code == 303
    assert acts_of(file_id)[-1] == "link_sent_again"


def test_another_files_person_is_not_there() -> None:
    (file_id, _), (other, _) = an_admitted_file(), an_admitted_file()
    support = an_operator("support")
    page = support.get(f"/akten/{other}/personen").text
    number = re.search(rf"/akten/{other}/personen/(\d+)/link", page)
    assert number
    for act in ("link", "einlassen"):
        path = f"/akten/{file_id}/personen/{number[1]}/{act}"
        support.get("/konto")
        assert support.post(path, {"roles": ["press"]}).status_code == 404


def test_a_reminder_is_proposed_from_what_is_missing_and_goes_to_whom_one_means(mailbox: Mailbox) -> None:
    (file_id, person), support = an_admitted_file(), an_operator("support")
    support.get(f"/akten/{file_id}/personen")
    silent = f"technik-{file_id.hex[:8]}@neustadt.example"
    support.post(f"/akten/{file_id}/personen", {"name": "Tim Technik", "email": silent, "roles": ["technical"]})
    Here.world.work()
    mailbox.mails.clear()
    page = support.get(f"/akten/{file_id}/erinnern").text
    assert "Beitrittserklärung: Das Dokument ist noch nicht erstellt." in page
    checked = re.findall(r'name="people" value="(\d+)" checked', page)
    assert len(checked) == 1
    support.post(f"/akten/{file_id}/erinnern", {
        "people": checked, "text": "Bitte schicken Sie uns die Erklärung.\n\nMit besten Grüßen",
    })
    Here.world.work()
    assert not mailbox.to(silent)
    (mail,) = mailbox.to(person.kommune.email)
    assert "Guten Tag Karla Nagel," in plain(mail)
    assert "Bitte schicken Sie uns die Erklärung." in plain(mail)
    (event,) = [row for row in events_of(file_id) if row.act == "reminded"]
    assert event.details["person"] == ["Karla Nagel"]
    assert "Zuletzt erinnert am" in support.get(f"/akten/{file_id}").text
    assert "Bitte schicken Sie uns die Erklärung." in person.visitor.get("/akte/verlauf").text


def test_a_reminder_to_nobody_or_without_words_is_refused(mailbox: Mailbox) -> None:
    (file_id, person), support = an_admitted_file(), an_operator("support")
    support.get(f"/akten/{file_id}/erinnern")
    answer = support.post(f"/akten/{file_id}/erinnern", {"text": "Ein langer Text an niemanden.", "people": ["x", "0"]})
    assert answer.status_code == 422
    assert "Ein langer Text an niemanden." in answer.text
    assert "Bitte wählen Sie, wer die Erinnerung bekommt." in answer.text
    assert "reminded" not in acts_of(file_id)
    Here.world.work()
    assert mailbox.to(person.kommune.email) == []
