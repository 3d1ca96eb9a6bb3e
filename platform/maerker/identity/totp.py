"""Codes of an authenticator app (TOTP, RFC 6238): six digits, a new one each half minute.

The secret is kept sealed with a key of this instance, so that a copied database gives no codes. Which half minute
was used last is the caller's to keep: a code that someone read over a shoulder opens nothing a second time. The
libraries are loaded when they are used, not with each web process.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

SECONDS = 30
EARLIER_OR_LATER = 1
"""So many half minutes may a telephone's clock be off."""

SHOWN_FOR = 20 * 60
"""So many seconds a secret that is shown for setting up may be taken."""

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def new_secret() -> str:
    """160 random bits in Base32, as apps want them."""
    import pyotp

    return pyotp.random_base32()


def setup_address(secret: str, *, username: str, issuer: str) -> str:
    """The `otpauth://` address that an app reads from the QR code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def qr_image(text: str) -> str:
    """A QR code as the address of an image (`data:image/svg+xml,...`), dark on white by day and by night."""
    import segno

    return segno.make(text, error="m").svg_data_uri(scale=4, border=3, dark="#000", light="#fff")


def code_at(secret: str, at: datetime) -> str:
    """The six digits that the app shows at this moment."""
    return _code(secret, step_at(at))


def step_at(at: datetime) -> int:
    """The number of the half minute, counted from 1970."""
    return int(at.timestamp()) // SECONDS


def matching_step(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """The half minute that this code belongs to, if it is a later one than `after`; None: the code is wrong or used."""
    given = "".join(code.split())
    middle, found = step_at(at), None
    for step in range(middle - EARLIER_OR_LATER, middle + EARLIER_OR_LATER + 1):
        right = hmac.compare_digest(_code(secret, step).encode(), given.encode())
        if right and step > after and found is None:
            found = step
    return found


def _code(secret: str, step: int) -> str:
    import pyotp

    return pyotp.TOTP(secret).generate_otp(step)


@dataclass(frozen=True)
class Vault:
    """Seals secrets and hashes recovery codes with 32 bytes that only this instance can compute."""

    key: bytes

    def seal(self, secret: str) -> str:
        """The secret as it is kept in the database."""
        return self._fernet().encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises ValueError if it was sealed by another instance."""
        return self._open(sealed, None)

    def seal_offer(self, secret: str, whose: str, *, at: datetime) -> str:
        """A secret that is offered to someone, for the form that takes it: bound to the person and to some minutes."""
        return self._fernet().encrypt_at_time(f"{whose}\x1f{secret}".encode(), int(at.timestamp())).decode()

    def open_offer(self, sealed: str, whose: str, *, at: datetime) -> str:
        """The offered secret. Raises ValueError: not ours, another person's, or too old."""
        owner, _, secret = self._open(sealed, int(at.timestamp())).partition("\x1f")
        if owner != whose or not secret:
            raise ValueError("another person's offer")
        return secret

    def hash_code(self, code: str) -> bytes:
        """A recovery code as it is kept: capitals, spaces and hyphens do not matter."""
        plain = "".join(sign for sign in code.lower() if sign.isalnum())
        return hmac.new(self.key, b"recovery\x1f" + plain.encode(), "sha256").digest()

    def _open(self, sealed: str, at: int | None) -> str:
        from cryptography.fernet import InvalidToken

        try:
            if at is None:
                return self._fernet().decrypt(sealed.encode()).decode()
            return self._fernet().decrypt_at_time(sealed.encode(), ttl=SHOWN_FOR, current_time=at).decode()
        except InvalidToken:
            raise ValueError("sealed by someone else, or too old") from None

    def _fernet(self) -> "Fernet":
        from cryptography.fernet import Fernet

        return Fernet(base64.urlsafe_b64encode(self.key))


def new_recovery_codes() -> list[str]:
    """Ten codes of 59 random bits, to be written down: `abcd-efgh-jkmn`."""
    return ["-".join(_four() for _ in range(3)) for _ in range(RECOVERY_CODES)]


def _four() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))
