"""The first part of a town's address: what is proposed, what is refused and why.

`Cottbus` becomes `cottbus`, `Lübbenau/Spreewald` `luebbenau-spreewald`. Of several administrations with one name the
largest has it plain, the others are told apart by their Landkreis.
"""

import re
import unicodedata
import uuid
from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import select

from maerker.database.base import session
from maerker.wording import gettext as _
from tenants.registry.models import Municipality, Tenant

RESERVED_SLUGS = frozenset({
    "admin", "api", "app", "autoconfig", "autodiscover", "beitritt", "betrieb", "beta", "blog", "brandenburg", "cdn",
    "daten", "datenschutz", "demo", "dev", "dns", "docs", "files", "ftp", "help", "hilfe", "host", "imap", "impressum",
    "info", "intern", "karte", "kontakt", "land", "localhost", "login", "maerker", "mail", "mailto", "map", "mta-sts",
    "mx", "ns", "ns1", "ns2", "pop", "portal", "postmaster", "root", "schulung", "sicherheit", "smtp", "sso", "static",
    "status", "support", "test", "tiles", "vpn", "webmail", "wpad", "www", "www1", "www2",
})
"""Names that mean something else in front of a domain, or that nobody may pretend to be."""

LONGEST = 63
SHORTEST = 2
_LABEL = re.compile(r"(?!-)[a-z0-9-]{2,63}(?<!-)", re.ASCII)
_SPELT = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i",
})


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name as part of an address: umlauts spelt out, Sorbian letters without their marks, words with hyphens."""
    small = unicodedata.normalize("NFC", name).lower().translate(_SPELT)
    bare = "".join(char for char in unicodedata.normalize("NFKD", small) if not unicodedata.combining(char))
    words = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    if len(words) <= LONGEST:
        return words
    return (words[:LONGEST].rpartition("-")[0] or words[:LONGEST]).strip("-")


def proposed_slug(municipality: Municipality) -> str:
    """The best address that is still free for this administration."""
    taken = set(session().scalars(select(Tenant.slug).where(Tenant.municipality_id != municipality.id)))
    plain_is_anothers = _owner_of(folded(municipality.name)) not in (None, municipality.id)
    candidates = proposals(municipality.name, municipality.district_name, municipality.kind)
    if plain_is_anothers:
        next(candidates)
    return next(slug for slug in candidates if _is_good(slug) and slug not in taken)


def proposals(name: str, district: str = "", kind: str = "") -> Iterator[str]:
    """Addresses in the order in which they are taken: the name, with its Landkreis, with its kind, with a number."""
    plain = folded(name)
    yield plain
    for more in (district, kind):
        if more:
            yield folded(f"{name} {more}")
    for number in range(2, 1000):
        yield f"{plain[:LONGEST - 4].rstrip('-')}-{number}"


def slug_problem(slug: str, municipality_id: uuid.UUID | None = None) -> str:
    """Why this address cannot be taken by this administration, as a sentence; '' if it can."""
    if not _LABEL.fullmatch(slug) or slug[2:4] == "--":
        return _("Bitte nur Kleinbuchstaben ohne Umlaute, Ziffern und Bindestriche, zum Beispiel musterstadt.")
    if slug in RESERVED_SLUGS:
        return _("Die Adresse %(slug)s ist für die Plattform reserviert.", slug=slug)
    holder = session().scalar(select(Tenant.municipality_id).where(Tenant.slug == slug))
    if holder is not None and holder != municipality_id:
        return _("Die Adresse %(slug)s ist schon vergeben.", slug=slug)
    if municipality_id is None:
        return ""
    own = session().scalar(select(Tenant.slug).where(Tenant.municipality_id == municipality_id))
    if own is not None and own != slug:
        return _("Ihre Adresse %(slug)s ist schon angelegt. Soll sie anders heißen, hilft der Betreiber.", slug=own)
    owner = _owner_of(slug)
    if owner not in (None, municipality_id) and not _shares(slug, municipality_id):
        return _("Die Adresse %(slug)s ist der Name einer anderen Kommune.", slug=slug)
    return ""


def _is_good(slug: str) -> bool:
    return bool(_LABEL.fullmatch(slug)) and slug[2:4] != "--" and slug not in RESERVED_SLUGS


def _owner_of(slug: str) -> uuid.UUID | None:
    """Whose name this is: the largest administration of this name, or None."""
    rows = session().execute(
        select(Municipality.id, Municipality.name).order_by(Municipality.population.desc(), Municipality.ars)
    )
    return next((row.id for row in rows if folded(row.name) == slug), None)


def _shares(slug: str, municipality_id: uuid.UUID) -> bool:
    """An administration may ask for its own plain name although a larger one has it too, as long as it is free."""
    own = session().get(Municipality, municipality_id)
    return own is not None and folded(own.name) == slug
