"""Finding one's Kommune and applying: names as people type them, an Amt with its Gemeinden, who is here already."""

import uuid

from sqlalchemy import insert

from maerker.database.base import session
from tenants.registry.models import Municipality, MunicipalityArea
from tests.makers import Here, a_tenant
from tests.makers_joining import JOINING_HOST, a_file, a_kommune, applied
from tests.world import Mailbox, Visitor


def a_visitor() -> Visitor:
    return Visitor(Here.world.platform, JOINING_HOST)


SQUARE = {"type": "MultiPolygon", "coordinates": [[[[10, 10], [11, 10], [11, 11], [10, 11], [10, 10]]]]}


def a_named_kommune(name: str, kind: str = "Stadt", district: str = "Spree-Neiße", *, dsb: str = "",
                    members: tuple[str, ...] = ()) -> uuid.UUID:
    """A Kommune with exactly this name; the mark of each test keeps it apart from those of others."""
    row = Municipality(id=uuid.uuid4(), ars=_figures(9), name=name, name_dsb=dsb, kind=kind, district_name=district,
                       seat=name)
    with Here.world.no_scope("console"):
        session().add(row)
        session().flush()
        for member in members:
            session().execute(insert(MunicipalityArea).values(
                municipality_id=row.id, ars=_figures(12), name=member, geometry=SQUARE, min_lat=10, max_lat=11,
                min_lon=10, max_lon=11))
    return row.id


def _figures(number: int) -> str:
    return str(uuid.uuid4().int)[:number]


def a_mark() -> str:
    return "x" + uuid.uuid4().hex[:8].translate(str.maketrans("0123456789", "ghijklmnop"))


def found(words: str) -> str:
    answer = a_visitor().get("/antrag", query_string={"suche": words})
    assert answer.status_code == 200
    return answer.text


def test_a_name_is_found_however_it_is_typed() -> None:
    mark = a_mark()
    number = a_named_kommune(f"Lübbenau/{mark}", dsb=f"Lubnjow/Błota {mark}")
    for typed in ("Lübbenau", "luebbenau", "LUBBENAU", "lubnjow blota", "Błota"):
        assert f"/antrag/{number}" in found(f"{typed} {mark}"), typed
    assert f"/antrag/{number}" not in found(f"Spremberg {mark}")


def test_two_of_one_name_are_told_apart_and_the_amt_says_why_it_is_found() -> None:
    mark = a_mark()
    town = a_named_kommune(f"Mittelwald {mark}", district="Dahme-Spreewald")
    members = (f"Mittelwald {mark}", f"Gerswald {mark}")
    amt = a_named_kommune(f"Amt Gerswald {mark}", "Amt", "Uckermark", members=members)
    page = found(f"mittelwald {mark}")
    assert page.index(f"/antrag/{town}") < page.index(f"/antrag/{amt}")
    assert "Stadt im Landkreis Dahme-Spreewald" in page
    assert "Amt im Landkreis Uckermark" in page
    assert f"Zu dieser Verwaltung gehört: Mittelwald {mark}" in page
    form = a_visitor().get(f"/antrag/{amt}").text
    assert "2 Gemeinden treten mit bei" in form


def test_nothing_found_says_what_to_do() -> None:
    assert "Keine Kommune gefunden" in found("Xyzzy von nirgendwo")


def test_the_form_knows_what_the_catalogue_knows_and_takes_corrections(mailbox: Mailbox) -> None:
    kommune = a_kommune()
    visitor = a_visitor()
    page = visitor.get(f"/antrag/{kommune.id}").text
    assert f'value="Stadt {kommune.name}"' in page
    assert "Spree-Neiße" in page
    answer = visitor.post(f"/antrag/{kommune.id}", {
        "name": "", "email": "kein Postfach", "official_name": "Stadt Neustadt/Nowe Město", "wished_start": "bald"})
    assert answer.status_code == 422
    assert 'value="Stadt Neustadt/Nowe Město"' in answer.text
    assert "Bitte geben Sie ein Datum an" in answer.text
    empty = visitor.post(f"/antrag/{kommune.id}", {"name": "Karla Nagel", "email": ""})
    assert "Bitte geben Sie Ihre E-Mail-Adresse an." in empty.text
    answer = visitor.post(f"/antrag/{kommune.id}", {
        "name": "Karla Nagel", "email": kommune.email, "official_name": "Stadt Neustadt/Nowe Město",
        "wished_start": "2027-02-01"})
    assert answer.status_code == 303
    assert "Erst damit ist Ihr Antrag gestellt" in visitor.get(answer.headers["Location"]).text
    assert "Akte besteht schon" in found(kommune.name)


def test_too_long_words_are_refused_at_their_field() -> None:
    kommune, visitor = a_kommune(), a_visitor()
    visitor.get(f"/antrag/{kommune.id}")
    answer = visitor.post(f"/antrag/{kommune.id}", {"name": "A" * 201, "email": kommune.email, "function": "B" * 500})
    assert answer.status_code == 422
    assert "Bitte höchstens 200 Zeichen." in answer.text


def test_a_kommune_with_a_file_tells_only_that(mailbox: Mailbox) -> None:
    person = a_file()
    page = a_visitor().get(f"/antrag/{person.kommune.id}").text
    assert "gibt es schon eine Akte" in page
    assert "Um Zugang bitten" in page
    assert person.kommune.email not in page
    assert "Karla" not in page
    assert "BA-" not in page


def test_a_town_that_takes_part_needs_no_application() -> None:
    town = a_tenant()
    with Here.world.no_scope():
        number = session().execute(Municipality.__table__.select().where(
            Municipality.name == town.town.name)).scalars().first()
    visitor = a_visitor()
    page = visitor.get(f"/antrag/{number}").text
    assert "nimmt schon teil" in page
    assert "Antrag stellen" not in page
    visitor.get("/anmelden")
    assert visitor.post(f"/antrag/{number}", {"name": "Karla Nagel", "email": "k@neustadt.example"}).status_code == 422


def test_the_number_of_applications_of_one_connection_is_limited() -> None:
    platform = Here.world.platform_with(rate_drafts_per_address=1)
    visitor, statuses = Visitor(platform, JOINING_HOST, address="203.0.113.42"), []
    for _turn in range(2):
        kommune = a_kommune()
        visitor.get(f"/antrag/{kommune.id}")
        statuses.append(visitor.post(
            f"/antrag/{kommune.id}", {"name": "Karla Nagel", "email": kommune.email}).status_code)
    assert statuses == [303, 429]


def test_what_was_typed_stands_in_the_form_that_lost_its_cookie() -> None:
    kommune, visitor = a_kommune(), a_visitor()
    answer = visitor.post(f"/antrag/{kommune.id}", {"name": "Karla Nagel", "csrf_token": "falsch"})
    assert answer.status_code == 400
    assert 'value="Karla Nagel"' in answer.text
    assert applied(kommune).kommune == kommune
