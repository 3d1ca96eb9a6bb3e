"""A sign-in without an account costs the same as one with a wrong password, and is never right."""

from argon2 import PasswordHasher

from maerker.identity.passwords import NOBODYS_HASH, hash_password, password_matches


def test_only_the_own_password_is_right() -> None:
    made = hash_password("Regenschirm-17")
    assert password_matches(made, "Regenschirm-17")
    assert not password_matches(made, "Regenschirm-18")


def test_without_an_account_no_password_is_right() -> None:
    assert not password_matches("", "")
    assert not password_matches("", NOBODYS_HASH)
    assert not password_matches("no hash at all", "Regenschirm-17")


def test_nobodys_hash_is_made_as_every_other_so_that_a_wrong_name_takes_as_long() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODYS_HASH), "make it anew with hash_password and a random text"
