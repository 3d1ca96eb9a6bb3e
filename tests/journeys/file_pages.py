"""The console's pages about files in the states they can be in: the lists, one file's tabs, exceptions, the start."""

import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from maerker.clock import BERLIN, now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.entries import save_entry
from onboarding.applications.start import fix_start
from tests.makers import Here
from tests.makers_joining import InFile, a_file, applied, opened, person_id_of
from tests.makers_operators import OperatorVisitor, an_operator
from tests.onboarding.console.files import an_admitted_file, files_at_once, id_of, long_ago
from tests.onboarding.console.test_lists import kommune
from tests.onboarding.console.test_overrides import REASON, place
from tests.onboarding.console.test_starts import OPERATOR, a_sunday, working_day

if TYPE_CHECKING:
    from tests.journeys.every_page import Shown, Walk

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ODD = f"<b>Fett</b> & \"Zitat\" {LONG} https://example.com/{'weg/' * 40}"


def file_pages(walk: "Walk") -> Iterator["Shown"]:
    """What the operator sees of the files: an application, one file with everything, many files."""
    anna, bert = an_operator(), an_operator()
    yield from _application(walk, anna)
    file_id, person = an_admitted_file()
    yield from _file(walk, anna, file_id, person)
    yield from _overrides(walk, anna, bert, file_id, person)
    yield from _start(walk, anna, file_id)
    yield from _lists(walk, anna, an_operator("reader"), file_id)


def _application(walk: "Walk", anna: OperatorVisitor) -> Iterator["Shown"]:
    """Waiting for the operator, its refusal without words, refused."""
    file_id = id_of(a_file())
    at = f"/akten/{file_id}"
    yield walk.at("application", anna, at)
    yield walk.at("application, no exception yet", anna, place(file_id))
    yield walk.at("application, no start yet", anna, f"{at}/start")
    anna.get(at)
    yield walk.put("application, refused without a reason", anna, f"{at}/ablehnen", 422, reason="nein")
    answer = anna.post(f"{at}/ablehnen", {"reason": ODD})
    assert answer.status_code == 303
    yield walk.at("application, refused", anna, answer.headers["Location"])
    yield walk.at("file, nobody's", anna, f"/akten/{uuid.uuid4()}", 404)


def _file(walk: "Walk", anna: OperatorVisitor, file_id: uuid.UUID, person: InFile) -> Iterator["Shown"]:
    """Everything filled in at its longest, somebody waits for access, a mail that failed, a reminder sent."""
    at, second = f"/akten/{file_id}", f"zweite-{person.kommune.email}"
    yield walk.at("file, fresh", anna, f"{at}?getan=angenommen")
    yield walk.at("file, entries, little", anna, f"{at}/angaben")
    opened(applied(person.kommune, email=second, name=LONG), second)
    with Here.world.no_scope("console"), file_scope(file_id):
        for key, value in (("departments", f"Bauamt\n{LONG}"), ("extent", "departments"), ("street", LONG[:120])):
            save_entry(key, value, by=OPERATOR, at=now())
        session().commit()
    _a_mail_fails(anna, file_id, person_id_of(person))
    for name, path in (("somebody waits", ""), ("entries", "/angaben"), ("people", "/personen"),
                       ("remind", "/erinnern")):
        yield walk.at(f"console, file, {name}", anna, at + path)
    yield walk.put("console, file, remind, refused", anna, f"{at}/erinnern", 422, text="")
    anna.post(f"{at}/erinnern", {"people": str(person_id_of(person)), "text": f"Bitte denken Sie daran: {ODD}"})
    anna.get(f"{at}/personen")
    refused = anna.post(f"{at}/personen", {"name": LONG, "email": "keine Adresse", "roles": ["press"]})
    yield walk.keep("console, file, people, refused", anna, f"{at}/personen", refused, 422)
    anna.get(at)
    yield walk.put("console, file, trained, refused", anna, f"{at}/geschulte", 422, trained_needed="viele")
    yield walk.at("console, file, reminded", anna, f"{at}?getan=erinnert")
    yield walk.at("console, file, history", anna, f"{at}/verlauf")


def _a_mail_fails(anna: OperatorVisitor, file_id: uuid.UUID, person_id: int) -> None:
    Here.world.work()
    anna.get(f"/akten/{file_id}/personen")
    Here.world.mailbox.refuse = "550 5.1.1 no such box"
    try:
        answer = anna.post(f"/akten/{file_id}/personen/{person_id}/link")
        Here.world.work()
    finally:
        Here.world.mailbox.refuse = ""
    assert answer.status_code == 303


