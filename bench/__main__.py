"""``python -m bench``: measure the platform on this machine, beside its ceilings. See docs/bench.md."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import redis
from werkzeug.test import Client

from bench.accounting import cpu_of, cpu_since, worker_memory
from bench.cases import FRESH, KEPT, Case, Scene
from bench.ceilings import PAGES
from bench.instance import BASE_HOST, InstanceProblem, Services, WebOptions, WebServer, wait_until
from bench.load import Load, LoadProblem, run_load
from bench.measuring import Pace, Target, measure
from bench.report import (
    case_as_json,
    new_run,
    print_comparison,
    print_size,
    print_summary,
    read_json,
    write_json,
)
from bench.statements import Counted, count, plans
from bench.world import BusyTown, Size, add_reports, add_towns, make_busy_town
from maerker.clock import now
from maerker.database.base import db
from maerker.embedded.assets import PROJECT
from maerker.embedded.problem import EmbeddedProblem
from maerker.embedded.progress import step
from wsgi import Platform

GROUND = "bench_ground"
FEW_TOWNS, MANY_TOWNS = 4, 1_000
FEW_REPORTS, MANY_REPORTS = 1_000, 200_000
LONG = Pace(rounds=3, burst=0.8, latency_rounds=1, latency_burst=1.2)
SHORT = Pace(rounds=2, burst=0.5, latency_rounds=1, latency_burst=0.6)
SENDING = Pace(rounds=8, burst=0.8, latency_rounds=1, latency_burst=0.8)  # waits for the disk: single bursts scatter
QUICK = Pace(rounds=1, burst=0.5, latency_rounds=1, latency_burst=0.5)
BACKGROUND_REPORTS = 4
BACKGROUND_PATIENCE = 40.0


class Bench:
    """One run."""

    def __init__(self, options: argparse.Namespace, services: Services) -> None:
        self.options = options
        self.services = services
        self.web = WebOptions(
            workers=options.workers, worker_class=options.worker_class, threads=options.threads
        )
        self.run: dict[str, Any] = new_run(now(), {
            "quick": options.quick, "workers": options.workers, "worker_class": options.worker_class,
            "threads": options.threads,
        })
        self.memory: list[float] = []
        self.starts: list[float] = []

    def measure_all(self) -> dict[str, Any]:
        """Make the four databases one from the other, measure each, and return what was found.

        One is made from the other before anything is sent to that: thousands of new reports would count as growth.
        """
        small, reports = Size(FEW_TOWNS, FEW_REPORTS), Size(FEW_TOWNS, MANY_REPORTS)
        towns, both = Size(MANY_TOWNS, FEW_REPORTS), Size(MANY_TOWNS, MANY_REPORTS)
        with step("PostgreSQL tables and towns"):
            town = self._make_ground()
        self._grow(small, GROUND, town, reports=FEW_REPORTS)
        if self.options.quick:
            self._measure_size(small, town, QUICK)
        else:
            self._grow(towns, small.database, town, more_towns=True)
            self._measure_size(small, town, LONG)
            self._measure_size(towns, town, SHORT)
            self.services.drop_database(towns.database)
            self._grow(reports, GROUND, town, reports=MANY_REPORTS)
            self._grow(both, reports.database, town, more_towns=True)
            self._measure_size(reports, town, SHORT)
            self._measure_size(both, town, SHORT)
        self.run["worker_pss_mb"] = round(max(self.memory), 1)
        self.run["first_answer_s"] = round(median(self.starts), 2)
        return self.run

    def _make_ground(self) -> BusyTown:
        self.services.make_database(GROUND)
        platform = Platform(self.services.settings(GROUND))
        town = make_busy_town(platform, BASE_HOST)
        _disconnect(platform)
        add_towns(self.services.admin_url(GROUND), town, range(1, FEW_TOWNS), now())
        return town

    def _grow(self, size: Size, original: str, town: BusyTown, *, reports: int = 0, more_towns: bool = False) -> None:
        with step(f"Data: {size.name}"):
            self.services.copy_database(original, size.database)
            admin_url = self.services.admin_url(size.database)
            if reports:
                add_reports(admin_url, town.tenant_id, reports, now())
            if more_towns:
                add_towns(admin_url, town, range(FEW_TOWNS, MANY_TOWNS), now())

    def _measure_size(self, size: Size, town: BusyTown, pace: Pace) -> None:
        with redis.Redis.from_url(self.services.valkey.url()) as client:
            client.flushall()
        settings = self.services.settings(size.database, MAERKER_PAGE_CACHE_SECONDS="0")
        platform = Platform(settings)
        scene = Scene(platform, settings, self.services.admin_url(size.database), town)
        found: dict[str, Any] = {"name": size.name, "towns": size.towns, "reports": size.reports, "cases": []}
        self.run["sizes"].append(found)
        chosen = [case for case in scene.cases() if not self.options.only or self.options.only in case.name]
        counts = {case.name: _count(platform, case) for case in chosen}
        if self.options.explain:
            self._explain(platform, town, counts)
        _disconnect(platform)
        with ExitStack() as stack:
            servers, ceilings = self._start_web(stack, size, scene)  # first: its first answer is timed
            background = stack.enter_context(self.services.background(size.database))
            for case in chosen:
                with step(f"  {case.name}"):
                    product = self._target(servers[case.server], background)
                    chosen_pace = SENDING if case.once and pace is not QUICK else pace
                    sides = measure(case, product, self._target(ceilings, background), chosen_pace)
                counted = counts[case.name]
                found["cases"].append(case_as_json(case, *sides, counted.number, counted.commits))
                if case.once:
                    self.services.forget_jobs(size.database)
            memory = worker_memory(servers[KEPT].process.pid) + worker_memory(servers[FRESH].process.pid)
            self.memory += memory
            found["worker_pss_mb"] = round(max(memory), 1)
            if "background_cpu_ms" not in self.run:
                self.run["background_cpu_ms"] = self._background_cost(size, scene, servers[FRESH], background)
        print_size(found)

    def _start_web(
        self, stack: ExitStack, size: Size, scene: Scene
    ) -> tuple[dict[str, WebServer], WebServer]:
        host, servers = scene.town.host, {}
        for name, seconds in ((KEPT, "60"), (FRESH, "0")):
            environment = self.services.environment(size.database, MAERKER_PAGE_CACHE_SECONDS=seconds)
            servers[name] = stack.enter_context(
                self.services.web(f"web-{name}", "wsgi:application", environment, "/", host, self.web)
            )
            self.starts.append(servers[name].first_answer)
        pages = {
            page.name: {"path": page.path, "kind": page.kind, "cookie": page.cookie, "host": host}
            for page in scene.pages()
        }
        environment = self.services.environment(
            size.database, MAERKER_PAGE_CACHE_SECONDS="0", **{PAGES: json.dumps(pages)}
        )
        ceilings = stack.enter_context(self.services.web(
            "ceilings", "bench.ceilings:make()", environment, "/ceiling/hello", host, self.web
        ))
        return servers, ceilings

    def _target(self, server: WebServer, background: dict[str, int]) -> Target:
        postgres, valkey = self.services.postgres.process, self.services.valkey.process
        assert postgres is not None
        assert valkey is not None
        return Target(server.port, {
            "web": server.process.pid, "database": postgres.pid, "redis": valkey.pid, **background,
        })

    def _background_cost(
        self, size: Size, scene: Scene, server: WebServer, background: dict[str, int]
    ) -> dict[str, float]:
        """CPU time of relay and workers for one report: send a few, wait until their work is done."""
        costs = {}
        for photos, forms in scene.forms.items():
            case = f"report with {photos} photos" if photos else "report"
            parts = {name: background[name] for name in ("relay", "worker", "image-worker")}
            with step(f"  background work of a {case}"):
                before = cpu_of(parts)
                run_load(Load(
                    port=server.port, requests=forms.requests(BACKGROUND_REPORTS), expected=303, connections=1,
                    seconds=20, once=True,
                ))
                finished = wait_until(lambda: self._nothing_open(size), seconds=BACKGROUND_PATIENCE)
                used = sum(cpu_since(before, cpu_of(parts)).values())
            if finished:
                costs[case] = round(1000 * used / BACKGROUND_REPORTS, 1)
            self.services.forget_jobs(size.database)
        return costs

    def _nothing_open(self, size: Size) -> bool:
        with psycopg.connect(self.services.admin_url(size.database)) as database:
            row = database.execute("SELECT count(*) FROM outbox WHERE done_at IS NULL").fetchone()
        return row is not None and row[0] == 0

    def _explain(self, platform: Platform, town: BusyTown, counts: dict[str, Counted]) -> None:
        with platform.app("town").app_context():
            for name, counted in counts.items():
                for plan in plans(db.engine, str(town.tenant_id), counted):
                    print(f"\n-- {name}\n{plan}")


def _count(platform: Platform, case: Case) -> Counted:
    """The second request counts: the first reads the town's configuration once for the process."""
    client = Client(platform, use_cookies=False)
    if case.server == KEPT:
        return Counted()
    case.ready(client)()
    return count(case.ready(client), case.expected)


