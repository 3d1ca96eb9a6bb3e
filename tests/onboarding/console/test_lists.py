"""Tasks, the list to take out, Kommunen added by hand, the menu."""

import csv
import io
import re
import uuid
from pathlib import Path

import pytest
from sqlalchemy import select, text

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.console_tasks import TaskKind, tasks
from onboarding.applications.models import JoiningFile
from onboarding.applications.overrides import agree_override, propose_override
from onboarding.applications.queries import facts_of_all
from onboarding.console.export import guarded
from onboarding.operators.audit import ACTS
from onboarding.steps import GATES, Side, steps
from tests.maerker.documents.files import a_scan
from tests.makers import Here
from tests.makers_documents import a_paper
from tests.makers_joining import JOINING_HOST, a_file
from tests.makers_operators import an_operator
from tests.onboarding.console.files import an_admitted_file, files_at_once, id_of, recorded
from tests.onboarding.console.test_overrides import ANNA, BERT, REASON, place, proposed
from tests.world import Mailbox, Visitor

ROOT = Path(__file__).parents[3]


def kommune(**changed: str) -> dict[str, str]:
    """A Landkreis that nobody has added yet."""
    number = f"{uuid.uuid4().int % 10**5:05d}"
    known = {"kind": "Landkreis", "name": f"Landkreis Test {number}", "ars": number, "seat": "Forst (Lausitz)"}
    return {**known, **changed}


def test_a_copy_can_be_checked_although_its_step_still_waits(mailbox: Mailbox) -> None:
    """The release waits for the agreement; its signed copy is there all the same, and somebody can look at it."""
    paper = a_paper("freigabe")
    assert paper.hand_in(a_scan()).status_code == 303
    assert f'href="/akten/{paper.file_id}/dokumente"' in an_operator("support").get("/aufgaben?kind=check").text


def test_what_waits_for_the_operator_is_a_task_until_it_is_done() -> None:
    person, support = a_file(), an_operator("support")
    file_id = id_of(person)
    assert f'href="/akten/{file_id}"' in support.get("/aufgaben?kind=admit").text
    support.post(f"/akten/{file_id}/annehmen")
    assert f'href="/akten/{file_id}"' not in support.get("/aufgaben?kind=admit").text
    assert f'href="/akten/{file_id}/einrichtung"' in support.get("/aufgaben?kind=provision").text


def test_an_exception_is_a_task_for_the_second_person() -> None:
    file_id, _ = an_admitted_file()
    anna, bert = proposed(file_id), an_operator()
    assert place(file_id) in bert.get("/aufgaben?kind=override").text
    assert "Ihr eigener Vorschlag" in anna.get("/aufgaben?kind=override").text
    bert.get(place(file_id))
    bert.post(place(file_id) + "/zustimmen")
    assert place(file_id) not in bert.get("/aufgaben?kind=override").text


def test_the_tasks_are_those_that_the_steps_say() -> None:
    """Every step that is the operator's, or in which a copy can be looked at: no task more and none less."""
    an_admitted_file()
    handed_in(an_admitted_file()[0], "checking")
    handed_in(an_admitted_file()[0], "accepted")
    let_off, _ = an_admitted_file()
    for step in GATES:
        with Here.world.no_scope("console"), file_scope(let_off):
            propose_override(step, REASON, by=ANNA, at=now())
            agree_override(step, by=BERT, at=now())
    with Here.world.no_scope("console"):
        files = list(session().scalars(select(JoiningFile).where(
            JoiningFile.confirmed_at.is_not(None), JoiningFile.refused_at.is_(None),
            JoiningFile.withdrawn_at.is_(None), JoiningFile.started_at.is_(None),
        )))
        facts = facts_of_all(files)
        wanted = sorted(
            (str(file.file_id), step.rule.label) for file in files for step in steps(facts[file.file_id])
            if step.side is Side.operator or any(
                copy.state in ("checking", "to_confirm") for copy in (step.document.copies if step.document else ()))
        )
        found = tasks()
    seen = sorted((str(task.file_id), task.about) for kind, items in found.items() for task in items
                  if kind is not TaskKind.override)
    assert seen == wanted
    assert all(found[kind] for kind in (TaskKind.check, TaskKind.countersign, TaskKind.fix_start))


def handed_in(file_id: uuid.UUID, state: str) -> None:
    """A copy of the agreement that the Kommune signed."""
    with Here.world.no_scope("console"), file_scope(file_id):
        document = session().execute(text(
            "INSERT INTO file_documents (kind, text_version, data, state, made_at, sha256) VALUES"
            " ('data_processing_agreement', 1, '{}', 'ready', now(), 'x') RETURNING id")).scalar_one()
        session().execute(text(
            "INSERT INTO file_copies (document_id, side, way, state, file, sha256, size, uploaded_at, checked_at)"
            " VALUES (:document, 'municipality', 'scan', :state, 'x', 'x', 1, now(), now())"),
            {"document": document, "state": state})


