"""The second factor asked of the domain itself: two at the same moment, another key, a closed account."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from maerker.clock import now
from maerker.database.base import session
from maerker.identity.passkeys import PasskeyRefused
from maerker.identity.totp import code_at, new_secret
from onboarding.operators.actions import create_operator
from onboarding.operators.models import OperatorAccount, OperatorPasskey
from onboarding.operators.second_factor import code_is_right, codes_left, issue_recovery_codes, passkey_is_right
from onboarding.operators.vault import site_of, vault_of
from tests.makers import PASSWORD, Here


@pytest.fixture(autouse=True)
def _console(world: object) -> Iterator[None]:
    """A unit of work at the console that leaves nothing behind."""
    with Here.world.platform.app("console").app_context():
        yield
        session().rollback()


def an_account_with(secret: str, name: str = "wer") -> OperatorAccount:
    account = create_operator(username=f"{name}-{now().timestamp()}", display_name="Wer", role="reader",
                              password=PASSWORD)
    account.totp_sealed = vault_of(Here.world.settings).seal(secret)
    session().flush()
    return account


def test_of_two_requests_with_the_same_code_one_gets_in() -> None:
    """The second one read the account before the first one used the code."""
    secret, at, vault = new_secret(), now(), vault_of(Here.world.settings)
    account = an_account_with(secret)
    code = code_at(secret, at)
    assert code_is_right(account, code, vault=vault, at=at) == "totp"
    set_committed_value(account, "totp_last_step", 0)
    assert code_is_right(account, code, vault=vault, at=at) == ""


def test_another_key_of_the_instance_opens_nothing_and_breaks_nothing() -> None:
    secret, at = new_secret(), now()
    account = an_account_with(secret)
    other = vault_of(replace(Here.world.settings, secret_key="x" * 40))
    codes = issue_recovery_codes(account.id, vault=vault_of(Here.world.settings), at=at)
    for code in (code_at(secret, at), codes[0]):
        assert code_is_right(account, code, vault=other, at=at) == ""
    assert codes_left(account.id) == 10


def test_a_recovery_code_is_one_persons() -> None:
    at, vault = now(), vault_of(Here.world.settings)
    owner, other = an_account_with(new_secret(), "eins"), an_account_with(new_secret(), "zwei")
    codes = issue_recovery_codes(owner.id, vault=vault, at=at)
    assert code_is_right(other, codes[0], vault=vault, at=at) == ""
    assert code_is_right(owner, codes[0], vault=vault, at=at) == "recovery"
    assert code_is_right(owner, codes[0], vault=vault, at=at) == ""


@pytest.mark.parametrize("whose", ["another", "closed", "no app"])
def test_a_passkey_of_an_account_that_may_not_sign_in_is_refused(whose: str) -> None:
    account, at = an_account_with(new_secret()), now()
    session().add(OperatorPasskey(
        account_id=account.id, credential_id=b"known", public_key=b"", name="Gerät", created_at=at
    ))
    account.disabled_at = at if whose == "closed" else None
    account.totp_sealed = "" if whose == "no app" else account.totp_sealed
    session().flush()
    with pytest.raises(PasskeyRefused, match="unknown" if whose == "another" else "closed"):
        passkey_is_right(
            '{"rawId": "a25vd24"}', challenge=b"c", site=site_of(Here.world.settings), at=at,
            whose=account.id + 1 if whose == "another" else account.id,
        )
