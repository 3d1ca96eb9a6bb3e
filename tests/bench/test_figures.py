"""The arithmetic of the bench: wrong figures would look just as convincing."""

from typing import Any

import pytest

from bench.figures import Side, changes, growths, percentile, ratio, verdict


def case(
    name: str = "list", *, web: float = 4.0, p50: float = 5.0, ratio: float = 0.6, statements: int = 3,
    slowness: float = 1.0,
) -> Any:
    product = {"rate": 100.0, "p50_ms": p50, "cpu_ms": {"web": web, "database": 1.0, "redis": 9.0}}
    ceiling = {"rate": 200.0, "p50_ms": slowness * 2.0, "cpu_ms": {"web": slowness * 2.0, "database": 0.0}}
    return {"name": name, "statements": statements, "ratio": ratio, "product": product, "ceiling": ceiling}


def run(**changed: Any) -> Any:
    return {"sizes": [{"name": "4 towns", "cases": [case(**changed)]}]}


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.001, 1)]
)
def test_percentiles_are_values_that_were_measured(share: float, expected: float) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_percentiles_of_few_values() -> None:
    assert percentile([], 0.99) == 0
    assert percentile([7.0], 0.5) == 7.0
    assert percentile([1.0, 2.0], 0.5) == 1.0


def test_a_rate_is_the_median_of_the_bursts_and_cpu_is_of_all_answers() -> None:
    side = Side(rates=(100.0, 10.0, 110.0), latencies=(1.0, 2.0, 9.0), answers=250, cpu={"web": 1.0})
    assert side.rate == 100.0
    assert side.cpu_each("web") == 4.0
    assert side.cpu_each("database") == 0.0
    shown = side.as_json()
    assert (shown["p50_ms"], shown["p99_ms"], shown["latency_samples"]) == (2.0, 9.0, 3)


def test_nothing_measured_is_no_ratio() -> None:
    assert ratio(5, 0) is None
    assert ratio(5, 10) == 0.5
    assert Side(rates=(), latencies=(), answers=0, cpu={}).rate == 0


@pytest.mark.parametrize(
    ("figure", "aim", "at_most", "expected"),
    [
        (0.6, 0.6, False, "met"), (0.59, 0.6, False, "missed"), (80.0, 80.0, True, "met"), (81.0, 80.0, True, "missed"),
        (None, 0.6, False, ""), (0.6, None, False, ""),
    ],
)
def test_an_aim_is_met_or_missed(figure: float | None, aim: float | None, at_most: bool, expected: str) -> None:
    assert verdict(figure, aim, at_most=at_most) == expected


def test_growth_compares_web_and_database_with_the_smallest_size() -> None:
    sizes = [
        {"name": "small", "cases": [case(web=4.0, p50=5.0)]},
        {"name": "large", "cases": [case(web=9.0, p50=10.0), case("map of a large town")]},
    ]
    (found,) = growths(sizes)
    assert (found.case, found.size, found.cpu, found.p50, found.verdict) == ("list", "large", 2.0, 2.0, "missed")


def test_a_slower_machine_is_no_growth() -> None:
    sizes = [
        {"name": "small", "cases": [case(web=4.0, p50=5.0)]},
        {"name": "large", "cases": [case(web=9.0, p50=10.0, slowness=2.0)]},
    ]
    (found,) = growths(sizes)
    assert (found.cpu, found.p50, found.verdict) == (1.0, 1.0, "met")


def test_one_slow_figure_alone_is_noise() -> None:
    sizes = [{"name": "small", "cases": [case(p50=5.0)]}, {"name": "large", "cases": [case(p50=50.0)]}]
    assert growths(sizes)[0].verdict == "met"


def test_a_change_is_better_worse_or_noise() -> None:
    found = {item.figure: item for item in changes(run(), run(statements=4, ratio=0.72, web=4.3))}
    assert found["statements"].better is False
    assert found["ratio"].better is True
    assert found["CPU ms"].better is None
    assert found["ratio"].factor == pytest.approx(1.2)


def test_a_case_that_one_run_lacks_is_left_out() -> None:
    assert changes(run(), run(name="another")) == []
