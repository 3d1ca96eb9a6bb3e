"""The town's office under attack: others' ids in every field, words that are more than words, arms, links, races."""

import contextlib
import html
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from xml.etree import ElementTree

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from maerker.database.base import session
from tenants.profile.arms import ArmsRefused, clean_arms
from tenants.staff.links import link_token
from tests.habits.test_routes import account_of as id_of
from tests.habits.test_routes import address, place_of, routes, values
from tests.makers import PASSWORD, Here, MadeTown, a_published_report, a_report, a_tenant, a_visitor, signed_in
from tests.world import Mailbox, Visitor

OFFICE = "/verwaltung/"
NEW_PASSWORD = "fünf Störche auf der Wiese"
TABLES = ("profiles", "closing_days", "places", "departments", "categories", "category_routes", "staff_accounts",
          "staff_memberships", "staff_links", "trial_passes")


def an_admin(town: MadeTown) -> Visitor:
    visitor = signed_in(town, "admin")
    visitor.get(OFFICE)
    return visitor


def send(visitor: Visitor, path: str, **fields: object) -> TestResponse:
    """A form with a good token, whatever the last page was."""
    visitor.get(OFFICE)
    return visitor.post(path, fields)


def office_forms(town: MadeTown) -> Iterator[tuple[str, str]]:
    """Endpoint and path of every form of the office, with ids of this town."""
    given = values(town, a_report(town), "")
    for endpoint, method, rule, _ in routes():
        if method == "POST" and rule.startswith(OFFICE):
            yield endpoint, address(rule, given)


def all_rows(town: MadeTown) -> dict[str, list[str]]:
    """Everything that the office changes, as text."""
    with Here.world.scope(town.tenant_id):
        return {
            name: sorted(session().execute(text(f"SELECT t::text FROM {name} t")).scalars()) for name in TABLES
        }


def column(town: MadeTown, statement: str, **given: object) -> list[object]:
    with Here.world.scope(town.tenant_id):
        return list(session().execute(text(statement), given).scalars())


def department_of(town: MadeTown) -> int:
    return town.town.departments[0].id


# Forms from elsewhere


def test_every_form_of_the_office_needs_its_token_and_its_own_origin(town: MadeTown) -> None:
    admin, before, seen = an_admin(town), all_rows(town), 0
    for endpoint, path in office_forms(town):
        seen += 1
        admin.get(OFFICE)
        token = admin.token
        for fields, headers in (
            ({"csrf_token": ""}, {}), ({"csrf_token": "0" * 64}, {}),
            ({"csrf_token": token}, {"Origin": "http://boese.example"}),
            ({"csrf_token": token}, {"Origin": f"http://{a_sister(town)}"}),
            ({"csrf_token": token}, {"Sec-Fetch-Site": "same-site"}),
        ):
            filled = {"name": "Untergeschoben", "words": "Untergeschoben", "act": "save", "version": "1", **fields}
            answer = admin.post(path, filled, headers=headers)
            assert answer.status_code in (400, 404), (endpoint, fields, headers)
            foreign = bool(headers)
            assert answer.status_code == 400 or not foreign, endpoint
    assert seen > 25
    assert all_rows(town) == before


def a_sister(town: MadeTown) -> str:
    return f"x{town.host}"


