"""The arithmetic of the bench: percentiles, ratios, whether an aim is met, and what changed since another run."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

GROWTH_ALLOWED = 1.3
NOTICEABLE = 0.1  # a change of less than a tenth between two runs is noise


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank: the smallest value that at least `share` of all values do not exceed. 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a comparison. Rates are answers in a second, one for each burst; times are milliseconds."""

    rates: tuple[float, ...]
    latencies: tuple[float, ...]
    answers: int
    cpu: Mapping[str, float]  # seconds by part, over all answers
    answer_bytes: int = 0

    @property
    def rate(self) -> float:
        return median(self.rates) if self.rates else 0.0

    def cpu_each(self, part: str) -> float:
        """Milliseconds of CPU for each answer."""
        return 1000 * self.cpu.get(part, 0.0) / self.answers if self.answers else 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "rate": round(self.rate, 1), "rates": [round(rate, 1) for rate in self.rates],
            **{f"p{int(share * 100)}_ms": round(percentile(self.latencies, share), 2) for share in (0.5, 0.95, 0.99)},
            "latency_samples": len(self.latencies), "answers": self.answers, "answer_bytes": self.answer_bytes,
            "cpu_ms": {part: round(self.cpu_each(part), 3) for part in self.cpu},
        }


def ratio(product: float, ceiling: float) -> float | None:
    """None where there is nothing to compare with."""
    return product / ceiling if ceiling else None


def verdict(figure: float | None, aim: float | None, *, at_most: bool = False) -> str:
    """'met', 'missed', or nothing where there is no aim or no figure."""
    if figure is None or aim is None:
        return ""
    return "met" if (figure <= aim if at_most else figure >= aim) else "missed"


def cpu_of_request(side: Mapping[str, Any]) -> float:
    """Web and database together, in milliseconds, from a side as JSON."""
    cpu = side["cpu_ms"]
    return float(cpu.get("web", 0.0) + cpu.get("database", 0.0))


@dataclass(frozen=True)
class Growth:
    """How much more a case costs at a larger size than at the smallest: CPU time, and p50 at few connections.

    Both are taken in terms of the ceiling's, which does the same at every size: so a slower moment of the machine
    does not count as growth.
    """

    case: str
    size: str
    cpu: float
    p50: float

    @property
    def verdict(self) -> str:
        return verdict(min(self.cpu, self.p50), GROWTH_ALLOWED, at_most=True)


def growths(sizes: Sequence[Mapping[str, Any]]) -> list[Growth]:
    """Each case of each larger size against the same case of the first size.

    A case counts as slower when both its CPU time and its median latency are: one alone is a noisy machine.
    """
    if not sizes:
        return []
    first = {case["name"]: _in_terms_of_the_ceiling(case) for case in sizes[0]["cases"]}
    found = []
    for size in sizes[1:]:
        for case in size["cases"]:
            before, now = first.get(case["name"]), _in_terms_of_the_ceiling(case)
            if before and now:
                found.append(Growth(case["name"], size["name"], now[0] / before[0], now[1] / before[1]))
    return found


def _in_terms_of_the_ceiling(case: Mapping[str, Any]) -> tuple[float, float] | None:
    """CPU time and p50 as multiples of the ceiling's; None where something was too short to be measured."""
    cpu = ratio(cpu_of_request(case["product"]), cpu_of_request(case["ceiling"]))
    p50 = ratio(case["product"]["p50_ms"], case["ceiling"]["p50_ms"])
    return (cpu, p50) if cpu and p50 else None


@dataclass(frozen=True)
class Change:
    """One figure in two runs. `better` is None where the difference is noise."""

    size: str
    case: str
    figure: str
    old: float
    new: float
    better: bool | None

    @property
    def factor(self) -> float:
        return self.new / self.old if self.old else math.inf


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two runs: statements, ratio to the ceiling, CPU time. Cases that one lacks are left out."""
    before = {(size["name"], case["name"]): case for size in old["sizes"] for case in size["cases"]}
    found = []
    for size in new["sizes"]:
        for case in size["cases"]:
            known = before.get((size["name"], case["name"]))
            if known is None:
                continue
            pairs = (
                ("statements", known.get("statements"), case.get("statements"), False, 0.0),
                ("ratio", known.get("ratio"), case.get("ratio"), True, NOTICEABLE),
                ("CPU ms", cpu_of_request(known["product"]), cpu_of_request(case["product"]), False, NOTICEABLE),
            )
            for figure, was, now, more_is_better, noise in pairs:
                if was is not None and now is not None:
                    found.append(Change(size["name"], case["name"], figure, was, now, _better(
                        was, now, more_is_better, noise
                    )))
    return found


def _better(was: float, now: float, more_is_better: bool, noise: float) -> bool | None:
    if abs(now - was) <= noise * abs(was):
        return None
    return (now > was) == more_is_better
