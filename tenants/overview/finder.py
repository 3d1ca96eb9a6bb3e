"""Does my place take part? Asked with a name, in any spelling, or with a postcode; asked of the registry alone."""

import re
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from maerker.database.base import session
from tenants.registry.models import Municipality, MunicipalityArea, Tenant, TenantHost, TenantState

LONGEST_QUESTION = 80
MOST_HITS = 30
TAKING_PART = (TenantState.live, TenantState.paused)

M, A, T, H = Municipality, MunicipalityArea, Tenant, TenantHost
_EXPANDED = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))


@dataclass(frozen=True, kw_only=True)
class Found:
    """A place and whether it takes part. `administration` differs from `name` for a Gemeinde of an Amt and for an
    Ortsteil.

    `host` is where its Maerker is, None where there is none; `paused` says that it takes no reports at the moment.
    """

    name: str
    name_dsb: str
    kind: str
    district: str
    administration: str
    seat: str
    host: str | None
    paused: bool
    municipality_id: uuid.UUID

    @property
    def is_ortsteil(self) -> bool:
        """Whether it is a part of a town, and no Gemeinde."""
        return self.kind == "Ortsteil"

    @property
    def is_member(self) -> bool:
        """Whether another administration acts for it."""
        return self.name != self.administration


def find_places(question: str) -> list[Found]:
    """The places a question means, the likeliest first, at most thirty; nothing for an empty question."""
    words = words_of(question)
    if not words:
        return []
    shortest_first = func.length(func.coalesce(A.name, M.name))
    rows = session().execute(_statement(_wanted(words)).order_by(shortest_first).limit(MOST_HITS * 5)).all()
    found = _without_doubles(_found(row, _is_about_the_whole(row, words)) for row in rows)
    return sorted(found, key=lambda place: _rank(place, words))[:MOST_HITS]


def all_places() -> list[Found]:
    """Every Gemeinde of the catalogue in the order of its name, and administrations without an own area."""
    rows = session().execute(_statement().order_by(func.lower(func.unaccent(func.coalesce(A.name, M.name))))).all()
    return [_found(row, whole=False) for row in rows]


def _statement(*wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            M.id, M.name, M.name_dsb, M.kind, M.district_name, M.seat, M.postal_codes, A.name.label("area"),
            A.name_dsb.label("area_dsb"), T.state, H.host,
        )
        .outerjoin(A, A.municipality_id == M.id)
        .outerjoin(T, and_(T.municipality_id == M.id, T.state.in_(TAKING_PART)))
        .outerjoin(H, and_(H.tenant_id == T.id, H.is_main))
        .where(*wanted)
    )


def _wanted(words: Sequence[str]) -> ColumnElement[bool]:
    """One name in which every word occurs, in either spelling, or the postcode."""
    names = or_(*(and_(*(_occurs(word, name) for word in words)) for name in (A.name, A.name_dsb, M.name, M.name_dsb)))
    postcode = next((word for word in words if re.fullmatch(r"[0-9]{5}", word)), "")
    return or_(names, M.postal_codes.cast(JSONB).op("?")(postcode)) if postcode else names


def _occurs(word: str, name: Any) -> ColumnElement[bool]:
    """A word is letters and digits only, so it holds no sign that LIKE would understand."""
    plain = func.lower(name)
    expanded = plain
    for umlaut, letters in _EXPANDED:
        expanded = func.replace(expanded, umlaut, letters)
    return or_(func.unaccent(plain).contains(func.unaccent(word)), func.unaccent(expanded).contains(word))


def words_of(question: str) -> list[str]:
    """The words of a question in small letters, six at most."""
    return re.findall(r"[^\W_]+", question[:LONGEST_QUESTION].lower())[:6]


def _is_about_the_whole(row: Any, words: Sequence[str]) -> bool:
    """Whether the question means the administration (its name, its postcode) and not one of its Gemeinden."""
    if row.area is None or any(word in row.postal_codes for word in words):
        return True
    return any(_all_in(words, name) for name in (row.name, row.name_dsb)) and not any(
        _all_in(words, name) for name in (row.area, row.area_dsb)
    )


def _found(row: Any, whole: bool) -> Found:
    name, name_dsb = (row.name, row.name_dsb) if whole or row.area is None else (row.area, row.area_dsb)
    return Found(
        name=name, name_dsb=name_dsb, kind=row.kind if name == row.name else "Gemeinde", district=row.district_name,
        administration=row.name, seat=row.seat, host=row.host, paused=row.state is TenantState.paused,
        municipality_id=row.id,
    )


def _without_doubles(places: Iterable[Found]) -> list[Found]:
    return list(dict.fromkeys(places))


def _rank(place: Found, words: Sequence[str]) -> tuple[int, str, str]:
    """The very name first, then names that begin so, then the rest in the order of the alphabet."""
    asked = folded(" ".join(words))
    own = [folded(name) for name in (place.name, place.name_dsb) if name]
    grade = 0 if asked in own else 1 if any(name.startswith(asked) for name in own) else 2
    return grade, folded(place.name), place.district


def _all_in(words: Sequence[str], name: str) -> bool:
    return bool(name) and all(folded(word) in folded(name) for word in words)


def folded(words: str) -> str:
    """Without accents, umlauts and Sorbian signs, in small letters: 'Chóśebuz' and 'chosebuz' are one."""
    plain = words.lower().replace("ß", "ss").replace("ł", "l")
    for letters, umlaut in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        plain = plain.replace(letters, umlaut)
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
