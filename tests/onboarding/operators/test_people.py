"""Accounts of the operator's people: who may do what with whom, and what never happens."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from maerker.audit.actor import SYSTEM, Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotAllowed, NotThere
from onboarding.operators import actions
from onboarding.operators.models import OperatorAccount, OperatorRole
from onboarding.operators.permissions import ROLE_PERMISSIONS, OperatorPermission, may_grant
from onboarding.operators.queries import Standing, person
from onboarding.operators.weak_passwords import is_weak
from tests.makers import PASSWORD, Here

STRONG = "Wolke Besen Tacho Lupine"


@pytest.fixture(autouse=True)
def _console(world: object) -> Iterator[None]:
    """A unit of work at the console that leaves nothing behind."""
    with Here.world.platform.app("console").app_context():
        session().execute(text("UPDATE operator_accounts SET disabled_at = now()"))
        yield
        session().rollback()


def an_account(name: str, role: OperatorRole = OperatorRole.admin) -> OperatorAccount:
    return actions.create_operator(username=name, display_name=name.title(), role=role, password=PASSWORD)


def as_actor(account: OperatorAccount) -> Actor:
    rights = frozenset(str(right) for right in ROLE_PERMISSIONS[account.role])
    return Actor(kind="operator", id=account.id, name=account.display_name, permissions=rights)


def test_every_right_is_somebodys_and_the_admin_has_all() -> None:
    assert ROLE_PERMISSIONS[OperatorRole.admin] == set(OperatorPermission)
    assert set(ROLE_PERMISSIONS) == set(OperatorRole)


@pytest.mark.parametrize(("role", "never"), [
    (OperatorRole.support, {"override_gates", "release_texts", "manage_operators", "manage_trust", "see_audit"}),
    (OperatorRole.trainer, {"work_files", "provision", "fix_start", "manage_operators", "export_lists"}),
    (OperatorRole.reader, {str(right) for right in OperatorPermission} - {"see_towns", "see_files"}),
])
def test_what_a_role_never_may(role: OperatorRole, never: set[str]) -> None:
    assert not {str(right) for right in ROLE_PERMISSIONS[role]} & never


@pytest.mark.parametrize("giver", list(OperatorRole))
@pytest.mark.parametrize("given", list(OperatorRole))
def test_nobody_grants_more_than_they_hold(giver: OperatorRole, given: OperatorRole) -> None:
    held = frozenset(str(right) for right in ROLE_PERMISSIONS[giver])
    by = Actor(kind="operator", id=0, name="Wer", permissions=held)
    allowed = ROLE_PERMISSIONS[given] <= ROLE_PERMISSIONS[giver]
    assert may_grant(given, held) is allowed
    new = {"username": "neu", "display_name": "Neu Da", "role": str(given)}
    if allowed:
        assert actions.invite_operator(**new, by=by, at=now())[0].role is given
    else:
        with pytest.raises(NotAllowed, match="Niemand vergibt mehr"):
            actions.invite_operator(**new, by=by, at=now())


def test_nobody_acts_on_someone_who_may_do_more() -> None:
    admin, other = an_account("chefin"), an_account("zweite")
    support = as_actor(an_account("hilfe", OperatorRole.support))
    for act in (actions.disable_operator, actions.renew_access, actions.enable_operator):
        with pytest.raises(NotAllowed):
            act(other.id, by=support, at=now())
    with pytest.raises(NotAllowed):
        actions.change_role(admin.id, "reader", by=support, at=now())


def test_an_invited_person_sets_the_password_once() -> None:
    admin = an_account("chefin")
    account, token = actions.invite_operator(
        username="Neu.Da", display_name="Neu Da", role="trainer", by=as_actor(admin), at=now()
    )
    assert person(account.id, now()).standing is Standing.invited
    for _ in range(3):
        assert actions.invited(token, at=now()).username == "neu.da"  # looking spends nothing
    actions.accept_invitation(token, STRONG, at=now())
    assert person(account.id, now()).standing is Standing.no_second_factor
    for again in (actions.invited, lambda token, at: actions.accept_invitation(token, STRONG, at=at)):
        with pytest.raises(NotThere, match="gilt nicht mehr"):
            again(token, at=now())


def test_a_link_ends_after_a_day_and_with_the_account() -> None:
    admin = as_actor(an_account("chefin"))
    account, token = actions.invite_operator(username="neu", display_name="Neu Da", role="reader", by=admin, at=now())
    with pytest.raises(NotThere):
        actions.invited(token, at=now() + timedelta(hours=24, seconds=1))
    assert person(account.id, now() + timedelta(hours=25)).standing is Standing.link_expired
    actions.disable_operator(account.id, by=admin, at=now())
    with pytest.raises(NotThere):
        actions.invited(token, at=now())
    actions.enable_operator(account.id, by=admin, at=now())
    with pytest.raises(NotThere):
        actions.invited(token, at=now())


def test_a_renewed_access_ends_all_that_was() -> None:
    admin, lost = as_actor(an_account("chefin")), an_account("telefon weg".replace(" ", "-"), OperatorRole.support)
    lost.totp_sealed = "x"
    session().flush()
    account, token = actions.renew_access(lost.id, by=admin, at=now())
    assert (account.password_hash, account.totp_sealed, account.recovery_since) == ("", "", None)
    actions.accept_invitation(token, STRONG, at=now())
    assert person(lost.id, now()).standing is Standing.no_second_factor


def test_nobody_closes_demotes_or_renews_themselves() -> None:
    own, _ = an_account("selbst"), an_account("andere")
    by = as_actor(own)
    for act in (actions.disable_operator, actions.renew_access):
        with pytest.raises(NotAllowed, match="am eigenen Konto"):
            act(own.id, by=by, at=now())
    with pytest.raises(NotAllowed, match="am eigenen Konto"):
        actions.change_role(own.id, "reader", by=by, at=now())


def test_the_last_admin_stays() -> None:
    last = an_account("letzte")
    invited, _ = actions.invite_operator(username="neu", display_name="Neu Da", role="admin", by=SYSTEM, at=now())
    closed = an_account("zu")
    actions.disable_operator(closed.id, by=SYSTEM, at=now())
    assert not invited.password_hash
    with pytest.raises(NotAllowed, match="das letzte Konto"):
        actions.disable_operator(last.id, by=SYSTEM, at=now())
    with pytest.raises(NotAllowed, match="das letzte Konto"):
        actions.change_role(last.id, "support", by=SYSTEM, at=now())
    another = an_account("zweite")
    actions.change_role(last.id, "support", by=as_actor(another), at=now())
    assert last.role is OperatorRole.support


def test_what_an_account_needs_is_said_for_each_field() -> None:
    an_account("schon-da")
    with pytest.raises(Invalid) as refusal:
        actions.create_operator(username="SCHON-DA ", display_name="", role="support", password="kurz")
    assert set(refusal.value.fields) == {"username", "display_name", "password"}
    with pytest.raises(Invalid) as refusal:
        actions.invite_operator(username="a b", display_name="Neu Da", role="king", by=SYSTEM, at=now())
    assert set(refusal.value.fields) == {"username", "role"}


def test_changing_the_password_takes_the_old_one() -> None:
    account = an_account("wechsel")
    with pytest.raises(Invalid) as refusal:
        actions.change_password(account.id, "falsch", "passwort2026!", at=now())
    assert set(refusal.value.fields) == {"password", "new_password"}
    before = account.password_hash
    actions.change_password(account.id, PASSWORD, STRONG, at=now())
    assert account.password_hash != before


@pytest.mark.parametrize("password", [
    "aaaaaaaaaaaaaa", "121212121212", "passwort1234", "Passwort2026!", "Willkommen2026", "qwertzuiopas",
    "123456789012", "maerkermaerker", "wachewache2026", "Brandenburg2026", "Sommer2026!!", "AdminAdmin123",
])
def test_passwords_that_are_guessed_first_are_refused(password: str) -> None:
    assert is_weak(password, "wache")
    with pytest.raises(Invalid, match="errät man leicht"):
        actions.create_operator(username="wache", display_name="Wache", role="reader", password=password)


@pytest.mark.parametrize("password", [
    PASSWORD, STRONG, "moor-kiefer-adler-42", "Xq7!vT2#pLm9", "kranich sommer berlin x",
])
def test_passwords_that_are_not_are_taken(password: str) -> None:
    assert not is_weak(password, "wache")