@pytest.mark.parametrize("path", ["/passwort", "/einladung/{token}", "/passwort/{token}"])
def test_forms_for_everybody_need_their_token_too(town: MadeTown, mailbox: Mailbox, path: str) -> None:
    token = invited(town, "neu@amt.example")
    stranger = a_visitor(town)
    stranger.get("/passwort")
    form = {"username": "neu@amt.example", "password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    at = path.format(token=token)
    assert stranger.post(at, {**form, "csrf_token": "0" * 64}).status_code == 400
    assert stranger.post(at, form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert column(town, "SELECT has_password FROM staff_accounts WHERE email = 'neu@amt.example'") == [False]


# More than one holds


def test_hidden_fields_change_nothing_that_the_form_does_not_show(town: MadeTown) -> None:
    admin, other = an_admin(town), a_tenant()
    reader = id_of(town, "rat")
    page = admin.get(f"/verwaltung/personen/{reader}")
    seen = re.search(r'name="seen" value="(\w+)"', page.text)
    assert seen
    answer = admin.post(f"/verwaltung/personen/{reader}", {
        "display_name": "Ruth Schulze", "email": "rat@amt.example", "role": "reader", "seen": seen.group(1),
        "trained_on": "2026-01-01", "password": NEW_PASSWORD, "password_hash": "x", "username": "admin2",
        "tenant_id": str(other.tenant_id), "id": "1", "account_id": "1", "disabled_at": "2026-01-01",
        "permissions": "release", "has_password": "1",
    })
    assert answer.status_code == 303
    assert column(town, "SELECT username || ' ' || coalesce(trained_on::text, '-') || coalesce(disabled_at::text, '-')"
                        " FROM staff_accounts WHERE id = :id", id=reader) == ["rat --"]
    assert signed_in(town, "rat").get("/redaktion/").status_code == 200


@pytest.mark.parametrize("role", ["owner", "operator", "Admin", "admin\x00", "", "editor,admin", "0", "None"])
def test_no_other_role_can_be_made_up(town: MadeTown, role: str) -> None:
    admin = an_admin(town)
    answer = send(admin, "/verwaltung/personen/einladen", display_name="Neu", email="neu@amt.example", role=role)
    expected = 303 if role == "admin\x00" else 422  # signs that are no text are left out everywhere
    assert answer.status_code == expected
    assert column(town, "SELECT role FROM staff_accounts WHERE email = 'neu@amt.example'") == (
        ["admin"] if expected == 303 else []
    )


@pytest.mark.parametrize("username", ["redaktion", "tiefbau", "rat"])
def test_who_has_no_office_changes_nothing_in_it(town: MadeTown, username: str) -> None:
    someone, before = signed_in(town, username), all_rows(town)
    own = id_of(town, username)
    for endpoint, path in office_forms(town):
        someone.get("/redaktion/stil")
        answer = someone.post(path, {
            "role": "admin", "display_name": "Ich", "email": "ich@amt.example", "name": "Ich", "version": "1",
            "seen": "", "account_id": str(own),
        })
        assert answer.status_code == 403, endpoint
    assert all_rows(town) == before


def test_an_admin_is_nobody_at_another_towns_office(town: MadeTown) -> None:
    other = a_tenant()
    thief = a_visitor(other)
    for name, value in an_admin(town).cookies().items():
        thief.client.set_cookie(name, value, domain=other.host)
    before = all_rows(other)
    for endpoint, path in office_forms(other):
        thief.get("/anmelden")
        assert thief.post(path, {"version": "1"}).status_code == 403, endpoint
    assert all_rows(other) == before


def test_ids_of_another_town_in_every_field_do_nothing_there_and_nothing_here(town: MadeTown) -> None:
    other = a_tenant()
    foreign_department, foreign_place = department_of(other), place_of(other)
    foreign_person = id_of(other, "rat")
    admin, own = an_admin(town), department_of(town)
    reader, place = id_of(town, "rat"), place_of(town)
    before_there, before_here = all_rows(other), all_rows(town)
    person = admin.get(f"/verwaltung/personen/{reader}").text
    seen = re.search(r'name="seen" value="(\w+)"', person)
    assert seen
    member = id_of(town, "tiefbau")
    tried: list[tuple[str, dict[str, object]]] = [
        ("personen/einladen", {"display_name": "N", "email": "n@amt.example", "role": "clerk",
                               "departments": str(foreign_department)}),
        (f"personen/{reader}", {"display_name": "R", "email": "r@amt.example", "role": "clerk",
                                "departments": [str(own), str(foreign_department)], "seen": seen.group(1)}),
        (f"personen/{foreign_person}", {"display_name": "R", "email": "r@amt.example", "role": "admin",
                                        "seen": seen.group(1)}),
        (f"personen/{foreign_person}/sperren", {}), (f"personen/{foreign_person}/abmelden", {}),
        (f"personen/{foreign_person}/einladung", {}), (f"personen/{foreign_person}/freischalten", {}),
        ("fachbereiche/neu", {"name": "Teil", "parent_id": str(foreign_department)}),
        (f"fachbereiche/{own}", {"name": "Teil", "parent_id": str(foreign_department), "version": "1"}),
        (f"fachbereiche/{foreign_department}", {"name": "Fremd", "version": "1"}),
        (f"fachbereiche/{own}/schliessen", {"successor_id": str(foreign_department), "version": "1"}),
        (f"fachbereiche/{foreign_department}/schliessen", {"successor_id": str(own), "version": "1"}),
        (f"fachbereiche/{foreign_department}/loeschen", {"version": "1"}),
        (f"fachbereiche/{own}/mitglieder", {"account_id": str(foreign_person)}),
        (f"fachbereiche/{foreign_department}/mitglieder", {"account_id": str(reader)}),
        (f"fachbereiche/{own}/mitglieder/{member}", {
            "stand_in_id": str(foreign_person), "away_from": "2099-01-05", "away_until": "2099-01-06"}),
        (f"fachbereiche/{own}/mitglieder/{foreign_person}/entfernen", {}),
        ("ortsteile/neu", {"name": "Neustadt", "department_id": str(foreign_department)}),
        (f"ortsteile/{place}", {"name": "Mitte", "department_id": str(foreign_department), "version": "1"}),
        (f"ortsteile/{foreign_place}", {"name": "Fremd", "version": "1"}),
        (f"ortsteile/{foreign_place}/loeschen", {"version": "1"}),
        ("ortsteile/reihenfolge", {"up": str(foreign_place)}),
        ("kategorien/roads", {"department_id": str(foreign_department), "active": "1", "version": "1"}),
        ("kategorien/roads/ausnahmen", {"place_id": str(foreign_place), "route_department_id": str(own)}),
        ("kategorien/roads/ausnahmen", {"place_id": str(place), "route_department_id": str(foreign_department)}),
        (f"kategorien/roads/ausnahmen/{foreign_place}/entfernen", {}),
    ]
    for path, fields in tried:
        answer = send(admin, OFFICE + path, **fields)
        assert answer.status_code in (404, 409, 422), (path, answer.status_code)
    assert send(admin, "/verwaltung/ortsteile/reihenfolge", key=[str(foreign_place)]).status_code == 303
    assert all_rows(other) == before_there
    names = {name: rows for name, rows in all_rows(town).items() if name not in ("places", "staff_links")}
    assert names == {name: rows for name, rows in before_here.items() if name not in ("places", "staff_links")}


# Words that are more than words


NONSENSE = ("\x00", "\x01\x1f\x0b", "\r\n\r\n", "9" * 5000, "-" + "9" * 400, "nan", "inf", "1e400", "٣", "\u202e",
            "9999-12-31", "0001-01-01", "99.99.9999", "x" * 20_000, "{{7*7}}%(name)s%s", "//[", "#", "²")
FIELDS = (
    "name", "short_name", "mailbox", "parent_id", "successor_id", "account_id", "part", "away_from", "away_until",
    "stand_in_id", "hint", "department_id", "active", "place_id", "route_department_id", "up", "down", "key",
    "name_dsb", "lat", "lon", "first", "last", "reason", "closed", "words", "act", "primary_colour", "accent_colour",
    "arms_kept", "arms_act", "official_name", "head_title", "street", "postal_code", "city", "phone", "email",
    "website", "responsible", "privacy_contact", "editors_mailbox", "imprint_extra", "display_name", "role",
    "departments", "seen", "account_idle_days",
)


@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_in_each_field_of_each_form_of_the_office(town: MadeTown, nonsense: str) -> None:
    admin = an_admin(town)
    token = admin.token
    for endpoint, path in office_forms(town):
        for version in ("1", nonsense):
            fields = {**dict.fromkeys(FIELDS, nonsense), "version": version, "csrf_token": token}
            answer = admin.post(path, fields)
            assert answer.status_code < 500, (endpoint, nonsense[:20], version[:20])
    for path in ("/", "/hinweise/", "/hinweise/neu", "/impressum", "/hinweise.atom", "/verwaltung/"):
        assert admin.get(path).status_code == 200, path


MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def town_of_markup(town: MadeTown) -> Visitor:
    """A town whose admin has written markup wherever words can be written."""
    admin = an_admin(town)
    own, reader, place = department_of(town), id_of(town, "rat"), place_of(town)
    fields = {
        f"fachbereiche/{own}": {"name": f"Bau {MARKUP}", "short_name": MARKUP[:40], "version": "1"},
        f"ortsteile/{place}": {"name": f"Mitte {MARKUP}", "name_dsb": MARKUP, "version": "1"},
        "kategorien/roads": {"hint": MARKUP, "department_id": str(own), "active": "1", "version": "1"},
        "kalender/schliesstage": {"first": "2026-12-28", "reason": MARKUP, "version": "1"},
    }
    for path, given in fields.items():
        send(admin, OFFICE + path, **given)
    page = admin.get(f"/verwaltung/personen/{reader}")
    seen = re.search(r'name="seen" value="(\w+)"', page.text)
    assert seen
    send(admin, f"/verwaltung/personen/{reader}", display_name=f"Ruth {MARKUP}", email="r@amt.example", role="reader",
         seen=seen.group(1))
    for key in ("welcome", "before_form", "thanks", "promise_extent", "pause_message"):
        version = re.search(r'name="version" value="(\d+)"', admin.get(f"/verwaltung/texte/{key}").text)
        assert version
        saved = send(admin, f"/verwaltung/texte/{key}", words=f"100 % {MARKUP} %(town)s {{{{ 7*7 }}}}", act="save",
                     version=version.group(1))
        assert saved.status_code == 303
    version = re.search(r'name="version" value="(\d+)"', admin.get("/verwaltung/impressum").text)
    assert version
    lines = dict.fromkeys(("official_name", "head_title", "street", "city", "responsible", "privacy_contact",
                           "imprint_extra", "privacy_extra", "supervisory_authority", "accessibility_gaps",
                           "enforcement_body"), MARKUP)
    saved = send(admin, "/verwaltung/impressum", **lines, phone='0355"><script>', postal_code="03046",
                 email="a@amt.example", editors_mailbox="b@amt.example", act="save", version=version.group(1),
                 website='https://x.example/"onmouseover="alert(1)')
    assert saved.status_code == 303, html.unescape(saved.text)[-3000:]
    return admin


def test_markup_in_every_field_is_words_on_every_page(town: MadeTown) -> None:
    number = a_published_report(town)
    admin = town_of_markup(town)
    place = str(column(town, "SELECT name FROM places ORDER BY id LIMIT 1")[0])
    a_published_report(town, district=place)
    given = values(town, number, "")
    seen = 0
    for endpoint, method, rule, _ in routes():
        if method != "GET" or endpoint in ("desk.sign_out", "static"):
            continue
        answer = admin.get(address(rule, given | {"department_id": department_of(town), "place_id": place_of(town)}))
        assert answer.status_code < 500, rule
        if answer.mimetype == "text/html":
            seen += "&lt;script&gt;" in answer.text or "&lt;img src=x" in answer.text
            assert not re.search(r"<script>alert|<img src=x|\"onmouseover=|0355\"><", answer.text), rule
        elif str(answer.mimetype).endswith("xml"):
            ElementTree.fromstring(answer.text)
            assert "<script>alert" not in answer.text
    assert seen > 10
    welcome = html.unescape(a_visitor(town).get("/").text)
    assert "100 % " in welcome
    assert "%(town)s {{ 7*7 }}" in welcome


CONTROL = "\x01\x08\x0b\x0c\x1b\x7f\x85"


def test_signs_that_are_no_text_reach_no_feed_and_no_page(town: MadeTown) -> None:
    """XML knows no control characters: one in the name of an Ortsteil would break the feed for every reader."""
    admin = an_admin(town)
    place = place_of(town)
    answer = send(admin, f"/verwaltung/ortsteile/{place}", name=f"Mit{CONTROL}te", name_dsb=f"Sr{CONTROL}", version="1")
    assert answer.status_code == 303
    name = str(column(town, "SELECT name FROM places WHERE id = :id", id=place)[0])
    assert name == "Mitte"
    a_published_report(town, district=name)
    feed = a_visitor(town).get("/hinweise.atom")
    ElementTree.fromstring(feed.text)
    for path, fields in (
        (f"/verwaltung/fachbereiche/{department_of(town)}", {"name": f"Tief{CONTROL}bau", "version": "1"}),
        ("/verwaltung/personen/einladen",
         {"display_name": f"Nora{CONTROL}\r\nBcc: x", "email": "n@amt.example", "role": "clerk"}),
    ):
        assert send(admin, path, **fields).status_code == 303, path
    assert column(town, "SELECT name FROM departments WHERE id = :id", id=department_of(town)) == ["Tiefbau"]
    assert column(town, "SELECT display_name FROM staff_accounts WHERE email = 'n@amt.example'") == ["Nora Bcc: x"]


@pytest.mark.parametrize("address_typed", [
    "a@amt.example\r\nBcc: b@boese.example", "a@amt.example, b@boese.example", "<a@amt.example>", "a@amt.example\x00b",
    '"a\r\n"@amt.example', "a@[127.0.0.1]", "=?utf-8?q?a?=@amt.example", "a@amt.example\u2028",
])
def test_no_address_carries_a_second_header_or_a_second_reader(
    town: MadeTown, mailbox: Mailbox, address_typed: str
) -> None:
    admin = an_admin(town)
    send(admin, "/verwaltung/personen/einladen", display_name="Nora Neu", email=address_typed, role="clerk")
    send(admin, f"/verwaltung/fachbereiche/{department_of(town)}", name="Tiefbau", mailbox=address_typed, version="1")
    Here.world.work()
    for mail in mailbox.mails:
        assert "boese.example" not in str(mail["To"])
        assert mail["Bcc"] is None


def test_closing_days_do_not_flood_and_the_deadline_still_has_a_day(town: MadeTown) -> None:
    """Every working day that the calendar takes is closed: pages and new reports still work."""
    from datetime import timedelta

    from maerker.calendar.deadlines import local_day
    from maerker.clock import now

    admin, day = an_admin(town), local_day(now())
    for n in range(40):
        first = day + timedelta(days=30 * n)
        version = re.search(r'name="version" value="(\d+)"', admin.get("/verwaltung/kalender").text)
        assert version
        answer = send(admin, "/verwaltung/kalender/schliesstage", first=first.isoformat(),
                      last=(first + timedelta(days=29)).isoformat(), reason="zu", version=version.group(1))
        assert answer.status_code in (303, 422)
    assert len(column(town, "SELECT day FROM closing_days")) <= 3 * 366 + 92
    a_report(town)
    assert admin.get("/verwaltung/kalender").status_code == 200
    assert a_visitor(town).get("/hilfe").status_code == 200


# Arms


def drawn(inside: str, attributes: str = "") -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"'
        f' {attributes}><path d="M0 0h9"/>{inside}</svg>'
    ).encode()


PNG = "data:image/png;base64," + b64encode(b"\x89PNG\r\n\x1a\n" + bytes(60)).decode()
OUTSIDE = (
    '<use href="#a" xlink:href="https://boese.example/x.svg#a"/>',
    '<use xlink:href="https://boese.example/x.svg#a" href="#a"/>',
    f'<image href="{PNG}" xlink:href="https://boese.example/x.png"/>',
    f'<image xlink:href="https://boese.example/x.png" href="{PNG}"/>',
    f'<image href="{PNG}" xlink:href="data:image/svg+xml;base64,boese.example"/>',
    "<style>svg{background:image-set('https://boese.example/x.png' 1x)}</style>",
    "<style>svg{background:-webkit-image-set('//boese.example/x.png' 1x)}</style>",
    "<style>svg{background:cross-fade('https://boese.example/x.png', red)}</style>",
    "<style>svg{background:src('https://boese.example/x.png')}</style>",
    "<style>svg{mask-image:image('https://boese.example/x.png')}</style>",
    '<rect style="mask-image:image-set(&quot;https://boese.example/x.png&quot; 1x)"/>',
    '<rect fill="url(https://boese.example/x#y)"/>', '<rect fill="u&#114;l(https://boese.example/x#y)"/>',
    "<style>@import 'https://boese.example/x.css';</style>", "<style>svg{fill:u\\72l(https://boese.example)}</style>",
    "<style>a{}/*</style><style>*/svg{fill:url(https://boese.example)}</style>",
    "<style>svg{fill:ur/**/l(https://boese.example)}</style>",
    '<linearGradient xlink:href="https://boese.example/x.svg#g"/>',
    '<a href="https://boese.example"><path d="M0 0"/></a>',
    '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://boese.example"/></foreignObject>',
    '<script href="https://boese.example/x.js"/>', '<script>fetch("https://boese.example")</script>',
    '<path d="M0 0" onload="fetch(\'https://boese.example\')"/>',
    '<set attributeName="href" to="https://boese.example"/>',
    '<feImage href="https://boese.example/x.png"/>', '<rect xml:base="https://boese.example/"/>',
    '<?xml-stylesheet href="https://boese.example/x.css"?>', "<!-- https://boese.example -->",
)


@pytest.mark.parametrize("inside", OUTSIDE)
def test_arms_reach_out_by_no_way(town: MadeTown, inside: str) -> None:
    admin = an_admin(town)
    version = re.search(r'name="version" value="(\d+)"', admin.get("/verwaltung/aussehen").text)
    assert version
    answer = admin.post("/verwaltung/aussehen", {
        "primary_colour": "#1c4f8a", "accent_colour": "#ffcc00", "version": version.group(1),
        "arms": (BytesIO(drawn(inside)), "wappen.svg"),
    }, content_type="multipart/form-data")
    if answer.status_code == 422:
        return
    shown = a_visitor(town).get("/wappen")
    assert shown.status_code == 200
    assert "boese" not in shown.text
    assert not re.search(r"<script|foreignObject|\son\w+=|<set|<!--|<\?", shown.text)
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("content", [
    b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + drawn("<title>&b;</title>"),
    b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + drawn("<title>&a;</title>"),
    b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://boese.example/x.dtd"> %a;]>' + drawn(""),
    drawn("<use href='#a'/>" * 25), drawn("")[:-9], b"\xff\xfe" + drawn("").decode().encode("utf-16-le"),
])
def test_files_built_to_harm_are_refused(content: bytes) -> None:
    with pytest.raises(ArmsRefused):
        clean_arms(content)


@pytest.mark.parametrize("content", [
    drawn("<style>" + "/* " * 120_000 + "</style>"),
    drawn("").replace(b'viewBox="0 0 9 9"', b'height="9" width="1' + b" " * 350_000 + b'x"'),
    drawn("").replace(b'viewBox="0 0 9 9"', b'height="9" width="' + b" " * 350_000 + b'1"'),
    drawn("<style>" + "url " * 90_000 + "</style>"), drawn("<style>url(" + " " * 350_000 + "x)</style>"),
    drawn("<g>" * 50_000 + "</g>" * 50_000),
])
def test_no_file_keeps_a_web_process_busy(content: bytes) -> None:
    """Each of these held a process for minutes or could: what is looked for must be found in one pass."""
    with contextlib.suppress(ArmsRefused):
        assert len(clean_arms(content).svg) < 500_000


@pytest.mark.parametrize("colour", [
    "#fff", "#12345G", "red", "#123456;}", "#１２３４５６", "#12345\n", "url(x)", "#1234567",
])
def test_a_colour_is_six_signs_and_nothing_else(town: MadeTown, colour: str) -> None:
    admin = an_admin(town)
    version = re.search(r'name="version" value="(\d+)"', admin.get("/verwaltung/aussehen").text)
    assert version
    for act in ("preview", "save"):
        answer = send(admin, "/verwaltung/aussehen", primary_colour=colour, accent_colour="#ffcc00", act=act,
                      version=version.group(1))
        assert answer.status_code == 422, act
    assert f"{colour.strip()};" not in a_visitor(town).get("/farben.css").text


# Links with which a password is set


def invited(town: MadeTown, email: str, role: str = "clerk") -> str:
    """Invite someone; the token of the link in the mail."""
    admin = an_admin(town)
    answer = send(admin, "/verwaltung/personen/einladen", display_name="Nora Neu", email=email, role=role)
    assert answer.status_code == 303, html.unescape(answer.text)[-2000:]
    return token_of(town, email)


def token_of(town: MadeTown, email: str) -> str:
    seed = column(town, "SELECT l.seed FROM staff_links l JOIN staff_accounts a ON a.id = l.account_id"
                        " WHERE a.email = :email ORDER BY l.id DESC LIMIT 1", email=email)[0]
    return link_token(Here.world.settings, town.tenant_id, seed)  # type: ignore[arg-type]


def follow(town: MadeTown, token: str, password: str = NEW_PASSWORD) -> int:
    visitor = a_visitor(town)
    visitor.get("/passwort")
    form = {"password": password, "password_again": password}
    return visitor.post(f"/einladung/{token}", form).status_code


def change_person(town: MadeTown, account_id: int, **changes: str) -> int:
    admin = an_admin(town)
    page = admin.get(f"/verwaltung/personen/{account_id}")
    seen = re.search(r'name="seen" value="(\w+)"', page.text)
    assert seen
    form = {"display_name": "Nora Neu", "role": "clerk", "seen": seen.group(1), **changes}
    return admin.post(f"/verwaltung/personen/{account_id}", form).status_code


def account_with(town: MadeTown, email: str) -> int:
    return int(str(column(town, "SELECT id FROM staff_accounts WHERE email = :email", email=email)[0]))


def test_an_invitation_that_went_to_a_wrong_address_opens_nothing_once_it_is_corrected(
    town: MadeTown, mailbox: Mailbox
) -> None:
    token = invited(town, "nora@falsch.example", "editor")
    account = account_with(town, "nora@falsch.example")
    assert a_visitor(town).get(f"/einladung/{token}").status_code == 200
    assert change_person(town, account, email="nora@amt.example", role="editor") == 303
    assert a_visitor(town).get(f"/einladung/{token}").status_code == 404
    assert follow(town, token) == 404
    assert send(an_admin(town), f"/verwaltung/personen/{account}/einladung").status_code == 303
    assert follow(town, token_of(town, "nora@amt.example")) == 303


def test_a_password_link_in_a_mailbox_that_somebody_else_reads_ends_with_the_address(
    town: MadeTown, mailbox: Mailbox
) -> None:
    reader = id_of(town, "rat")
    assert change_person(town, reader, email="alt@amt.example", role="reader") == 303
    visitor = a_visitor(town)
    visitor.get("/passwort")
    visitor.post("/passwort", {"username": "rat"})
    token = token_of(town, "alt@amt.example")
    assert change_person(town, reader, email="neu@amt.example", role="reader") == 303
    assert follow(town, token) == 404
    assert a_visitor(town).sign_in("rat", PASSWORD).status_code == 303


def test_a_link_does_not_outlive_the_closing_of_the_account(town: MadeTown, mailbox: Mailbox) -> None:
    token = invited(town, "nora@amt.example")
    account = account_with(town, "nora@amt.example")
    for act in ("sperren", "freischalten"):
        assert send(an_admin(town), f"/verwaltung/personen/{account}/{act}").status_code == 303
    assert follow(town, token) == 404


def test_a_password_set_ends_every_link_and_every_sign_in_made_before(town: MadeTown, mailbox: Mailbox) -> None:
    token = invited(town, "nora@amt.example")
    assert follow(town, token) == 303
    nora = a_visitor(town)
    assert nora.sign_in("nora@amt.example", NEW_PASSWORD).status_code == 303
    visitor = a_visitor(town)
    visitor.get("/passwort")
    visitor.post("/passwort", {"username": "nora@amt.example"})
    second = token_of(town, "nora@amt.example")
    assert follow(town, second, "sechs Reiher am See im Herbst") == 303
    assert nora.get("/redaktion/").status_code == 303
    assert (follow(town, second), follow(town, token)) == (404, 404)
    assert a_visitor(town).sign_in("nora@amt.example", NEW_PASSWORD).status_code == 422


def test_an_invitation_of_another_town_opens_nothing_here(town: MadeTown, mailbox: Mailbox) -> None:
    token, other = invited(town, "nora@amt.example"), a_tenant()
    assert a_visitor(other).get(f"/einladung/{token}").status_code == 404
    assert follow(other, token) == 404
    assert follow(town, token) == 303


def in_order(
    town: MadeTown, hold: str, first: Callable[[], int], second: Callable[[], int], **given: object
) -> list[int]:
    """Both acts come as far as rows that are held, one after the other, and are let go."""
    waiting = text(
        "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND usename = 'maerker_tenants'"
    )

    def until(number: int) -> None:
        for _ in range(1500):
            with Here.world.engine("tenants").connect() as connection:
                if connection.execute(waiting).one()[0] >= number:
                    return
        raise AssertionError("They did not reach the row.")

    with ThreadPoolExecutor(2) as pool, Here.world.scope(town.tenant_id):
        session().execute(text(hold), given)
        running = [pool.submit(first)]
        until(1)
        running.append(pool.submit(second))
        until(2)
        session().rollback()
        return [done.result(timeout=60) for done in running]


def test_an_invitation_used_twice_at_the_same_moment_sets_one_password(town: MadeTown, mailbox: Mailbox) -> None:
    token = invited(town, "nora@amt.example")
    account = account_with(town, "nora@amt.example")
    passwords = (NEW_PASSWORD, "sechs Reiher am See im Herbst")
    answers = in_order(
        town, "SELECT 1 FROM staff_links WHERE account_id = :id FOR UPDATE",
        lambda: follow(town, token, passwords[0]), lambda: follow(town, token, passwords[1]), id=account,
    )
    assert sorted(answers) == [303, 404]
    entered = [a_visitor(town).sign_in("nora@amt.example", word).status_code for word in passwords]
    assert entered == [303 if answer == 303 else 422 for answer in answers]


def test_following_an_invitation_while_it_is_sent_again_is_answered(town: MadeTown, mailbox: Mailbox) -> None:
    token = invited(town, "nora@amt.example")
    account, admin = account_with(town, "nora@amt.example"), an_admin(town)
    answers = in_order(
        town, "SELECT 1 FROM staff_accounts WHERE id = :id FOR UPDATE",
        lambda: admin.post(f"/verwaltung/personen/{account}/einladung").status_code,
        lambda: follow(town, token), id=account,
    )
    assert answers == [303, 404]


def test_following_an_invitation_while_the_account_is_closed_sets_no_password(town: MadeTown, mailbox: Mailbox) -> None:
    token = invited(town, "nora@amt.example")
    account, admin = account_with(town, "nora@amt.example"), an_admin(town)
    answers = in_order(
        town, "SELECT 1 FROM staff_accounts WHERE id = :id FOR UPDATE",
        lambda: admin.post(f"/verwaltung/personen/{account}/sperren").status_code,
        lambda: follow(town, token), id=account,
    )
    assert answers == [303, 404]
    assert column(town, "SELECT has_password FROM staff_accounts WHERE id = :id", id=account) == [False]


def test_asking_for_a_password_answers_the_same_and_writes_as_much_for_everybody(town: MadeTown) -> None:
    reader = id_of(town, "rat")
    assert change_person(town, reader, email="rat@amt.example", role="reader") == 303
    seen = []
    for name in ("rat", "niemand", "rat@amt.example", "niemand@amt.example"):
        visitor = a_visitor(town)
        visitor.get("/passwort")
        before = len(column(town, "SELECT id FROM staff_audit"))
        answer = visitor.post("/passwort", {"username": name})
        written = len(column(town, "SELECT id FROM staff_audit")) - before
        seen.append((answer.status_code, answer.headers["Location"], sorted(answer.headers.keys()), written > 0))
    assert len({repr(item[:3]) for item in seen}) == 1
    assert [item[3] for item in seen] == [True, True, True, True]


# Pages of the office


def test_no_page_of_the_office_is_kept_or_shown_to_the_next(town: MadeTown) -> None:
    from redis import Redis

    redis = Redis.from_url(Here.world.settings.redis_url)
    redis.flushdb()
    admin, given = an_admin(town), values(town, a_report(town), "")
    for _, method, rule, _ in routes():
        if method == "GET" and rule.startswith((OFFICE, "/einladung", "/passwort")):
            answer = admin.get(address(rule, given))
            assert answer.status_code < 500
            assert answer.headers["Cache-Control"] == "no-store", rule
    assert redis.keys("page:*") == []


@pytest.mark.parametrize("number", ["1", "9" * 18, "9" * 40, "%00", "-1", "٣", "1;DROP", "<script>"])
def test_the_sentence_after_saving_cannot_be_put_into_somebodys_mouth(town: MadeTown, number: str) -> None:
    other = an_admin(town)
    send(other, f"/verwaltung/fachbereiche/{department_of(town)}", name="Tiefbau", version="1")
    fresh = signed_in(town, "admin")
    answer = fresh.get(f"/verwaltung/personen?getan={number}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_after_signing_out_the_office_is_closed_to_the_old_cookie(town: MadeTown) -> None:
    admin = an_admin(town)
    kept = admin.cookies()
    admin.post("/abmelden")
    thief = a_visitor(town)
    for name, value in kept.items():
        thief.client.set_cookie(name, value, domain=town.host)
    assert thief.get(OFFICE).headers["Location"].startswith("/anmelden")


def test_the_way_back_after_the_sign_in_stays_in_the_house(town: MadeTown) -> None:
    targets = ("//boese.example", "/\\boese.example", "https://boese.example", "/verwaltung/\r\nX: 1", "javascript:x")
    for target in targets:
        visitor = a_visitor(town)
        visitor.get("/anmelden")
        answer = visitor.post("/anmelden", {"username": "admin", "password": PASSWORD, "weiter": target})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/redaktion/")
