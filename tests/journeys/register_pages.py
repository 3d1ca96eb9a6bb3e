"""The console's pages about what is the same for all Kommunen: texts, certificates, sub-processors, changes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text

from maerker.clock import now
from onboarding.contracts.actions import draft_text, release_text
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.queries import texts_of
from onboarding.contracts.subprocessor_answers import take_back
from tests.makers import Here
from tests.makers_changes import ANKE, a_mailer, announced, let_it_take_effect, on_the_day, own_registers, released
from tests.makers_documents import the_texts
from tests.makers_joining import InFile
from tests.makers_operators import OperatorVisitor, an_operator
from tests.onboarding.console import test_changes, test_subprocessors
from tests.onboarding.console.test_trust import a_certificate, pem_on, the_anchor
from tests.onboarding.contracts.console import as_superuser

if TYPE_CHECKING:
    from tests.journeys.every_page import Shown, Walk

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
KIND = DocumentKind.accessibility_statement
TEXT, TRUST, PARTS, CHANGES = f"/texte/{KIND}", "/vertrauensliste", "/unterauftragsverarbeiter", "/aenderungen"


def register_pages(walk: "Walk") -> Iterator["Shown"]:
    """What counts for all Kommunen; nothing of it is left behind for other tests."""
    anna = an_operator()
    with _own_texts():
        yield from _texts(walk, anna, an_operator("reader"))
    with _own_certificates():
        yield from _trust(walk, anna)
    with own_registers():
        yield from _subprocessors(walk, anna)
        yield from _changes(walk, anna, released())


def _texts(walk: "Walk", anna: OperatorVisitor, reader: OperatorVisitor) -> Iterator["Shown"]:
    """A draft, tried, compared, to be released, released, put aside, and one that becomes no document."""
    first = _newest()
    good, bad = _draft(f"Neu ist dieser Satz. {LONG}"), _draft("#gibtesnicht(1)")
    for name, path in (
        ("texts", "/texte"), ("text, versions", TEXT), ("text, new", f"{TEXT}/neu"), ("text, draft", f"{TEXT}/{good}"),
        ("text, differences", f"{TEXT}/vergleich?alt={first}&neu={good}"),
        ("text, differences, whole", f"{TEXT}/vergleich?alt={first}&neu={good}&alles=1"),
        ("text, no difference", f"{TEXT}/vergleich?alt={good}&neu={good}"),
        ("text, release", f"{TEXT}/{good}/freigeben"), ("text, discard", f"{TEXT}/{bad}/verwerfen"),
    ):
        yield walk.at(name, anna, path)
    yield walk.put("text, tried", anna, f"{TEXT}/{good}/pruefen", 200)
    yield walk.put("text, tried, no document", anna, f"{TEXT}/{bad}/pruefen", 200)
    yield walk.put("text, release, no document", anna, f"{TEXT}/{bad}/freigeben", 422)
    anna.get(f"{TEXT}/neu")
    yield walk.put("text, new, refused", anna, f"{TEXT}/neu", 422, source=LONG, note="", act="save")
    yield walk.put("text, new, tried", anna, f"{TEXT}/neu", 200, source="#gibtesnicht(1)", note="x", act="try")
    anna.let_time_pass(minutes=30)
    anna.get(f"{TEXT}/{good}/freigeben")
    yield walk.put("text, release, confirm", anna, f"{TEXT}/{good}/freigeben", 200)
    anna.enter()
    with Here.world.no_scope("console"):
        release_text(KIND, good, by=ANKE, at=now())
    yield walk.at("text, released", anna, f"{TEXT}/{good}")
    yield walk.at("text, not a draft any more", anna, f"{TEXT}/{good}/verwerfen", 409)
    yield walk.at("text, replaced", anna, f"{TEXT}/{first}")
    yield walk.at("text, versions, for a reader", reader, TEXT)
    yield walk.at("text, no such kind", anna, "/texte/steuerbescheid", 404)


def _newest() -> int:
    with Here.world.no_scope("console"):
        return texts_of(KIND)[0].version


def _draft(words: str) -> int:
    with Here.world.no_scope("console"):
        source = f"{texts_of(KIND)[-1].source}\n{words}\n"
        return draft_text(KIND, source, f"Ein Satz mehr am Ende. {LONG}", by=ANKE, at=now()).version


@contextmanager
def _own_texts() -> Iterator[None]:
    """The first version of the text, and nothing later of it left behind."""
    the_texts()
    yield
    with as_superuser() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.execute(text("DELETE FROM contract_texts WHERE kind = :kind"), {"kind": KIND.value})
        connection.commit()
    the_texts()


def _trust(walk: "Walk", anna: OperatorVisitor) -> Iterator["Shown"]:
    """To be uploaded, refused, looked at, trusted, about to end, to be taken off, taken off."""
    yield walk.at("trust", anna, TRUST)
    yield walk.at("trust, new", anna, f"{TRUST}/neu")
    yield walk.put("trust, new, refused", anna, f"{TRUST}/neu", 422, pem=LONG)
    name, pem, _ = a_certificate(days=20)
    anna.get(f"{TRUST}/neu")
    looked = anna.post(f"{TRUST}/neu", {"certificate": (io.BytesIO(pem), "stelle.pem")},
                       content_type="multipart/form-data")
    yield walk.keep("trust, look", anna, f"{TRUST}/neu", looked, 200)
    seen = pem_on(looked.text)
    yield walk.put("trust, look, refused", anna, TRUST, 422, name="", pem=seen)
    assert anna.post(TRUST, {"name": name, "pem": seen}).status_code == 303
    yield walk.at("trust, one that soon ends", anna, f"{TRUST}?getan=aufgenommen")
    remove = f"{TRUST}/{the_anchor(name).id}/entfernen"
    yield walk.at("trust, remove", anna, remove)
    yield walk.put("trust, remove, refused", anna, remove, 422, reason="weg")
    assert anna.post(remove, {"reason": f"Der Dienst ist eingestellt: {LONG}"}).status_code == 303
    yield walk.at("trust, one removed", anna, f"{TRUST}?getan=entfernt")


@contextmanager
def _own_certificates() -> Iterator[None]:
    yield
    with as_superuser() as connection:
        connection.exec_driver_sql("DELETE FROM trust_anchors WHERE name LIKE 'Musterdienst %%'")
        connection.commit()


def _subprocessors(walk: "Walk", anna: OperatorVisitor) -> Iterator["Shown"]:
    """None, one to enter, announced, seen and answered by the Kommune, taken back, in effect."""
    yield walk.at("sub-processors, none", anna, PARTS)
    yield walk.at("sub-processors, enter one", anna, f"{PARTS}/neu")
    yield walk.at("sub-processors, announce", anna, f"{PARTS}/ankuendigen")
    refused = test_subprocessors.a_form(kind="changes", objection_days="29", name="", takes_effect_on="2026-01-01")
    yield walk.put("sub-processors, announce, refused", anna, f"{PARTS}/ankuendigen", 422, **refused)
    file = released()
    form = test_subprocessors.a_form(what=f"Ein anderer Dienst verschickt: {LONG}")
    yield walk.put("sub-processors, announce, sure", anna, f"{PARTS}/ankuendigen", 200, **form)
    first, gone = announced(a_mailer(f"{LONG} AG")), announced()
    yield walk.at("sub-processors, announced", anna, PARTS)
    yield walk.at("sub-processors, enter one, announce it", anna, f"{PARTS}/neu")
    yield walk.at("announcement", anna, f"{PARTS}/aenderungen/{first}?getan=angekuendigt")
    yield from _answers(walk, file, first, gone)
    yield walk.at("announcement, objected", anna, f"{PARTS}/aenderungen/{first}")
    yield walk.at("announcement, nobody agreed", anna, f"{PARTS}/aenderungen/{first}?antwort=agreed")
    yield walk.at("announcement, take back", anna, f"{PARTS}/aenderungen/{gone}/zuruecknehmen")
    with Here.world.no_scope("console"):
        take_back(gone, by=ANKE, at=now())
    yield walk.at("announcement, taken back", anna, f"{PARTS}/aenderungen/{gone}?getan=zurueckgenommen")
    let_it_take_effect(on_the_day(first))
    row = test_subprocessors.row_of(f"{LONG} AG")
    yield walk.at("sub-processors, one works", anna, PARTS)
    yield walk.at("sub-processors, announce its end", anna, f"{PARTS}/ankuendigen?eintrag={row.id}&art=goes")
    yield walk.at("announcement, in effect", anna, f"{PARTS}/aenderungen/{first}")
    yield walk.at("announcement, none", anna, f"{PARTS}/aenderungen/999999", 404)


def _answers(walk: "Walk", file: InFile, first: int, gone: int) -> Iterator["Shown"]:
    """What the Kommune sees of it."""
    visitor, place = file.visitor, "/akte/aenderungen"
    yield walk.at("file, changes", visitor, place)
    yield walk.at("file, change", visitor, f"{place}/{first}")
    yield walk.put("file, change, refused", visitor, f"{place}/{first}", 422, answer="objected", reason="")
    assert visitor.post(f"{place}/{first}", {"answer": "objected", "reason": f"{LONG} geht nicht."}).status_code == 303
    yield walk.at("file, changes, objected", visitor, f"{place}?getan=widersprochen")
    visitor.get(f"{place}/{gone}")
    assert visitor.post(f"{place}/{gone}", {"answer": "agreed"}).status_code == 303
    yield walk.at("file, change, answered", visitor, f"{place}/{gone}")


def _changes(walk: "Walk", anna: OperatorVisitor, file: InFile) -> Iterator["Shown"]:
    """None, to be declared, refused, sure, declared, seen by the Kommune."""
    yield walk.at("changes, none", anna, CHANGES)
    yield walk.at("changes, declare", anna, f"{CHANGES}/neu")
    yield walk.put("changes, declare, refused", anna, f"{CHANGES}/neu", 422, title="", description=LONG)
    form = test_changes.a_form(title=f"Fotos: {LONG}")
    yield walk.put("changes, declare, sure", anna, f"{CHANGES}/neu", 200, **form)
    declared = anna.post(f"{CHANGES}/neu", {**form, "act": "confirmed"})
    assert declared.status_code == 303, declared.text[:2000]
    yield walk.at("change, declared", anna, declared.headers["Location"])
    yield walk.at("changes", anna, CHANGES)
    yield walk.at("change, none", anna, f"{CHANGES}/999999", 404)
    yield walk.at("file, changes, release again", file.visitor, "/akte/aenderungen")
