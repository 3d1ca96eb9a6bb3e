"""Codes of an app: right now, a little off, used, too old; what is sealed stays sealed."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest

from maerker.identity.totp import (
    RECOVERY_CODES,
    SHOWN_FOR,
    Vault,
    code_at,
    matching_step,
    new_recovery_codes,
    new_secret,
    qr_image,
    setup_address,
    step_at,
)

SECRET = b32encode(b"12345678901234567890").decode()
AT = datetime(2026, 11, 20, 9, 0, 7, tzinfo=UTC)
VAULT = Vault(b"k" * 32)


@pytest.mark.parametrize(("second", "code"), [
    (59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"),
])
def test_the_codes_of_the_standard(second: int, code: str) -> None:
    """RFC 6238, appendix B, of which six digits are shown."""
    assert code_at(SECRET, datetime.fromtimestamp(second, UTC)) == code


@pytest.mark.parametrize(("off", "right"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)])
def test_a_clock_may_be_off_by_half_a_minute(off: int, right: bool) -> None:
    code = code_at(SECRET, AT + timedelta(seconds=off))
    assert (matching_step(SECRET, code, at=AT, after=0) is not None) is right


def test_what_was_used_and_all_before_it_opens_nothing() -> None:
    used = step_at(AT)
    for off in (-30, 0):
        assert matching_step(SECRET, code_at(SECRET, AT + timedelta(seconds=off)), at=AT, after=used) is None
    assert matching_step(SECRET, code_at(SECRET, AT + timedelta(seconds=30)), at=AT, after=used) == used + 1


@pytest.mark.parametrize("typed", ["", "0", "12345", "1234567", "abcdef", "１２３４５６", "\x00" * 6, "9" * 10_000])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert matching_step(SECRET, typed, at=AT, after=0) is None


def test_spaces_in_a_code_do_not_matter() -> None:
    code = code_at(SECRET, AT)
    assert matching_step(SECRET, f" {code[:3]} {code[3:]} ", at=AT, after=0) == step_at(AT)


def test_a_sealed_secret_is_opened_by_the_same_key_alone() -> None:
    secret = new_secret()
    sealed = VAULT.seal(secret)
    assert secret not in sealed
    assert VAULT.open(sealed) == secret
    for vault, text in ((Vault(b"x" * 32), sealed), (VAULT, sealed[:-4] + "AAA="), (VAULT, "")):
        with pytest.raises(ValueError, match="sealed"):
            vault.open(text)


def test_an_offer_is_one_persons_and_ends() -> None:
    offer = VAULT.seal_offer(SECRET, "7", at=AT)
    assert VAULT.open_offer(offer, "7", at=AT + timedelta(seconds=SHOWN_FOR)) == SECRET
    for whose, at in (("8", AT), ("7", AT + timedelta(seconds=SHOWN_FOR + 1))):
        with pytest.raises(ValueError, match=r"offer|sealed"):
            VAULT.open_offer(offer, whose, at=at)
    with pytest.raises(ValueError, match=r"offer|sealed"):  # a kept secret is no offer
        VAULT.open_offer(VAULT.seal(SECRET), "7", at=datetime.now(UTC))


def test_ten_different_codes_that_are_typed_as_one_likes() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    first = codes[0]
    assert len({VAULT.hash_code(way) for way in (first, first.upper(), first.replace("-", " "), f" {first}")}) == 1
    assert VAULT.hash_code(first) != Vault(b"x" * 32).hash_code(first)
    assert len({VAULT.hash_code(code) for code in codes}) == RECOVERY_CODES


def test_the_qr_code_holds_the_address_and_needs_no_other_host() -> None:
    address = setup_address(SECRET, username="bea trieb", issuer="Maerker Betrieb")
    assert address.startswith("otpauth://totp/Maerker%20Betrieb:bea%20trieb?secret=")
    assert qr_image(address).startswith("data:image/svg+xml")
