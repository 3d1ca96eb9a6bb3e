"""Makers of the operator's people. They work without an argument and sign in as people do, with a second factor."""

import html
import itertools
import re
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from werkzeug.test import Client

from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.database.base import session
from maerker.identity.totp import code_at
from onboarding.operators.actions import invite_operator
from tests.makers import PASSWORD, PASSWORD_HASH, Here
from tests.world import BASE, Visitor

CONSOLE = f"betrieb.{BASE}"
_count = itertools.count(1)


class OperatorVisitor(Visitor):
    """Someone of the operator's people with a browser at the console, and with the app that shows codes."""

    username: str = ""
    account_id: int = 0
    secret: str = ""

    def next_code(self) -> str:
        """A code that has not been used yet: the last one used is forgotten, so that no test waits half a minute."""
        with Here.world.no_scope("console"):
            session().execute(
                text("UPDATE operator_accounts SET totp_last_step = 0 WHERE id = :id"), {"id": self.account_id}
            )
        return code_at(self.secret, now())

    def enter(self) -> "OperatorVisitor":
        """Sign in whole, in a browser without cookies: password, then the app's code; first the app is connected."""
        self.client, self.last = Client(self.client.application), None
        self.give_password()
        if not self.secret:
            self.connect_app()
            return self
        self.get("/anmelden/code")
        answer = self.post("/anmelden/code", {"code": self.next_code()})
        assert answer.status_code == 303, answer.text[:2000]
        return self

    def give_password(self, password: str = PASSWORD) -> None:
        answer = self.sign_in(self.username, password)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/anmelden/code"), answer.text[:2000]

    def connect_app(self) -> None:
        """The first sign-in: read the secret from the page and give the app's code."""
        page = self.get("/anmelden/einrichten").text
        self.secret = secret_on(page)
        answer = self.post("/anmelden/einrichten", {"offer": offer_on(page), "code": code_at(self.secret, now())})
        assert answer.status_code == 303, answer.text[:2000]

    def let_time_pass(self, **span: float) -> None:
        """The second factor was proved so long ago: grave acts ask for it again."""
        with Here.world.no_scope("console"):
            session().execute(
                text("UPDATE operator_sessions SET verified_at = verified_at - :span WHERE account_id = :id"),
                {"span": timedelta(**span), "id": self.account_id},
            )


def an_account(role: str = "admin", *, username: str = "", **options: Any) -> OperatorVisitor:
    """An account with PASSWORD whose owner stands before the console and has not signed in."""
    visitor = OperatorVisitor(options.pop("platform", None) or Here.world.platform, CONSOLE, **options)
    n = next(_count)
    visitor.username = username or f"{role}-{n}-{now().timestamp():.0f}"
    with Here.world.no_scope("console"):
        account, _ = invite_operator(
            username=visitor.username, display_name=f"Bea Trieb {n}", role=role, by=SYSTEM, at=now()
        )
        account.password_hash, account.setup_hash, account.setup_until = PASSWORD_HASH, None, None
        visitor.account_id = account.id
    return visitor


def an_operator(role: str = "admin", **options: Any) -> OperatorVisitor:
    """Someone of the operator's people who has signed in with both factors: admin, support, trainer or reader."""
    return an_account(role, **options).enter()


def secret_on(page: str) -> str:
    """The app's secret, as the page shows it as text."""
    found = re.search(r"data-secret>([A-Z2-7 ]+)<", page)
    assert found, page[:2000]
    return found.group(1).replace(" ", "")


def offer_on(page: str) -> str:
    """The sealed secret in the form that takes it."""
    found = re.search(r'name="offer" value="([^"]+)"', page)
    assert found, page[:2000]
    return html.unescape(found.group(1))

