"""Words that people type stay words, in pages, feeds, mails and pictures; and no form takes more than it asks."""

import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from maerker.database.base import session
from maerker.database.scope import tenant_scope
from tenants.profile.models import Profile
from tenants.reports.status import Verb
from tests.makers import (
    Here,
    MadeTown,
    a_published_report,
    a_report,
    a_tenant,
    a_visitor,
    code_of,
    move,
    report_row,
    signed_in,
)
from tests.tenants.portal.filled_form import (
    WORDS,
    a_photo,
    fill_all,
    fill_contact,
    fill_matter,
    fill_place,
    send,
    upload,
)
from tests.world import Mailbox, Visitor

EVIL = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'--><svg/onload=alert(1)>", "{{7919*7907}}",
    "{{config}}", "{% for x in ().__class__.__base__.__subclasses__() %}", "javascript:alert(1)", "]]><x>",
    "&lt;b&gt;&#x3c;", "\u202egnirts\u2066", "\x0b\x0c\x1b[31m", "%(number)s %s {0} ${x}",
    "Zeile\r\nBcc: opfer@boese.example\r\n\r\nText",
    "=cmd|' /C calc'!A0", "</title></textarea></select></style></option>", "\ufeff\u0000x", "´`\"'",
)


class Markup(HTMLParser):
    """What a browser would run: elements, event attributes, addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag in ("iframe", "object", "embed", "base", "x", "b") or (tag == "script" and "src" not in names):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style" or (
                name in ("href", "src", "action", "formaction") and (value or "").strip().lower().startswith(
                    ("javascript:", "data:text", "//"))
            ):
                self.found.append(f"{tag} {name}={value}")


def dangerous(page: str) -> list[str]:
    parser = Markup()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize("evil", EVIL)
def test_a_citizens_words_run_nowhere(town: MadeTown, evil: str, mailbox: Mailbox) -> None:
    visitor = a_visitor(town)
    long_enough = f"{evil} und noch ein Schlagloch"
    assert fill_place(visitor, street=evil[:100], house_number=evil[:20], place_note=evil).status_code == 303
    assert fill_matter(visitor, description=long_enough).status_code == 303
    name = evil.replace('"', "").replace("\r\n", "")[:60] + ".jpg"
    upload(visitor, (a_photo(), name))
    assert fill_contact(visitor, name=evil[:100], phone=evil[:60], email="wer@post.example").status_code == 303
    page = visitor.get("/hinweise/neu/pruefen")
    photo = re.search(r"/hinweise/neu/fotos/([0-9a-f]{32})", page.text)
    assert photo
    visitor.get("/hinweise/neu/fotos")
    visitor.post("/hinweise/neu/fotos", {f"alt_{photo.group(1)}": evil, "upload": "1"})
    seen = [visitor.get(f"/hinweise/neu{step}").text for step in ("", "/anliegen", "/fotos", "/kontakt", "/pruefen")]
    assert send(visitor).status_code == 303
    Here.world.work()
    with Here.world.scope(town.tenant_id):
        number = session().execute(text("SELECT number FROM reports")).scalar_one()
        photo_id = session().execute(text("SELECT id FROM report_photos")).scalar_one()
    editor = signed_in(town)
    seen += [editor.get(path).text for path in ("/redaktion/", "/redaktion/alle", f"/redaktion/{number}")]
    evil = evil.replace("\x00", "")
    move(town, number, Verb.publish, photo_ids=(photo_id,), alts={photo_id: evil}, public_text=evil)
    move(town, number, Verb.answer, public_text=evil, internal_text=evil)
    move(town, number, Verb.note, internal_text=evil)
    seen += [editor.get(f"/redaktion/{number}/{verb}").text for verb in ("note", "answer", "remove", "finish")]
    seen += [a_visitor(town).get(path).text for path in (
        "/", "/hinweise/", "/hinweise/karte", f"/hinweise/{number}", f"/verfolgen/{code_of(town, number)}",
    )]
    for page_text in seen:
        assert not dangerous(page_text)
        assert "62615533" not in page_text
    _feeds_are_whole(town, number)
    Here.world.work()
    _mails_are_harmless(mailbox, evil)


def _feeds_are_whole(town: MadeTown, number: str) -> None:
    feed = Xml.fromstring(a_visitor(town).get("/hinweise.atom").data)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert [entry.findtext("{http://www.w3.org/2005/Atom}id") for entry in entries] == [
        f"http://{town.host}/hinweise/{number}"
    ]
    assert json.loads(a_visitor(town).get("/hinweise.geojson").text)["type"] == "FeatureCollection"
    Xml.fromstring(a_visitor(town).get("/sitemap.xml").data)


def _mails_are_harmless(mailbox: Mailbox, evil: str) -> None:
    assert len(mailbox.mails) >= 4
    for mail in mailbox.mails:
        assert mail["Bcc"] is None
        assert mail["Cc"] is None
        assert len(mail.get_all("To")) == 1
        body = mail.get_body(("html",))
        assert body is not None
        found = [item for item in dangerous(body.get_content()) if " style=" not in item]
        assert not found, evil


PROFILE = ("official_name", "head_title", "street", "city", "phone", "email", "website", "responsible",
           "privacy_contact")
TEXTS = ("pause_message", "imprint_extra", "privacy_extra", "accessibility_gaps", "welcome", "operator_name",
         "supervisory_authority", "enforcement_body", "security_contact")


@pytest.mark.parametrize("evil", EVIL)
def test_a_towns_own_words_run_nowhere(evil: str) -> None:
    plain = evil.replace("\x00", "")
    town = a_tenant(profile=dict.fromkeys(PROFILE, plain) | {"texts": dict.fromkeys(TEXTS, plain)})
    number = a_published_report(town)
    editor = signed_in(town)
    for path in ("/", "/hinweise/", f"/hinweise/{number}", "/impressum", "/datenschutz", "/barrierefreiheit", "/hilfe",
                 "/hinweise/neu", "/redaktion/", f"/redaktion/{number}", "/gibt-es-nicht"):
        assert not dangerous(editor.get(path).text), path
    Xml.fromstring(a_visitor(town).get("/hinweise.atom").data)
    assert a_visitor(town).get("/.well-known/security.txt").status_code == 200


@pytest.mark.parametrize("arms", [
    "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>",
    "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject><iframe src='//boese.example'/></foreignObject></svg>",
    "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>",
    "<html><script>alert(1)</script></html>",
])
def test_arms_are_a_picture_in_a_sandbox(arms: str) -> None:
    town = a_tenant(profile={"arms_svg": arms})
    answer = a_visitor(town).get("/wappen.svg")
    assert answer.content_type.startswith("image/svg+xml")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("colour", ["red;}*{x:", "url(//b)", "#12345", "#gggggg", "}</sty", "\n#1c4f8"])
def test_a_colour_that_is_none_is_refused_by_the_database_itself(town: MadeTown, colour: str) -> None:
    with Here.world.platform.app("town").app_context(), tenant_scope(town.tenant_id):
        with pytest.raises(IntegrityError, match="primary_colour"):
            session().execute(update(Profile).values(primary_colour=colour[:7]))
        session().rollback()
    assert colour[:7] not in a_visitor(town).get("/farben.css").text


EXTRA = {
    "tenant_id": "{other}", "id": "1", "report_id": "1", "number": "2026-999999", "state": "done",
    "release": "published", "public": "1", "role": "admin", "actor_id": "1", "by": "1", "actor_name": "Bürgermeister",
    "received_at": "2020-01-01", "closed_at": "2020-01-01", "tracking_hash": "00", "inside": "1", "channel": "phone",
    "language": "zz", "trained_on": "2020-01-01", "permissions": "release", "started_at": "2020-01-01",
    "submitted_at": "2020-01-01", "token_hash": "00", "next_due_at": "2099-01-01", "publication_due_at": "2099-01-01",
    "photo_ids": "1", "photos": "x", "answers": "{}", "postings_done": "1", "place_checked": "1", "department": "1",
}


def test_a_citizens_form_takes_no_more_than_it_asks(town: MadeTown) -> None:
    other = a_tenant()
    extra = {name: value.replace("{other}", str(other.tenant_id)) for name, value in EXTRA.items()}
    visitor = a_visitor(town)
    for path, fields in (("", WORDS), ("/anliegen", {"category": "roads", "description": "Ein tiefes Schlagloch"}),
                         ("/kontakt", {"email": "a@b.example"})):
        visitor.get(f"/hinweise/neu{path}")
        assert visitor.post(f"/hinweise/neu{path}", {**extra, **fields}).status_code == 303
    visitor.get("/hinweise/neu/pruefen")
    assert send(visitor, **{name: value for name, value in extra.items() if name != "photos"}).status_code == 303
    with Here.world.scope(town.tenant_id):
        row = session().execute(text("SELECT * FROM reports")).mappings().one()
        kept = session().execute(text("SELECT answers FROM report_drafts")).scalar_one()
    assert (row["tenant_id"], row["state"], row["release"]) == (town.tenant_id, "received", "waiting")
    assert (row["channel"], row["language"], row["department_id"]) == ("web", "de", None)
    assert row["number"] != "2026-999999"
    assert row["received_at"].year > 2020
    assert set(kept) == {"mail"}
    with Here.world.scope(other.tenant_id):
        assert session().execute(text("SELECT count(*) FROM reports")).scalar_one() == 0


@pytest.mark.parametrize("verb", ["publish", "assign", "note"])
def test_a_desk_form_takes_no_more_than_it_asks(town: MadeTown, verb: str) -> None:
    other = a_tenant()
    number = a_report(town)
    editor = signed_in(town)
    editor.get(f"/redaktion/{number}/{verb}")
    with Here.world.scope(town.tenant_id):
        before = session().execute(text("SELECT * FROM reports")).mappings().one()
    fields = {name: value.replace("{other}", str(other.tenant_id)) for name, value in EXTRA.items()} | {
        "version": "1", "internal_text": "Notiz", "department_id": str(town.town.departments[0].id),
    }
    assert editor.post(f"/redaktion/{number}/{verb}", fields).status_code == 303
    with Here.world.scope(town.tenant_id):
        after = session().execute(text("SELECT * FROM reports")).mappings().one()
        events = session().execute(text("SELECT verb, actor_name FROM report_events ORDER BY id")).all()
    changed = {name for name in before if before[name] != after[name]}
    may_change = {
        "publish": {"release", "public_text", "publication_stopped_at", "next_due_at"}, "assign": {"department_id"},
        "note": set(),
    }
    assert changed <= may_change[verb] | {"version", "updated_at", "next_due_at"}
    assert [tuple(event) for event in events[1:]] == [(verb, "Rita Noack")]


def test_another_towns_department_and_another_reports_photo_are_not_taken(town: MadeTown) -> None:
    other = a_tenant()
    visitor, foreign = a_visitor(town), a_visitor(other)
    for one in (visitor, foreign):
        fill_all(one, photos=1)
        assert send(one).status_code == 303
    second = a_report(town)
    Here.world.work()
    photos = {}
    for made in (town, other):
        with Here.world.scope(made.tenant_id):
            photos[made.slug] = session().execute(text("SELECT id FROM report_photos")).scalar_one()
    editor = signed_in(town)
    editor.get(f"/redaktion/{second}/publish")
    stolen = [str(photos[town.slug]), str(photos[other.slug])]
    assert editor.post(f"/redaktion/{second}/publish", {"version": "1", "photo": stolen}).status_code == 303
    for department in (other.town.departments[0].id, 0, -1, 10**30):
        editor.get(f"/redaktion/{second}/assign")
        answer = editor.post(f"/redaktion/{second}/assign", {"version": "2", "department_id": str(department)})
        assert answer.status_code == 422, department
    with Here.world.scope(town.tenant_id):
        published = session().execute(
            text("SELECT photos FROM publications WHERE tenant_id = current_tenant() AND number = :n"), {"n": second}
        ).scalar_one()
        assert published == []
        assert report_row(second).department_id is None
    for position in (1, 2):
        assert a_visitor(town).get(f"/hinweise/{second}/fotos/{position}/full.jpg").status_code == 404


def test_a_reason_that_a_move_does_not_ask_for_is_kept_nowhere(town: MadeTown) -> None:
    number = a_report(town)
    editor = signed_in(town)
    for verb, version in (("publish", 1), ("accept", 2)):
        editor.get(f"/redaktion/{number}/{verb}")
        answer = editor.post(f"/redaktion/{number}/{verb}", {
            "version": str(version), "reason": "erfundener Grund, der länger ist als die Spalte in der Datenbank",
            "department_id": str(town.town.departments[0].id),
        })
        assert answer.status_code == 303, verb
    assert "erfundener Grund" not in a_visitor(town).get(f"/verfolgen/{code_of(town, number)}").text


def test_a_day_at_the_end_of_time_is_refused(town: MadeTown) -> None:
    number = a_published_report(town)
    editor: Visitor = signed_in(town)
    for day in ("9999-12-31", "9999-01-01", "2199-01-01"):
        editor.get(f"/redaktion/{number}/answer")
        fields: dict[str, Any] = {"version": "2", "public_text": "Kommt.", "planned_for": day}
        assert editor.post(f"/redaktion/{number}/answer", fields).status_code == 422, day
