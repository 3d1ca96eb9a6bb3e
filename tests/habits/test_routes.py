"""Law 2, generated: every route with the sign-in of town A at the host of town B, and every route x role.

A new route with an argument that `VALUES` does not know fails here: say whose ids it takes, and it is walked too.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from maerker.database.base import session
from maerker.web.access import PUBLIC, SIGNED_IN, access_of
from tenants.reports.permissions import ROLE_PERMISSIONS, permissions_of
from tests.makers import Here, MadeTown, a_published_report, a_tenant, a_visitor, code_of, signed_in
from tests.world import Visitor

ROLES = {"rat": "reader", "tiefbau": "clerk", "redaktion": "editor", "admin": "admin"}
TRAINED = frozenset({"redaktion", "admin"})
NOT_A_TOWNS_ID = {"verb": "note", "size": "thumb", "filename": "css/base.css", "code_of_language": "en",
                  "category_key": "roads", "end": "schliessen"}
COUNTED = ("reports", "report_events", "publications", "outbox", "report_photos", "report_drafts", "staff_accounts")


def values(town: MadeTown, number: str, endpoint: str, arguments: Collection[str] | None = None) -> dict[str, Any]:
    """What stands for each argument of a route, taken from one town; looked up only for those that are named."""
    looked_up = {
        name: find() for name, find in {
            "code": lambda: "en" if endpoint == "portal.language" else code_of(town, number),
            "account_id": lambda: account_of(town, "rat"), "place_id": lambda: place_of(town),
            "department_id": lambda: town.town.departments[0].id,
        }.items() if arguments is None or name in arguments
    }
    return {
        "number": number, "position": 1, "photo_id": 1, "token": "a" * 26, "text_key": "before_form",
        "name": "a" * 32, **looked_up, **NOT_A_TOWNS_ID,
    }


def place_of(town: MadeTown) -> int:
    with Here.world.scope(town.tenant_id):
        return int(session().execute(text("SELECT min(id) FROM places")).scalar_one())


def account_of(town: MadeTown, username: str) -> int:
    with Here.world.scope(town.tenant_id):
        statement = text("SELECT id FROM staff_accounts WHERE username = :name")
        return int(session().execute(statement, {"name": username}).scalar_one())


def routes() -> list[tuple[str, str, str, frozenset[str]]]:
    """Endpoint, method, rule and arguments of each view of the town's application."""
    app = Here.world.platform.app("town")
    return [
        (rule.endpoint, method, rule.rule, frozenset(rule.arguments))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def address(rule: str, given: dict[str, Any]) -> str:
    """The rule with its arguments filled in. Fails for an argument that nobody has said the scope of."""

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        assert name in given, f"{rule}: say in tests/habits/test_routes.py whose ids the argument {name} takes."
        return str(given[name])

    return re.sub(r"<(?:[^:<>]+(?:\([^)]*\))?:)?(\w+)>", fill, rule)


def ask(visitor: Visitor, method: str, path: str, *, form_at: str) -> TestResponse:
    """Look, or send an empty form with the token that another page has given."""
    if method == "GET":
        return visitor.get(path)
    visitor.get(form_at)
    return visitor.post(path, {})


def counts(town: MadeTown) -> dict[str, int]:
    with Here.world.scope(town.tenant_id):
        return {
            name: session().execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in COUNTED
        }


@pytest.fixture
def two_towns() -> tuple[MadeTown, str, MadeTown, str]:
    """Town A with a report of a high number, town B with another, so that A's ids do not exist at B."""
    a, b = a_tenant(), a_tenant()
    for _ in range(3):
        number_of_a = a_published_report(a)
    return a, number_of_a, b, a_published_report(b)


def with_as_cookies(a: MadeTown, b: MadeTown, username: str) -> Visitor:
    """A browser at B that shows the cookies of someone signed in at A."""
    at_a = signed_in(a, username)
    at_b = a_visitor(b)
    for name, value in at_a.cookies().items():
        at_b.client.set_cookie(name, value, domain=b.host)
    at_b.get("/anmelden")
    return at_b


@pytest.mark.parametrize("username", sorted(ROLES))
def test_a_sign_in_of_another_town_opens_nothing_here(
    two_towns: tuple[MadeTown, str, MadeTown, str], username: str
) -> None:
    a, number_of_a, b, number_of_b = two_towns
    intruder = with_as_cookies(a, b, username)
    app = Here.world.platform.app("town")
    before = counts(b)
    for endpoint, method, rule, arguments in routes():
        for owner, number in ((a, number_of_a), (b, number_of_b)):
            path = address(rule, values(owner, number, endpoint, arguments))
            response = intruder.get(path) if method == "GET" else intruder.post(path, {})
            assert response.status_code < 500, f"{method} {path}: {response.status_code}"
            if access_of(app, endpoint) != PUBLIC:
                assert response.status_code in (303, 400, 403, 404), f"{method} {path} let a stranger in"
                assert number not in response.headers.get("Location", "/anmelden").replace(path, "")
            elif owner is a and arguments & {"number", "code"} and endpoint != "portal.language":
                assert response.status_code in (400, 404), f"{method} {path} shows another town's report"
    before["report_drafts"] = counts(b)["report_drafts"]  # anybody may begin a form
    assert counts(b) == before, "A walk with another town's sign-in changed something here."


def test_the_same_404_for_not_yours_and_not_there(two_towns: tuple[MadeTown, str, MadeTown, str]) -> None:
    _, number_of_a, b, _ = two_towns
    for who in (a_visitor(b), signed_in(b)):
        for start in ("/hinweise/", "/redaktion/"):
            foreign, unknown = who.get(start + number_of_a), who.get(start + "2026-999999")
            if foreign.status_code == 303:
                continue
            assert (foreign.status_code, unknown.status_code) == (404, 404)
            assert _without_ids(foreign.text, number_of_a) == _without_ids(unknown.text, "2026-999999")


def _without_ids(page: str, number: str) -> str:
    return re.sub(r"[0-9a-f]{16,64}", "", page.replace(number, ""))


def demanded() -> Iterator[tuple[str, str, str, str, frozenset[str]]]:
    app = Here.world.platform.app("town")
    for endpoint, method, rule, arguments in routes():
        access = access_of(app, endpoint)
        if access not in (PUBLIC, None):
            yield endpoint, method, rule, str(access), arguments


@pytest.mark.parametrize("username", sorted(ROLES))
def test_each_role_reaches_what_its_rights_say_and_nothing_else(town: MadeTown, username: str) -> None:
    number = a_published_report(town)
    rights = permissions_of(ROLES[username], trained=username in TRAINED)
    someone = signed_in(town, username)
    for endpoint, method, rule, access, arguments in demanded():
        path = address(rule, values(town, number, endpoint, arguments))
        response = ask(someone, method, path, form_at="/redaktion/stil")
        if access != SIGNED_IN and access not in rights:
            assert response.status_code == 403, f"{username} reached {method} {path} without the right {access}"
        else:
            assert response.status_code < 500, f"{method} {path}: {response.status_code}"


def test_nobody_reaches_a_staff_page_without_signing_in(town: MadeTown) -> None:
    number = a_published_report(town)
    visitor = a_visitor(town)
    for endpoint, method, rule, _, arguments in demanded():
        path = address(rule, values(town, number, endpoint, arguments))
        response = ask(visitor, method, path, form_at="/anmelden")
        assert response.status_code in (303, 403), f"{method} {path}: {response.status_code}"
        if response.status_code == 303:
            assert response.headers["Location"].startswith("/anmelden")


def test_looking_changes_nothing(two_towns: tuple[MadeTown, str, MadeTown, str]) -> None:
    a, number, _, _ = two_towns
    editor = signed_in(a)
    before = counts(a)
    for endpoint, method, rule, arguments in routes():
        if method == "GET":
            editor.get(address(rule, values(a, number, endpoint, arguments)))
    assert counts(a) == before


def test_the_table_of_rights_names_only_known_roles() -> None:
    assert set(ROLE_PERMISSIONS) == {"reader", "clerk", "editor", "admin"}
