"""Passwords that are long enough and guessed first all the same: rows of keys, years, the service's own words."""

import re

FEWEST_DIFFERENT = 6
"""So many different signs a password needs: `aaaaaaaaaaaa` and `121212121212` have fewer."""

KEYS = (
    "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba", "01234567890123456789", "98765432109876543210",
    "qwertzuiopüasdfghjklöäyxcvbnm", "qwertyuiopasdfghjklzxcvbnm", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p",
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
    name = username.strip().casefold()
    words = sorted({*WORDS, *([name] if len(name) > 2 else [])}, key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, words)), "", plain)
    letters = re.sub(r"[\W\d_]+", "", rest)
    if len(letters) <= 2 and (rest != plain or not letters):
        return True
    run = re.sub(r"[\W_]+", "", plain)
    return any(run[:8] in row and run[-4:] in row * 2 for row in KEYS)
