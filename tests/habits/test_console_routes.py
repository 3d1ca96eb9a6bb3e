"""Every address of the console x every role of the operator's people: what the table of rights says and nothing else.

A route with an argument that `VALUES` does not know fails here: say what stands for it, and it is walked too.
"""

import re
from collections.abc import Iterator

import pytest

from maerker.web.access import PUBLIC, SIGNED_IN, access_of
from onboarding.operators.models import OperatorRole
from onboarding.operators.permissions import ROLE_PERMISSIONS
from tests.habits.test_routes import ask
from tests.makers import Here
from tests.makers_operators import CONSOLE, an_operator
from tests.world import Visitor

VALUES = {
    "account_id": "999999999", "passkey_id": "999999999", "token": "x" * 43, "filename": "css/base.css",
    "kind": "service_promise", "version": "999999", "anchor_id": "999999999", "change_id": "999999999",
    "document_id": "999999999", "copy_id": "999999999", "side": "ihre", "page": "1",
    "person_id": "999999999", "step": "service_promise",
    "file_id": "6f1c8b1e-0000-4000-8000-000000000000",
    "course_id": "999999999", "date_id": "999999999", "trainee_id": "999999999",
}


def demanded() -> Iterator[tuple[str, str, str]]:
    """Method, address and what it takes, of each address that is not public."""
    app = Here.world.platform.app("console")
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access != PUBLIC:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, _address(rule.rule), str(access)


def _address(rule: str) -> str:
    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        assert name in VALUES, f"{rule}: say in tests/habits/test_console_routes.py what stands for {name}."
        return VALUES[name]

    return re.sub(r"<(?:[^:<>]+(?:\([^)]*\))?:)?(\w+)>", fill, rule)


@pytest.mark.parametrize("role", list(OperatorRole))
def test_each_role_reaches_what_its_rights_say_and_nothing_else(role: OperatorRole) -> None:
    person, rights = an_operator(str(role)), {str(right) for right in ROLE_PERMISSIONS[role]}
    for method, path, access in demanded():
        response = ask(person, method, path, form_at="/konto")
        if access == SIGNED_IN or access in rights:
            assert response.status_code < 500, f"{method} {path}: {response.status_code}"
            assert "/anmelden" not in response.headers.get("Location", ""), f"{role} is led away from {path}"
        else:
            assert response.status_code == 403, f"{role} reached {method} {path} without the right {access}"


def test_nobody_reaches_the_console_without_signing_in() -> None:
    stranger = Visitor(Here.world.platform, CONSOLE)
    for method, path, _ in demanded():
        response = ask(stranger, method, path, form_at="/anmelden")
        assert response.status_code in (303, 403), f"{method} {path}: {response.status_code}"
        if response.status_code == 303:
            assert response.headers["Location"].startswith("/anmelden")
