"""The pages about documents in the states they can be in: at the joining host and at the console."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from maerker.clock import now
from onboarding.contracts.file_review import CHECKS, confirm_copy, refuse_copy
from tests.maerker.documents.files import a_scan
from tests.makers import Here
from tests.makers_documents import OPERATOR, PLACE, Paper, a_paper, an_admitted_file, at_the_file, the_texts
from tests.makers_joining import a_file
from tests.makers_operators import OperatorVisitor, an_operator

if TYPE_CHECKING:
    from tests.journeys.every_page import Shown, Walk

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def document_pages(walk: "Walk") -> Iterator["Shown"]:
    """Everything that people see of documents."""
    yield from _making(walk)
    paper = a_paper("auftragsverarbeitung", an_admitted_file(details={"head_name": f"Dr. {LONG}"}))
    yield from _handing_in(walk, paper)
    yield from _at_the_console(walk, paper, an_operator("support"))


def _making(walk: "Walk") -> Iterator["Shown"]:
    the_texts()
    early = a_file().visitor
    yield walk.at("documents, before the admission", early, PLACE)
    gaps = an_admitted_file(details={"street": None, "signatories": "power_of_attorney"}).visitor
    yield walk.at("document, details missing", gaps, f"{PLACE}/serviceversprechen/erstellen")
    yield walk.put("documents, details missing", gaps, f"{PLACE}/alle", 422)
    gaps.get(PLACE)
    preview = gaps.post(f"{PLACE}/freigabe/vorschau").headers["Location"]
    yield walk.at("preview, being made", gaps, preview)
    Here.world.work()
    yield walk.at("preview", gaps, preview)


def _handing_in(walk: "Walk", paper: Paper) -> Iterator["Shown"]:
    visitor, place = paper.file.visitor, f"{PLACE}/{paper.id}"
    visitor.get(PLACE)
    visitor.post(f"{PLACE}/alle")
    yield walk.at("documents, some being made", visitor, PLACE)
    Here.world.work()
    yield walk.at("document, to sign", visitor, place)
    for way in ("scan", "electronic"):
        yield walk.at(f"document, handing in, {way}", visitor, f"{place}/abgeben?weg={way}")
    yield walk.put("document, handing in, refused", visitor, f"{place}/abgeben", 422, way="scan", name_1=LONG)
    paper.hand_in(paper.pdf, way="electronic")
    yield walk.at("document, refused by machine", visitor, place)
    paper.hand_in(a_scan(2))
    yield walk.at("document, with the operator", visitor, place)
    yield walk.at("documents", visitor, PLACE)
    yield walk.at("document, a new version", visitor, f"{PLACE}/auftragsverarbeitung/erstellen")
    back = f"{PLACE}/nachweis/{paper.copies[-1].id}/zuruecknehmen"
    yield walk.at("copy, taking back", visitor, back)
    yield walk.put("copy, taking back, refused", visitor, back, 422, reason="kurz")


def _at_the_console(walk: "Walk", paper: Paper, operator: OperatorVisitor) -> Iterator["Shown"]:
    place, copy = f"/akten/{paper.file_id}", paper.copies[-1].id
    yield walk.at("console, documents", operator, f"{place}/dokumente")
    compare = f"{place}/nachweise/{copy}"
    yield walk.at("console, comparing", operator, compare)
    yield walk.put("console, accepting, refused", operator, f"{compare}/bestaetigen", 422, remark=LONG * 3)
    with at_the_file(paper.file_id):
        confirm_copy(copy, CHECKS, "", by=OPERATOR, at=now())
    sign = f"{place}/dokumente/{paper.id}/gegenzeichnen"
    yield walk.at("console, countersigning", operator, sign)
    yield walk.put("console, countersigning, refused", operator, sign, 422, way="scan")
    yield walk.at("console, taking back", operator, f"{compare}/zuruecknehmen")
    yield walk.put("console, taking back, refused", operator, f"{compare}/zuruecknehmen", 422, reason="kurz")
    other = a_paper(file=paper.file)
    other.hand_in(a_scan(1))
    with at_the_file(paper.file_id):
        refuse_copy(other.copies[0].id, f"Die zweite Seite fehlt: {LONG}", by=OPERATOR, at=now())
    yield walk.at("console, documents, one refused", operator, f"{place}/dokumente")
    yield walk.at("document, refused by a person", paper.file.visitor, f"{PLACE}/{other.id}")
    newer = a_paper(file=paper.file)
    yield walk.at("document, an earlier version", paper.file.visitor, f"{PLACE}/{other.id}")
    yield walk.at("document, a newer version", paper.file.visitor, f"{PLACE}/{newer.id}")