def _overrides(
    walk: "Walk", anna: OperatorVisitor, bert: OperatorVisitor, file_id: uuid.UUID, person: InFile
) -> Iterator["Shown"]:
    """Possible, asked for the second factor, proposed, seen by both, not declined without words, agreed."""
    at, overview = place(file_id), f"/akten/{file_id}"
    yield walk.at("exception", anna, at)
    yield walk.put("exception, refused", anna, at, 422, reason="eilt")
    anna.let_time_pass(minutes=30)
    anna.get(at)
    yield walk.put("exception, confirm", anna, at, 200, reason=ODD)
    anna.enter().get(at)
    assert anna.post(at, {"reason": f"{REASON} {ODD}"}).status_code == 303
    yield walk.at("exception, own proposal", anna, at)
    yield walk.put("exception, never alone", anna, f"{at}/zustimmen", 403)
    yield walk.at("exception, to decide", bert, at)
    yield walk.put("exception, declined without a reason", bert, f"{at}/ablehnen", 422, reason="nein")
    yield walk.at("console, file, exception proposed", bert, overview)
    bert.get(at)
    assert bert.post(f"{at}/zustimmen").status_code == 303
    yield walk.at("exception, agreed", bert, at)
    yield walk.at("console, file, exception agreed", bert, f"{overview}?getan=zugelassen")
    other = place(file_id, "service_promise")
    anna.get(other)
    assert anna.post(other, {"reason": REASON}).status_code == 303  # so that it stands among the tasks
    yield walk.at("file of the Kommune, exception", person.visitor, "/akte")
    yield walk.at("history of the Kommune, exception", person.visitor, "/akte/verlauf")


def _start(walk: "Walk", anna: OperatorVisitor, file_id: uuid.UUID) -> Iterator["Shown"]:
    """No date, refused, a day off, fixed with others on the same day, not taken back without words, live."""
    at, day = f"/akten/{file_id}/start", working_day(400)
    moment = datetime.combine(day, time(8), BERLIN)
    yield walk.at("console, file, start", anna, at)
    yield walk.put("console, file, start, refused", anna, at, 422, day="2020-01-06", hour="08:00")
    yield walk.put("console, file, start, day off", anna, at, 422, day=a_sunday().isoformat(), hour="09:00")
    files_at_once(2, name=LONG, admitted_at=long_ago(days=9), starts_at=moment, step="start_date")
    with Here.world.no_scope("console"):
        fix_start(file_id, moment, by=OPERATOR, at=now())
    yield walk.at("console, file, start, fixed", anna, f"{at}?getan=termin")
    yield walk.put("console, file, start, not taken back", anna, f"{at}/aufheben", 422, reason="weg")
    wishing, _ = an_admitted_file()
    anna.get(at)
    anna.post(f"/akten/{wishing}/start/wunsch", {"wish": (day + timedelta(days=1)).isoformat()})
    yield walk.at("calendar", anna, "/kalender")
    yield walk.at("calendar, several", anna, f"/kalender?monat={day:%Y-%m}")
    yield walk.at("calendar, nothing", anna, "/kalender?monat=2091-02")
    _, (live,) = files_at_once(1, admitted_at=long_ago(days=9), started_at=long_ago(days=1), turn="nobody", step="live")
    yield walk.at("console, file, start, live", anna, f"/akten/{live}/start")
    yield walk.at("console, file, live", anna, f"/akten/{live}")


def _lists(
    walk: "Walk", anna: OperatorVisitor, reader: OperatorVisitor, file_id: uuid.UUID
) -> Iterator["Shown"]:
    """All files, filtered, on a second page, none; the tasks; the towns and a new one."""
    word, _ = files_at_once(52, name=LONG, turn_since=long_ago(days=40), turn="municipality", step="training")
    for name, path in (
        ("pipeline", "/"), ("pipeline, many", f"/?q={word}&side=municipality&days=30"),
        ("pipeline, second page", f"/?q={word}&seite=2"), ("pipeline, nothing", "/?q=gibtesnicht"),
        ("pipeline, ended", "/?show=ended"), ("tasks", "/aufgaben"), ("tasks, exceptions", "/aufgaben?kind=override"),
        ("tasks, admissions", "/aufgaben?kind=admit"), ("towns", "/kommunen"),
        ("towns, one found", f"/kommunen?q={word}"), ("towns, nothing", "/kommunen?q=gibtesnicht"),
        ("towns, one more", "/kommunen/neu"),
    ):
        yield walk.at(name, anna, path)
    wrong = kommune(ars="12", name=LONG * 3, seat="", population="viele")
    yield walk.put("towns, one more, refused", anna, "/kommunen/neu", 422, **wrong)
    for name, path in (("pipeline", "/"), ("file", f"/akten/{file_id}"), ("start", f"/akten/{file_id}/start"),
                       ("people", f"/akten/{file_id}/personen")):
        yield walk.at(f"{name}, for a reader", reader, path)
    yield walk.at("remind, no right", reader, f"/akten/{file_id}/erinnern", 403)
