"""The pages of the joining host in the states they can be in, for the walk through every page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.makers import Here
from tests.makers_joining import (
    JOINING_HOST,
    a_file,
    a_kommune,
    admitted,
    applied,
    joined,
    link_and_code,
    opened,
    person_id_of,
)
from tests.world import Visitor

if TYPE_CHECKING:
    from tests.journeys.every_page import Shown, Walk

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


def joining_pages(walk: "Walk") -> Iterator["Shown"]:
    """Applying, the code, the file for its contact, for a colleague and for somebody who waits."""
    stranger, kommune = Visitor(Here.world.platform, JOINING_HOST), a_kommune()
    form = f"/antrag/{kommune.id}"
    for name, path in (
        ("joining", "/"), ("joining, finder", f"/antrag?suche={kommune.name}"), ("joining, none", "/antrag?suche=qqqq"),
        ("joining, form", form), ("joining, sent", f"{form}/gesendet"), ("joining, sign-in", "/anmelden"),
        ("joining, link sent", "/anmelden/gesendet"), ("joining, privacy", "/datenschutz"),
    ):
        yield walk.at(name, stranger, path)
    stranger.get(form)
    refused = stranger.post(form, {"name": "", "email": "kein Postfach", "function": LONG})
    yield walk.keep("joining, form refused", stranger, form, refused, 422)
    stranger.get("/anmelden")
    yield walk.put("joining, sign-in refused", stranger, "/anmelden", 422, municipality_id="", email="")
    person = applied(kommune)
    path, code = link_and_code(kommune.email)
    yield walk.at("joining, code", person.visitor, path)
    yield walk.put("joining, wrong code", person.visitor, path, 422, code="0")
    person.visitor.get(path)
    person.visitor.post(path, {"code": code})
    yield walk.at("joining, used link", Visitor(Here.world.platform, JOINING_HOST), path, 404)
    yield walk.at("joining, another file", stranger, form)
    yield from _file_pages(walk)


def _file_pages(walk: "Walk") -> Iterator["Shown"]:
    person = admitted(a_file())
    visitor, number = person.visitor, person_id_of(person)
    address = f"zweite-{person.kommune.email}"
    waiting = opened(applied(person.kommune, email=address, name=LONG[:190]), address)
    yield walk.at("joining, not let in", waiting.visitor, "/akte")
    for name, path in (
        ("file", "/akte"), ("file, details", "/akte/angaben"), ("file, people", "/akte/personen"),
        ("file, invite", "/akte/personen/einladen"), ("file, person", f"/akte/personen/{number}"),
        ("file, waiting", f"/akte/personen/{person_id_of(person, address)}"),
        ("file, remove", f"/akte/personen/{number}/entfernen"), ("file, devices", "/akte/geraet"),
        ("file, history", "/akte/verlauf"), ("file, withdraw", "/akte/zurueckziehen"), ("file, ask again", "/code"),
    ):
        yield walk.at(name, visitor, path)
    yield walk.put("file, code sent", visitor, "/code", 200)
    visitor.get("/akte/geraet")
    yield walk.at("file, device", visitor, visitor.post("/akte/geraet").headers["Location"])
    visitor.get("/akte/angaben")
    wrong = {"section": "kommune", "postal_code": "1", "street": LONG}
    yield walk.put("file, details refused", visitor, "/akte/angaben", 422, **wrong)
    visitor.get("/akte/personen/einladen")
    invite = "/akte/personen/einladen"
    yield walk.keep("file, invite refused", visitor, invite, visitor.post(invite, {"name": "", "email": LONG}), 422)
    yield walk.at("file, details for technology", joined(person, "technical").visitor, "/akte/angaben")
    visitor.get("/akte/zurueckziehen")
    visitor.post("/akte/zurueckziehen", {"reason": LONG})
    yield walk.at("file, withdrawn", visitor, "/akte")
    visitor.get("/akte/angaben")
    visitor.client.delete_cookie("maerker_session", domain=visitor.host)
    yield walk.put("file, sign-in ended", visitor, "/akte/angaben", 403, section="kommune", street=LONG)
