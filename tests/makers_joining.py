"""Makers for joining files: a Kommune that can join, an application, a person who is signed in."""

import re
import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.actions import admit
from onboarding.applications.models import FilePerson
from tenants.registry.models import Municipality
from tests.makers import Here
from tests.world import BASE, Visitor

JOINING_HOST = f"beitritt.{BASE}"
_numbers = count(1)


@dataclass(frozen=True)
class MadeKommune:
    """An administration of the catalogue that has not applied yet."""

    id: uuid.UUID
    name: str
    email: str


@dataclass
class InFile:
    """Someone of a Kommune at the joining host, signed in."""

    kommune: MadeKommune
    visitor: Visitor


def a_kommune(kind: str = "Stadt") -> MadeKommune:
    """A Kommune of its own, with an address nobody else uses."""
    mark = f"{next(_numbers)}-{uuid.uuid4().hex[:6]}"
    row = Municipality(
        id=uuid.uuid4(), ars=uuid.uuid4().hex[:9].translate(str.maketrans("abcdef", "123456")), name=f"Neustadt {mark}",
        kind=kind, district_name="Spree-Neiße", seat=f"Neustadt {mark}", population=22000,
    )
    with Here.world.no_scope("console"):
        session().add(row)
    return MadeKommune(row.id, row.name, f"ansprech-{mark}@neustadt.example")


def applied(kommune: MadeKommune | None = None, *, email: str = "", name: str = "Karla Nagel") -> InFile:
    """Someone has applied; the mail with link and code is under way (`Here.world.work()` sends it)."""
    kommune = kommune or a_kommune()
    visitor = Visitor(Here.world.platform, JOINING_HOST)
    visitor.get(f"/antrag/{kommune.id}")
    answer = visitor.post(f"/antrag/{kommune.id}", {
        "name": name, "function": "Leitung Ordnungsamt", "email": email or kommune.email, "phone": "03563 340",
        "head_name": "Christine Herrmann", "head_title": "Bürgermeisterin",
    })
    assert answer.status_code == 303, answer.text
    return InFile(kommune, visitor)


def link_and_code(address: str) -> tuple[str, str]:
    """Path and code of the newest mail to an address."""
    Here.world.work()
    texts = [_plain(mail) for mail in Here.world.mailbox.to(address)]
    text = next(text for text in reversed(texts) if "/zugang/" in text)
    path, code = re.search(r"(/zugang/[0-9a-f-]+)", text), re.search(r"(\d{3}) (\d{3})", text)
    assert path, text
    assert code, text
    return path[1], "".join(code.groups())


def _plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def opened(person: InFile, address: str = "") -> InFile:
    """Follow the mailed link and type the code."""
    path, code = link_and_code(address or person.kommune.email)
    person.visitor.get(path)
    answer = person.visitor.post(path, {"code": code})
    assert answer.status_code == 303, answer.text
    return person


def a_file() -> InFile:
    """A Kommune with an open file and its contact for the subject signed in; the operator has not admitted it yet."""
    return opened(applied())


def joined(person: InFile, *roles: str, name: str = "Jan Nowak") -> InFile:
    """A colleague, invited by somebody of the file to stand for `roles`, and signed in."""
    address = f"kollege-{next(_numbers)}-{person.kommune.email}"
    person.visitor.get("/akte/personen/einladen")
    answer = person.visitor.post("/akte/personen/einladen", {"name": name, "email": address, "roles": list(roles)})
    assert answer.status_code == 303, answer.text
    return opened(InFile(person.kommune, Visitor(Here.world.platform, JOINING_HOST)), address)


def file_id_of(person: InFile) -> uuid.UUID:
    """The file somebody is signed in to, as their cookie names it."""
    value = next(value for name, value in person.visitor.cookies().items() if name.endswith("session"))
    return uuid.UUID(hex=value.partition(".")[0])


def person_id_of(person: InFile, email: str = "") -> int:
    """The number of somebody in their file."""
    with Here.world.no_scope("console"), file_scope(file_id_of(person)):
        return int(session().scalars(
            select(FilePerson.id).where(FilePerson.email == (email or person.kommune.email))).one())


def admitted(person: InFile | None = None) -> InFile:
    """A file that the operator has admitted: the Kommune can go on."""
    person = person or a_file()
    with Here.world.no_scope("console"), file_scope(file_id_of(person)):
        admit(by=Actor(kind="operator", id=1, name="Bea Trieb"), at=now())
    return person
