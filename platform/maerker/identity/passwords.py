"""Passwords: argon2id with the library's parameters; a wrong name costs the same time as a wrong password."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# Made once by `hash_password` from random characters, with the same parameters (a test compares them): to make one at
# the start of each process took a tenth of a second.
NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$+VBLjJRELWXdEtVHV21PXQ$db1JnRtZqaNj32DSMVzjsJi7499Mm+e62SlvZ/3UGQ4"


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    """Whether the password is right. An empty hash (no such account, no password set) is never right."""
    try:
        return _hasher.verify(password_hash or NOBODYS_HASH, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False
