"""Measures the two sides of a case by turns, so that a slow moment of the machine meets both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.accounting import cpu_of, cpu_since
from bench.cases import Case
from bench.figures import Side
from bench.load import Load, LoadResult, run_load

MANY, FEW = 16, 2  # connections: rates at many, latencies at few
WARM_UP = 0.5
FASTEST_SENDING = 900  # requests a second that a burst of sendings is prepared for


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often and how long each side is measured; seconds."""

    rounds: int
    burst: float
    latency_rounds: int
    latency_burst: float


@dataclass
class _Collected:
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    answers: int = 0
    bytes: int = 0
    cpu: dict[str, float] = field(default_factory=dict)

    def add(self, result: LoadResult, cpu: Mapping[str, float], *, many: bool) -> None:
        if many:
            self.rates.append(result.rate)
        else:
            self.latencies += [1000 * latency for latency in result.latencies]
        self.answers += result.answers
        self.bytes += result.body_bytes
        for part, seconds in {**cpu, "client": result.client_cpu}.items():
            self.cpu[part] = self.cpu.get(part, 0.0) + seconds

    def side(self) -> Side:
        return Side(
            rates=tuple(self.rates), latencies=tuple(self.latencies), answers=self.answers, cpu=self.cpu,
            answer_bytes=self.bytes // self.answers if self.answers else 0,
        )


@dataclass(frozen=True)
class Target:
    """A web server and the processes whose CPU time counts while it is measured."""

    port: int
    processes: Mapping[str, int]


def measure(case: Case, product: Target, ceiling: Target, pace: Pace) -> tuple[Side, Side]:
    """The product's side and the ceiling's."""
    sides = (_Collected(), _Collected())
    targets = (product, ceiling)
    if case.passes:
        every = list(case.requests(0)) * case.passes
        run_load(Load(
            port=product.port, requests=every, expected=case.expected, connections=MANY, seconds=60, once=True
        ))
    for index, target in enumerate(targets):
        run_load(_load(case, target, ceiling=index == 1, connections=MANY, seconds=WARM_UP))
    plan = [(MANY, pace.burst)] * pace.rounds + [(FEW, pace.latency_burst)] * pace.latency_rounds
    for connections, seconds in plan:
        for index, target in enumerate(targets):
            load = _load(case, target, ceiling=index == 1, connections=connections, seconds=seconds)
            before = cpu_of(target.processes)
            result = run_load(load)
            sides[index].add(result, cpu_since(before, cpu_of(target.processes)), many=connections == MANY)
    return sides[0].side(), sides[1].side()


def _load(case: Case, target: Target, *, ceiling: bool, connections: int, seconds: float) -> Load:
    once = case.once and not ceiling
    requests: Sequence[bytes] = case.ceiling if ceiling else case.requests(int(seconds * FASTEST_SENDING))
    return Load(
        port=target.port, requests=requests, expected=case.expected, connections=connections, seconds=seconds,
        once=once,
    )
