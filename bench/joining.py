"""``python3 start.py bench --joining``: how long setting up Kommunen, their list at the console and their papers take.

    provision   one Kommune from its file; aim 2 s
    list        a thousand from a CSV file, files and places; aim 5 minutes
    console     the pipeline and one file with 10 files and with 1,000; aim: the same
    papers      the whole set of documents of one Kommune; aim 2 s
"""

import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import select
from werkzeug.test import Client

from bench.instance import Services
from bench.statements import counted
from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.identity.totp import code_at
from maerker.settings import Settings
from onboarding.applications.models import JoiningFile
from onboarding.contracts.actions import load_first_texts
from onboarding.contracts.file_facts import facts_now
from onboarding.contracts.generation import generate
from onboarding.contracts.kinds import OF_THE_MUNICIPALITY
from onboarding.contracts.queries import text_in_use
from onboarding.demo.operators import make_operators, secret_of
from onboarding.provisioning.take_over import take_over
from wsgi import Platform

DATABASE, PASSPHRASE = "bench_joining", "storch-kahn-erle-42"
FEW, PAGE, MANY, ROUNDS = 10, 60, 1_000, 15
"""Files: a handful, one page of the list full, and a Land. What differs from PAGE to MANY is not the rows shown."""
HEAD = ("ars;name;kind;district_name;contact_name;contact_email;privacy_name;privacy_email;technical_name;"
        "technical_email;street;postal_code;city;phone;email;head_name;head_title;signatories;council_needed;extent;"
        "departments;editors_mailbox")


def line(number: int) -> str:
    """A Kommune of the list, with everything that its documents need."""
    at = f"bench-{number}.example"
    return (
        f"{200_000_000 + number};Benchstadt {number};Stadt;Landkreis {number % 14};Anna Berg;anna@{at};Dana Schutz;"
        f"dana@{at};Timo Netz;timo@{at};Markt 1;03046;Benchstadt;0355 1;rathaus@{at};Ute Amt;Bürgermeisterin;head;"
        f"nein;whole;Ordnungsamt|Bauamt|Bauhof;maerker@{at}"
    )


def import_lines(platform: Platform, numbers: range) -> float:
    """Seconds for so many lines."""
    text = "\n".join([HEAD, *(line(number) for number in numbers)])
    began = time.perf_counter()
    with platform.app("console").app_context():
        done = list(take_over(text, settings=platform.settings, by=SYSTEM, at=now()))
    refused = [one for one in done if one.outcome != "made"]
    if refused:
        raise RuntimeError(f"not made: {refused[:3]}")
    return time.perf_counter() - began


class Console:
    """One of the operator's people, signed in with both factors."""

    def __init__(self, platform: Platform) -> None:
        settings = platform.settings
        with platform.app("console").app_context():
            make_operators(settings, PASSPHRASE, now())
            session().commit()
        self.client, self.base = Client(platform), f"http://betrieb.{settings.base_host}"
        self._post("/anmelden", {"username": "betrieb", "password": PASSPHRASE})
        self._post("/anmelden/code", {"code": code_at(secret_of(settings, "betrieb"), now())})

    def get(self, path: str) -> str:
        answer = self.client.get(path, base_url=self.base)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        return answer.text

    def _post(self, path: str, data: dict[str, str]) -> None:
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.client.get(path, base_url=self.base).text)
        answer = self.client.post(path, base_url=self.base, data={**data, "csrf_token": found[1] if found else ""})
        if answer.status_code != 303:
            raise RuntimeError(f"{path}: {answer.status_code}")

    def measured(self, path: str) -> dict[str, Any]:
        """Milliseconds (median) and statements of a page, warmed up."""
        self.get(path)
        with counted() as found:
            self.get(path)
        return {"ms": round(median(_ms(lambda: self.get(path)) for _ in range(ROUNDS)), 1), "statements": found.number}


def papers(platform: Platform) -> dict[str, Any]:
    """The whole set of one Kommune, as the worker makes it."""
    with platform.app("console").app_context():
        load_first_texts(by=SYSTEM, at=now())
        session().commit()
        file_id = session().scalars(select(JoiningFile.file_id).limit(1)).one()
        with file_scope(file_id):
            facts = facts_now(platform.settings)

            def whole() -> int:
                return sum(len(generate(kind, facts, text_in_use(kind), made_at=now()).pdf)
                           for kind in OF_THE_MUNICIPALITY)

            first = _ms(whole)
            return {"documents": len(OF_THE_MUNICIPALITY), "first_ms": round(first), "ms": round(median(
                _ms(whole) for _ in range(5)))}


def run(settings: Settings) -> dict[str, Any]:
    platform = Platform(settings)
    import_lines(platform, range(1))  # what a first call loads
    one = [import_lines(platform, range(number, number + 1)) for number in range(1, FEW)]
    console = Console(platform)
    with platform.app("console").app_context():
        file = f"/akten/{session().scalars(select(JoiningFile.file_id).order_by(JoiningFile.reference)).first()}"
        session().rollback()
    pages = {"pipeline": "/", "search": "/?q=benchstadt", "file": file, "tasks": "/aufgaben", "csv": "/akten.csv"}
    measured: dict[str, dict[str, Any]] = {name: {} for name in pages}
    seconds, before = 0.0, FEW
    for number in (FEW, PAGE, MANY):
        seconds += import_lines(platform, range(before, number)) if number > before else 0.0
        before = number
        for name, path in pages.items():
            measured[name][str(number)] = console.measured(path)
    return {
        "provision_one_s": round(median(one), 3), "list_lines": MANY - FEW, "list_s": round(seconds, 1),
        "console": measured, "papers": papers(platform),
    }


def _ms(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="maerker-bench-"))
    services = Services(folder)
    try:
        with services.running():
            services.make_database(DATABASE)
            result = run(services.settings(DATABASE))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    json.dump(result, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0
