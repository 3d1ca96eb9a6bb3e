"""Every address of the joining host: with the sign-in of one Kommune and the ids of another, and for each role.

A route with an argument that `values` does not know fails here: say whose ids it takes, and it is walked too.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import insert, text

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.web.access import PUBLIC, SIGNED_IN, access_of
from onboarding.applications.links import make_link
from onboarding.applications.models import FileRole, LinkPurpose
from onboarding.applications.permissions import rights_of
from onboarding.contracts.file_models import FileCopy, FileDocument
from onboarding.training.models import Course, Trainee
from tests.makers import Here
from tests.makers_joining import JOINING_HOST, InFile, a_file, applied, file_id_of, joined, opened, person_id_of
from tests.world import Visitor

OF_A_FILE = frozenset({"person_id", "link_id", "document_id", "copy_id", "trainee_id"})
OF_NOBODY = {
    "key": "phone", "slug": "beitrittserklaerung", "name": "x" * 40, "filename": "css/joining.css", "number": 1,
    "municipality_id": str(uuid.UUID(int=7)), "change_id": 999_999,
}
COUNTED = ("file_people", "file_sessions", "file_links", "file_entries", "file_events", "file_documents",
           "file_copies", "file_trainees", "file_outbox")


@dataclass(frozen=True)
class Owned:
    """Somebody's file with one of everything in it."""

    person: InFile
    values: dict[str, object]


def with_everything(person: InFile) -> Owned:
    at, person_id = now(), person_id_of(person)
    with Here.world.no_scope("console"), file_scope(file_id_of(person)):
        link = make_link(person_id, LinkPurpose.device, at=at)
        document = session().scalars(insert(FileDocument).values(
            kind="accession_declaration", text_version=1, data={}, state="requested", made_at=at,
        ).returning(FileDocument.id)).one()
        copy = session().scalars(insert(FileCopy).values(
            document_id=document, side="municipality", way="scan", state="checking", file="x", sha256="0" * 64, size=1,
            uploaded_at=at,
        ).returning(FileCopy.id)).one()
        course = session().scalars(insert(Course).values(
            title="Einführung", way="online", made_at=at).returning(Course.id)).one()
        trainee = session().scalars(insert(Trainee).values(
            course_id=course, name="Jan Nowak", email="jan@neustadt.example", booked_at=at).returning(Trainee.id)).one()
        return Owned(person, {
            "person_id": person_id, "link_id": link.id, "document_id": document, "copy_id": copy,
            "trainee_id": trainee, **OF_NOBODY,
        })


def routes() -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """Method, rule, access and arguments of each view of the joining application."""
    app = Here.world.platform.app("joining")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, str(access_of(app, rule.endpoint)), frozenset(rule.arguments)


def demanded() -> list[tuple[str, str, str, frozenset[str]]]:
    return [route for route in routes() if route[2] != PUBLIC and route[1] != "/abmelden"]


def address(rule: str, values: dict[str, object]) -> str:
    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        assert name in values, f"{rule}: say in this file whose ids the argument {name} takes."
        return str(values[name])

    return re.sub(r"<(?:[^:<>]+(?:\([^)]*\))?:)?(\w+)>", fill, rule)


def counts(owned: Owned) -> dict[str, int]:
    with Here.world.no_scope("console"):
        return {
            name: session().execute(
                text(f"SELECT count(*) FROM {name} WHERE file_id = :file"), {"file": file_id_of(owned.person)}
            ).scalar_one() for name in COUNTED
        }


def ask(visitor: Visitor, method: str, path: str) -> int:
    if method == "GET":
        return visitor.get(path).status_code
    visitor.get("/anmelden")
    visitor.get("/akte")
    return visitor.post(path, {}).status_code


def test_another_files_ids_are_as_good_as_none() -> None:
    stranger, owned = a_file(), with_everything(a_file())
    before = counts(owned)
    for method, rule, _access, arguments in demanded():
        if arguments & OF_A_FILE:
            path = address(rule, owned.values)
            assert ask(stranger.visitor, method, path) == 404, f"{method} {path} knows another file's id"
    for method, rule, _access, arguments in routes():
        if not arguments & OF_A_FILE and rule not in ("/abmelden", "/akte/zurueckziehen"):
            assert ask(stranger.visitor, method, address(rule, owned.values)) < 500, f"{method} {rule}"
    assert counts(owned) == before, "A walk with another file's sign-in changed something here."


@pytest.mark.parametrize("role", list(FileRole))
def test_each_role_reaches_what_its_rights_say_and_nothing_else(role: FileRole) -> None:
    owned = with_everything(a_file())
    someone = joined(owned.person, str(role))
    rights = rights_of([str(role)])
    for method, rule, access, arguments in demanded():
        path = address(rule, {**owned.values, "person_id": 999_999_999} if arguments else owned.values)
        status = ask(someone.visitor, method, path)
        if access == SIGNED_IN or access in rights:
            assert status < 500, f"{method} {path}: {status}"
            assert status != 403 or rule == "/akte/angaben/<key>", f"{role} may not {method} {path}"
        else:
            assert status == 403, f"{role} reached {method} {path} without the right {access}"


def test_who_is_not_let_in_sees_nothing_of_the_file() -> None:
    owned = with_everything(a_file())
    address_of_second = f"zweite-{owned.person.kommune.email}"
    second = opened(applied(owned.person.kommune, email=address_of_second, name="Jan Nowak"), address_of_second)
    for method, rule, access, _arguments in demanded():
        path = address(rule, owned.values)
        status = ask(second.visitor, method, path)
        if access != SIGNED_IN:
            assert status == 403, f"{method} {path}: {status} for somebody who was not let in"
    assert "BA-" not in second.visitor.get("/akte").text


def test_nobody_reaches_a_file_without_signing_in() -> None:
    owned, stranger = with_everything(a_file()), Visitor(Here.world.platform, JOINING_HOST)
    for method, rule, _access, _arguments in demanded():
        path = address(rule, owned.values)
        if method != "GET":
            stranger.get("/anmelden")
        answer = stranger.get(path) if method == "GET" else stranger.post(path, {})
        assert answer.status_code in (303, 403), f"{method} {path}: {answer.status_code}"
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith("/anmelden")


def test_looking_changes_nothing() -> None:
    owned = with_everything(a_file())
    before = counts(owned)
    for method, rule, _access, _arguments in routes():
        if method == "GET":
            owned.person.visitor.get(address(rule, owned.values))
    assert counts(owned) == before