def test_every_act_in_the_operators_record_has_its_words() -> None:
    files = [path.read_text() for path in (ROOT / "onboarding").rglob("*.py") if "/joining/" not in str(path)]
    written = {act for words in files for act in re.findall(r'\b(?:record|audit\.note)\(\s*"(\w+)"', words)}
    written |= {act for words in files for act in re.findall(r'_(?:act|do)\([^)]*?"(\w+_\w+)",\s*lambda', words)}
    assert {"file_admitted", "override_agreed", "file_person_let_in"} <= written
    assert written <= set(ACTS), f"{written - set(ACTS)}: say in onboarding/operators/audit.py what they are called."


def test_the_list_opens_in_a_spreadsheet_in_german() -> None:
    word, _ = files_at_once(3, name="Lübben/Błota;", step="training", turn="municipality")
    support = an_operator("support")
    answer = support.get(f"/akten.csv?q={word}")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["Aktenzeichen", "Kommune", "Name auf Sorbisch", "Art"]
    assert [row[1] for row in rows[1:]] == [f"Lübben/Błota; {word}"] * 3
    assert {(row[7], row[8], row[10]) for row in rows[1:]} == {("Schulung", "Kommune", "0")}
    assert recorded(support.account_id)[-1] == "files_exported"
    assert len(support.get(f"/akten.csv?q={word}&side=operator").data.decode().splitlines()) == 1


@pytest.mark.parametrize("role", ["trainer", "reader"])
def test_who_may_not_take_lists_out_is_offered_none(role: str) -> None:
    someone = an_operator(role)
    assert "/akten.csv" not in someone.get("/").text
    assert someone.get("/akten.csv").status_code == 403


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+49", "-1", "@x", "\t=1", " =1"])
def test_no_cell_is_a_formula(name: str) -> None:
    assert guarded(name) == f"'{name}"


@pytest.mark.parametrize("name", ["Amt Peitz", "Neu-Zittau", "12071", "", "Straße = Weg"])
def test_other_cells_stay_as_they_are(name: str) -> None:
    assert guarded(name) == name


def test_a_formula_in_a_name_reaches_no_spreadsheet() -> None:
    word, _ = files_at_once(1, name="=cmd|' /C calc'!A0")
    lines = an_operator("support").get(f"/akten.csv?q={word}").data.decode().splitlines()
    assert f"'=cmd|' /C calc'!A0 {word}" in lines[1]


def test_a_landkreis_added_by_hand_can_apply() -> None:
    support, typed = an_operator("support"), kommune()
    support.get("/kommunen/neu")
    assert support.post("/kommunen/neu", typed).headers["Location"] == "/kommunen?getan=neu"
    assert "Die Kommune ist im Verzeichnis" in support.get("/kommunen?getan=neu").text
    assert recorded(support.account_id)[-1] == "municipality_added"
    finder = Visitor(Here.world.platform, JOINING_HOST).get("/antrag", query_string={"q": typed["name"]}).text
    assert typed["name"] in finder


def test_the_same_key_is_not_added_twice_and_nothing_typed_is_lost() -> None:
    support, typed = an_operator("support"), kommune()
    support.get("/kommunen/neu")
    support.post("/kommunen/neu", typed)
    support.get("/kommunen/neu")
    again = support.post("/kommunen/neu", {**typed, "name": "Landkreis Anders"})
    assert again.status_code == 422
    assert f"Diesen Schlüssel hat schon: {typed['name']}" in again.text
    assert 'value="Landkreis Anders"' in again.text


@pytest.mark.parametrize(("changed", "words"), [
    ({"ars": "123"}, "fünf Ziffern"), ({"kind": "Stadt", "ars": "12071", "district_name": ""}, "Landkreis an"),
    ({"kind": "Stadt", "ars": "1207a"}, "neun Ziffern"), ({"kind": "Königreich"}, "was für eine Verwaltung"),
    ({"name": " "}, "Bitte geben Sie den Namen an"), ({"seat": ""}, "Bitte geben Sie den Sitz"),
    ({"population": "viele"}, "nur Ziffern"), ({"name": "x" * 201}, "Bitte geben Sie den Namen an"),
    ({"ars": "١٢٠٧١"}, "Ziffern"),
])
def test_what_is_wrong_with_a_new_kommune_is_said_beside_its_field(changed: dict[str, str], words: str) -> None:
    support = an_operator("support")
    support.get("/kommunen/neu")
    answer = support.post("/kommunen/neu", kommune(**changed))
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize(("role", "places"), [
    ("admin", {"/", "/aufgaben", "/kalender", "/kommunen", "/konto", "/personen", "/protokoll"}),
    ("reader", {"/", "/aufgaben", "/kalender", "/kommunen", "/konto"}),
])
def test_the_menu_shows_where_one_may_go(role: str, places: set[str]) -> None:
    someone = an_operator(role)
    seen = set(re.findall(r'<a (?:class="m-nav__link" )?href="([^"?]+)"', someone.get("/konto").text))
    assert places <= seen
    assert ("/personen" in seen) == ("/personen" in places)
    for path in places:
        assert someone.get(path).status_code == 200