def _disconnect(platform: Platform) -> None:
    for name in ("town", "console"):
        with platform.app(name).app_context():
            db.engine.dispose()


def main(arguments: list[str]) -> int:
    """Returns the exit code; a measurement that went wrong is told in one sentence."""
    options = _options(arguments)
    if options.joining:
        from bench import joining

        return joining.main()
    older = read_json(options.compare) if options.compare else None
    began = time.perf_counter()
    options.data.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=options.data))
    services = Services(folder)
    try:
        with services.running():
            run = Bench(options, services).measure_all()
    except (LoadProblem, InstanceProblem, EmbeddedProblem) as problem:
        print(f"The bench ended: {problem}", file=sys.stderr)
        if options.keep:
            print(f"Logs: {services.logs}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print_summary(run)
    if older is not None:
        print_comparison(older, run)
    write_json(options.json, run)
    print(f"\nWritten to {options.json} after {time.perf_counter() - began:.0f} s.")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="start.py bench", description="Measure the platform on this machine.")
    parser.add_argument("--quick", action="store_true", help="only the smallest size, short bursts")
    parser.add_argument("--joining", action="store_true", help="the gate instead: provisioning, console, documents")
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    parser.add_argument("--compare", type=Path, help="an older JSON to compare with")
    parser.add_argument("--json", type=Path, default=PROJECT / "var" / "bench.json", help="where the result is written")
    parser.add_argument("--data", type=Path, default=PROJECT / "var" / "bench", help="folder for the databases")
    parser.add_argument("--keep", action="store_true", help="keep the databases and logs")
    parser.add_argument("--explain", action="store_true", help="print the plans of the reading statements")
    parser.add_argument("--workers", type=int, default=2, help="gunicorn's processes, on both sides")
    parser.add_argument("--worker-class", choices=["sync", "gthread"], help="instead of the settings file's")
    parser.add_argument("--threads", type=int, help="of gthread, instead of the settings file's")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
