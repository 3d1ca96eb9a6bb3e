"""Passwords that are long enough and guessed first all the same: rows of keys, years, the service's own words."""

import re

FEWEST_DIFFERENT = 6
"""So many different signs a password needs: `aaaaaaaaaaaa` and `121212121212` have fewer."""

MOST_OTHER_LETTERS = 2
SHORTEST_ROW = 4

KEYS = (
    "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba", "01234567890123456789", "98765432109876543210",
    "qwertzuiopüasdfghjklöäyxcvbnm", "qwertzuiopasdfghjklyxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p",
    "yaq12wsxcde34rfvbgt56zhn", "zaq12wsxcde34rfvbgt56yhn",
)
WORDS = (
    "passwort", "password", "kennwort", "geheim", "willkommen", "welcome", "maerker", "märker", "brandenburg",
    "betrieb", "verwaltung", "administrator", "admin", "support", "schulung", "sommer", "winter", "frühling",
    "herbst", "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober",
    "november", "dezember", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "hallo", "letmein", "iloveyou",
    "ichliebedich", "schatz", "deutschland", "berlin", "potsdam", "cottbus", "fussball", "start", "test", "login",
)


def is_weak(password: str, username: str) -> bool:
    """Whether it is made of nothing but well-known words, rows of keys, digits and the person's own user name."""
    plain = password.casefold()
    if len(set(plain)) < FEWEST_DIFFERENT:
        return True
    rest = _without_known(plain, username.strip().casefold())
    letters = re.sub(r"[\W\d_]+", "", rest)
    return len(letters) <= MOST_OTHER_LETTERS and (rest != plain or not letters)


def _without_known(plain: str, name: str) -> str:
    """What is left when words, the own name and rows of keys are taken out, from left to right."""
    known, rest, at = {*WORDS, *([name] if len(name) > 2 else [])}, "", 0
    while at < len(plain):
        length = max((len(word) for word in known if plain.startswith(word, at)), default=0) or _row(plain, at)
        rest += "" if length else plain[at]
        at += length or 1
    return rest


def _row(plain: str, at: int) -> int:
    """How many signs from here on lie beside each other on the keyboard or in the alphabet; 0: fewer than four."""
    length = 0
    while at + length < len(plain) and any(plain[at:at + length + 1] in row for row in KEYS):
        length += 1
    return length if length >= SHORTEST_ROW else 0
