"""The operator's people of the demonstration, one of each role, with a second factor that a visitor can use.

Their apps' secrets are derived from the instance's key. The page beside the caught mails shows the codes that the apps
would show; `maerker operator code <name>` prints one.
"""

import base64
from datetime import datetime
from typing import NotRequired, TypedDict

from maerker.audit.actor import SYSTEM
from maerker.database.base import session
from maerker.settings import Settings
from onboarding.operators.actions import create_operator
from onboarding.operators.models import OperatorRole
from onboarding.operators.vault import vault_of

PEOPLE = (
    ("betrieb", "Britta Hollnagel", OperatorRole.admin, "Betrieb, Administration"),
    ("betrieb2", "Henrik Sadowski", OperatorRole.admin, "Betrieb, zweite Administration"),
    ("support", "Ulrike Mettner", OperatorRole.support, "Betrieb, Unterstützung"),
    ("schulung", "Mario Zschiesche", OperatorRole.trainer, "Betrieb, Schulung"),
    ("lesen", "Dörte Kaminski", OperatorRole.reader, "Betrieb, Leserecht"),
)


class Login(TypedDict):
    """A person of the demonstration, as the card names them. `totp` is the secret for an app, in Base32."""

    label: str
    username: str
    password: str
    totp: NotRequired[str]


def make_operators(settings: Settings, passphrase: str, now: datetime) -> None:
    """Accounts that are set up whole: password and app. An override takes two persons, so there are two admins."""
    vault = vault_of(settings)
    for username, name, role, _ in PEOPLE:
        account = create_operator(
            username=username, display_name=name, role=role, password=passphrase, by=SYSTEM, at=now
        )
        account.totp_sealed, account.totp_since = vault.seal(secret_of(settings, username)), now
    session().flush()


def operators_logins(settings: Settings, passphrase: str) -> list[Login]:
    """For the card; the page of the codes shows what the secrets make."""
    return [
        {
            "label": f"{label} (mit Code)", "username": username, "password": passphrase,
            "totp": secret_of(settings, username),
        }
        for username, _, _, label in PEOPLE
    ]


def secret_of(settings: Settings, username: str) -> str:
    """The secret of a demonstration's app, 160 bits in Base32."""
    return base64.b32encode(settings.derive("demo-second-factor", username)[:20]).decode()
