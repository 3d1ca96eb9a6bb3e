"""The walk "A report" over HTTP, to the mail: form, release, answer, yellow, green; and what never becomes public."""

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.makers import Here, MadeTown, a_clerk, a_tenant, a_visitor, an_editor
from tests.tenants.portal.filled_form import CONTACT, fill_all, send
from tests.world import Mailbox, Visitor

WORDS = "Vor dem Haus ist ein tiefes Schlagloch."
ANSWER = "Die Kolonne füllt das Loch am Donnerstag mit Heißasphalt."
FINISHED = "Das Loch ist verfüllt, die Straße ist wieder frei."
INTERNAL = "Bitte mit der Baustelle nebenan abstimmen."
ATOM = {"a": "http://www.w3.org/2005/Atom"}


class Walk:
    """One report on its way, seen by the citizen, the editor, the clerk, a reader and the other town."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.town, self.other = a_tenant(), a_tenant()
        self.mailbox = mailbox
        self.citizen, self.reader = a_visitor(self.town), a_visitor(self.town, address="198.51.100.20")
        self.number, self.code = "", ""

    def send(self) -> None:
        fill_all(self.citizen, photos=2, lat=str(self.town.lat), lon=str(self.town.lon))
        assert send(self.citizen).location == "/hinweise/neu/danke"
        done = self.citizen.get("/hinweise/neu/danke").text
        self.number = found(r"\b(\d{4}-\d{6})\b", done)
        self.code = found(r'href="/verfolgen/([^"]+)"', done)
        Here.world.work()

    def take(self, who: Visitor, verb: str, **fields: object) -> None:
        """Make a move as a person does: open its page, fill in, send; then relay and worker do their part."""
        path = f"/redaktion/{self.number}/{verb}"
        page = who.get(path)
        assert page.status_code == 200, f"{verb}: {page.status_code}"
        version = found(r'name="version" value="(\d+)"', page.text)
        answer = who.post(path, {"version": version, **fields})
        assert answer.status_code == 303, f"{verb}: {answer.status_code}"
        Here.world.work()

    def page(self) -> str:
        return self.reader.get(f"/hinweise/{self.number}").text

    def light(self) -> str:
        """What the big light of the public page says."""
        return found(r'class="m-lamp m-lamp--([a-z_]+)"', self.page())

    def last_mail(self) -> EmailMessage:
        return self.mails()[-1]

    def mails(self) -> list[EmailMessage]:
        """To the citizen, from this town: other tests' citizens have the same address."""
        return [mail for mail in self.mailbox.to(CONTACT["email"]) if self.town.host in words_of(mail)]


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in {text[:2000]}"
    return match.group(1)


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def walk(mailbox: Mailbox) -> Walk:
    return Walk(mailbox)


def test_from_the_form_to_the_green_light(walk: Walk) -> None:
    walk.send()
    _receipt_leads_to_the_tracking_page(walk)
    assert walk.reader.get(f"/hinweise/{walk.number}").status_code == 404
    _released_with_one_of_two_photos(walk)
    _answered_by_the_department(walk)
    _finished(walk)
    _tracking_page_shows_all(walk)
    _feed_and_map_contain_it(walk)


def _receipt_leads_to_the_tracking_page(walk: Walk) -> None:
    receipt = walk.last_mail()
    assert walk.number in str(receipt["Subject"])
    link = urlsplit(found(r"(http://\S+/verfolgen/\S+)", words_of(receipt)))
    assert link.hostname == walk.town.host
    assert link.path == f"/verfolgen/{walk.code}"
    page = a_visitor(walk.town).get(link.path)
    assert page.status_code == 200
    assert WORDS in page.text
    editors = walk.mailbox.to(f"redaktion@{walk.town.slug}")[-1]
    assert f"/redaktion/{walk.number}" in words_of(editors)


def _released_with_one_of_two_photos(walk: Walk) -> None:
    editor = an_editor(walk.town)
    assert walk.number in editor.get("/redaktion/").text
    shown, hidden = re.findall(r'name="photo" value="(\d+)"', editor.get(f"/redaktion/{walk.number}").text)
    walk.take(editor, "publish", photo=[shown], **{f"alt_{shown}": "Loch in der Fahrbahn", f"alt_{hidden}": ""})
    page = walk.page()
    assert WORDS in page
    assert walk.light() == "received"
    photos = set(re.findall(rf"/hinweise/{walk.number}/fotos/(\d)/full\.jpg", page))
    assert len(photos) == 1
    assert walk.reader.get(f"/hinweise/{walk.number}/fotos/{photos.pop()}/full.jpg").mimetype == "image/jpeg"
    for position in (2, 3):
        assert walk.reader.get(f"/hinweise/{walk.number}/fotos/{position}/full.jpg").status_code == 404
    elsewhere = a_visitor(walk.other)
    for path in (f"/hinweise/{walk.number}", f"/verfolgen/{walk.code}", f"/hinweise/{walk.number}/fotos/1/full.jpg"):
        assert elsewhere.get(path).status_code == 404


