"""`maerker operator ...`: first account, lost access, and the codes of a demonstration."""

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from maerker.clock import now
from maerker.database.base import session
from onboarding.command import command_line
from onboarding.demo.operators import PEOPLE, make_operators, operators_logins
from onboarding.operators.sign_ins import OPERATORS
from tests.makers import PASSWORD, Here
from tests.makers_operators import CONSOLE, OperatorVisitor, an_operator
from tests.world import Visitor


def run(*words: str, demo: bool = False) -> Result:
    platform = Here.world.platform_with(demo=True) if demo else Here.world.platform
    return CliRunner().invoke(
        command_line, ["operator", *words], obj=lambda: platform, env={"MAERKER_NEW_PASSWORD": PASSWORD}
    )


def test_the_first_account_is_made_and_sets_up_the_second_factor() -> None:
    name = f"erste-{now().timestamp()}"
    done = run("create", name, "--name", "Erste Person", "--role", "admin")
    assert (done.exit_code, done.output) == (0, f"{name} can sign in.\n")
    twice = run("create", name, "--name", "Erste Person")
    assert twice.exit_code == 1
    assert "Diesen Benutzernamen gibt es schon." in twice.output
    person = OperatorVisitor(Here.world.platform, CONSOLE)
    person.username = name
    person.enter()
    assert person.get("/personen").status_code == 200
    assert f"{name}\tadmin\tactive\tErste Person" in run("list").output


def test_a_lost_access_gets_a_link() -> None:
    person = an_operator("support")
    done = run("reset", person.username)
    found = re.search(r"^http://betrieb\.example\.test(/einladung/[\w-]+)$", done.output.strip())
    assert found, done.output
    assert person.get("/").status_code == 303
    assert Visitor(Here.world.platform, CONSOLE).get(found.group(1)).status_code == 200
    assert run("reset", "gibt-es-nicht").exit_code == 1


def test_an_invitation_prints_its_link() -> None:
    done = run("invite", f"neu-{now().timestamp()}", "--name", "Neue Person", "--role", "trainer")
    assert "/einladung/" in done.output
    assert run("invite", "x", "--name", "Neue Person").exit_code == 1


def test_an_account_is_closed() -> None:
    person = an_operator("reader")
    assert run("disable", person.username).exit_code == 0
    assert person.get("/").status_code == 303


def test_codes_are_told_in_a_demonstration_alone() -> None:
    person = an_operator("reader")
    refused = run("code", person.username)
    assert refused.exit_code == 1
    assert "Only a demonstration" in refused.output
    told = run("code", person.username, demo=True)
    assert re.fullmatch(r"\d{6}\n", told.output)
    assert run("code", "gibt-es-nicht", demo=True).exit_code == 1


@pytest.mark.parametrize("username", [person[0] for person in PEOPLE])
def test_the_people_of_the_demonstration_sign_in_by_what_the_card_says(username: str) -> None:
    platform = Here.world.platform_with(demo=True)
    with Here.world.no_scope("console"):
        if OPERATORS.named("betrieb") is None:
            make_operators(replace(Here.world.settings, demo=True), PASSWORD, now())
            session().commit()
    login = next(item for item in operators_logins(Here.world.settings, PASSWORD) if item["username"] == username)
    assert "mit Code" in login["label"]
    person = OperatorVisitor(platform, CONSOLE)
    person.username, person.secret = username, login["totp"]
    person.sign_in(username, login["password"])
    person.get("/anmelden/code")
    code = run("code", username, demo=True).output.strip()
    assert person.post("/anmelden/code", {"code": code}).status_code == 303
    assert person.get("/konto").status_code == 200
