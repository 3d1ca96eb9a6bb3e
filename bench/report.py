"""What a run found, as a table for people and as JSON for the next run."""

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.cases import Case
from bench.figures import GROWTH_ALLOWED, Side, changes, cpu_of_request, growths, ratio, verdict

MOST_MEMORY = 80.0  # MB of PSS for a web worker
SLOWEST_START = 3.0  # seconds from gunicorn's exec to the first answer


def case_as_json(case: Case, product: Side, ceiling: Side, statements: int, commits: int) -> dict[str, Any]:
    found = ratio(product.rate, ceiling.rate)
    return {
        "name": case.name, "ceiling_says": case.ceiling_says, "statements": statements, "commits": commits,
        "most_statements": case.most_statements, "ratio": None if found is None else round(found, 3), "aim": case.aim,
        "product": product.as_json(), "ceiling": ceiling.as_json(),
    }


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(), "python": platform.python_version(), "kernel": platform.release(),
        "machine": platform.machine(),
    }


def print_size(size: Mapping[str, Any]) -> None:
    """The table of one size."""
    print(f"\n{size['name']}\n")
    header = (
        "case", "rate/s", "ceiling", "ratio", "aim", "", "stmts", "p50", "p95", "p99 ms", "web", "db CPU ms",
        "ceiling's",
    )
    rows = [header]
    for case in size["cases"]:
        product, ceiling = case["product"], case["ceiling"]
        rows.append((
            case["name"], f"{product['rate']:.0f}", f"{ceiling['rate']:.0f}", _share(case["ratio"]),
            _share(case["aim"]), verdict(case["ratio"], case["aim"]), _statements(case),
            f"{product['p50_ms']:.1f}", f"{product['p95_ms']:.1f}", f"{product['p99_ms']:.1f}",
            f"{product['cpu_ms'].get('web', 0):.2f}", f"{product['cpu_ms'].get('database', 0):.2f}",
            f"{cpu_of_request(ceiling):.2f}",
        ))
    _print_rows(rows)


def print_summary(run: Mapping[str, Any]) -> None:
    """Memory, start, background work, and how the figures grow with the size."""
    print()
    memory, start = run["worker_pss_mb"], run["first_answer_s"]
    print(f"Web worker, PSS:        {memory:5.0f} MB   aim < {MOST_MEMORY:.0f}   "
          f"{verdict(memory, MOST_MEMORY, at_most=True)}")
    print(f"gunicorn's first answer: {start:4.1f} s    aim < {SLOWEST_START:.0f}    "
          f"{verdict(start, SLOWEST_START, at_most=True)}")
    by_size = ", ".join(f"{size.get('worker_pss_mb', 0):.0f}" for size in run["sizes"])
    print(f"  size by size: {by_size} MB")
    for name, cost in run["background_cpu_ms"].items():
        print(f"Background work of one {name}: {cost:.0f} ms CPU")
    grown = growths(run["sizes"])
    if grown:
        print(f"\nGrowth since {run['sizes'][0]['name']} (aim: at most {GROWTH_ALLOWED} times)\n")
        _print_rows([
            ("case", "size", "CPU time", "p50", ""),
            *((item.case, item.size, f"{item.cpu:.2f}", f"{item.p50:.2f}", item.verdict) for item in grown),
        ])


def print_comparison(old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """What differs from an older run; differences within the noise are left out."""
    print(f"\nCompared with {old['at']}\n")
    shown = [change for change in changes(old, new) if change.better is not None]
    if not shown:
        print("No difference beyond the noise.")
        return
    _print_rows([
        ("size", "case", "figure", "old", "new", "times", ""),
        *(
            (item.size, item.case, item.figure, f"{item.old:.2f}", f"{item.new:.2f}", f"{item.factor:.2f}",
             "better" if item.better else "worse")
            for item in shown
        ),
    ])


def write_json(path: Path, run: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Ends the program with one sentence if it cannot be read."""
    try:
        run: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError) as problem:
        sys.exit(f"{path} cannot be compared with: {problem}")
    return run


def new_run(at: datetime, options: Mapping[str, Any]) -> dict[str, Any]:
    return {"at": at.isoformat(timespec="seconds"), "machine": machine(), "options": dict(options), "sizes": []}


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.0f} %"


def _statements(case: Mapping[str, Any]) -> str:
    if not case["statements"]:
        return "-"
    most = case["most_statements"]
    over = f" > {most}" if most is not None and case["statements"] > most else ""
    return f"{case['statements']}{over}"


def _print_rows(rows: Sequence[Iterable[str]]) -> None:
    table = [tuple(row) for row in rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        print("  " + "  ".join(cells).rstrip())