def _answered_by_the_department(walk: Walk) -> None:
    editor = an_editor(walk.town)
    roads = next(item for item in walk.town.town.departments if item.name.startswith("Tiefbau"))
    mails = len(walk.mails())
    walk.take(editor, "accept", department_id=str(roads.id), internal_text=INTERNAL)
    assert INTERNAL in words_of(walk.mailbox.to("tiefbau@")[-1])
    assert walk.light() == "accepted"
    assert len(walk.mails()) == mails + 1
    clerk = a_clerk(walk.town)
    assert walk.number in clerk.get("/redaktion/").text
    walk.take(clerk, "answer", public_text=ANSWER)
    assert ANSWER in words_of(walk.last_mail())
    assert walk.light() == "in_progress"
    assert ANSWER in walk.page()


def _finished(walk: Walk) -> None:
    walk.take(a_clerk(walk.town), "finish", public_text=FINISHED)
    mails = walk.mails()
    assert FINISHED in words_of(mails[-1])
    first = str(mails[0]["Message-ID"])
    assert all(first in str(mail["References"]) for mail in mails[1:]), "the mails are one thread"
    assert walk.light() == "done"


def _tracking_page_shows_all(walk: Walk) -> None:
    page = a_visitor(walk.town).get(f"/verfolgen/{walk.code}").text
    for words in (WORDS, ANSWER, FINISHED, "erledigt", "@posteo.example"):
        assert words in page
    assert INTERNAL not in page
    assert CONTACT["email"] not in page, "who was given the link does not learn the address"


def _feed_and_map_contain_it(walk: Walk) -> None:
    feed = ElementTree.fromstring(walk.reader.get("/hinweise.atom").data)
    entry = feed.find("a:entry", ATOM)
    assert entry is not None
    assert ANSWER in (entry.findtext("a:content", namespaces=ATOM) or "")
    pins = json.loads(walk.reader.get("/hinweise.geojson").text)["features"]
    assert [pin["properties"]["number"] for pin in pins] == [walk.number]
    for path in ("/hinweise.atom", "/hinweise.geojson", "/hinweise/"):
        assert walk.number not in a_visitor(walk.other).get(path).text


def test_contact_data_stand_in_no_public_answer(walk: Walk) -> None:
    """Mail address, name, telephone number, tracking code and internal words: nowhere, not even after all moves."""
    walk.send()
    editor = an_editor(walk.town)
    walk.take(editor, "publish", photo=[])
    walk.take(editor, "answer", public_text=ANSWER)
    walk.take(editor, "note", internal_text=INTERNAL)
    walk.take(editor, "finish", public_text=FINISHED)
    answers = dict(public_answers(walk))
    assert len(answers) > 15
    assert sum(walk.number in text for text in answers.values()) >= 5
    private = (
        CONTACT["email"], "karin.melder", CONTACT["name"], "Melder", CONTACT["phone"], "4711", walk.code, INTERNAL,
    )
    for path, text in answers.items():
        for words in private:
            assert words not in text, f"{path} shows {words!r}"
    for path in ("/hinweise/", "/hinweise.geojson", "/hinweise.atom", "/hinweise/karte"):
        for words in private:
            hits = walk.reader.get(path, query_string={"q": words})
            assert walk.number not in hits.text, f"{path} finds the report by {words!r}"
    assert walk.number in walk.reader.get("/hinweise/", query_string={"q": "Schlagloch"}).text


def public_answers(walk: Walk) -> Iterator[tuple[str, str]]:
    """What anyone may read: each address of the town without arguments, and the report's own."""
    more = [f"/hinweise/{walk.number}", f"/hinweise/{walk.number}/fotos/1/full.jpg"]
    app = Here.world.platform.app("town")
    plain = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    for path in [*sorted(plain), *more]:
        answer = walk.reader.get(path)
        yield path, answer.data.decode("latin-1" if answer.mimetype.startswith("image/") else "utf-8")


def test_a_town_never_sees_the_other_towns_report_in_its_desk(walk: Walk) -> None:
    walk.send()
    editor = an_editor(walk.other)
    assert walk.number not in editor.get("/redaktion/").text
    assert editor.get(f"/redaktion/{walk.number}").status_code == 404


def test_without_an_address_the_code_alone_shows_the_answer(town: MadeTown, mailbox: Mailbox) -> None:
    walk = Walk(mailbox)
    fill_all(walk.citizen)
    walk.citizen.get("/hinweise/neu/kontakt")
    walk.citizen.post("/hinweise/neu/kontakt", {"email": "", "name": "", "phone": ""})
    walk.citizen.get("/hinweise/neu/pruefen")
    send(walk.citizen)
    done = walk.citizen.get("/hinweise/neu/danke").text
    walk.number, walk.code = found(r"\b(\d{4}-\d{6})\b", done), found(r'href="/verfolgen/([^"]+)"', done)
    Here.world.work()
    walk.take(an_editor(walk.town), "work_without_publishing", reason="ongoing_matter")
    walk.take(an_editor(walk.town), "answer", public_text=ANSWER)
    assert walk.mails() == []
    assert ANSWER in a_visitor(walk.town).get(f"/verfolgen/{walk.code}").text
    assert walk.reader.get(f"/hinweise/{walk.number}").status_code == 404
    assert ANSWER not in walk.reader.get("/hinweise/").text
