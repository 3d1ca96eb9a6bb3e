"""Rows of the tables in the annexes."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A technical or organisational measure (Art. 32 DSGVO): what it protects, and what is done."""

    goal: str
    measure: str


@dataclass(frozen=True, kw_only=True)
class Category:
    """A kind of personal data, whose it is, and what it is for."""

    data: str
    subjects: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class Retention:
    """A rule of erasure (DIN 66398): kind of data, from when it counts, how long, which class, who carries it out.

    An empty `period` is one that the Kommune has to set. `for_citizens` rows stand in the privacy notice too.
    """

    data: str
    starts: str
    period: str
    erasure_class: str
    carried_out: str
    for_citizens: bool = False


@dataclass(frozen=True, kw_only=True)
class Subprocessing:
    """A sub-processor as Annex IV names it."""

    name: str
    seat: str
    country: str
    service: str
    data: str
    since: date | None = None
