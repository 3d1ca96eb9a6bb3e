"""The set-up and the start as both sides see them, over HTTP."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.entries import save_entry
from onboarding.applications.models import FilePerson
from onboarding.provisioning import domains
from onboarding.provisioning.domains import LookUp, domain_problem
from tests.makers import Here, a_tenant
from tests.makers_joining import JOINING_HOST, InFile, link_and_code
from tests.makers_operators import an_operator
from tests.onboarding.provisioning.set_up_file import ANKE, MadeFile, an_admitted_file, close_gates, plan, train
from tests.onboarding.training.people import a_date, signs_up
from tests.world import BASE, Mailbox, Visitor


def in_file(file: MadeFile) -> Visitor:
    """The contact for the subject, signed in at the joining host."""
    visitor = Visitor(Here.world.platform, JOINING_HOST)
    visitor.get("/anmelden")
    visitor.post("/anmelden", {"municipality_id": str(file.kommune.id), "email": file.kommune.email})
    path, code = link_and_code(file.kommune.email)
    visitor.get(path)
    assert visitor.post(path, {"code": code}).status_code == 303
    return InFile(file.kommune, visitor).visitor


def test_the_operator_makes_the_place_and_the_kommune_finds_its_way(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    train(file, "Erik Redlich", f"erik-{file.kommune.email}")
    kommune, operator = in_file(file), an_operator("support")
    before = kommune.get("/akte/start")
    assert "Der Betreiber legt den Bereich aus Ihren Angaben an" in before.text
    place = f"/akten/{file.id}/einrichtung"
    page = operator.get(place)
    assert "Bereich anlegen" in page.text
    assert "Erik Redlich" in page.text
    assert operator.post(f"{place}/anlegen").headers["Location"] == f"{place}?getan=angelegt"
    operator.get("/konto")
    assert operator.post(f"{place}/anlegen").status_code == 303
    Here.world.work()
    after = kommune.get("/akte/start")
    assert f".{BASE}/verwaltung/" in after.text
    assert "Es gibt noch keinen Ortsteil" in after.text
    assert "Serviceversprechen" in after.text
    assert "&lt;a href=&#34;http://" in after.text
    assert "Noch nicht geprüft" not in operator.get(place).text


def test_the_kommune_switches_its_trial_on(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    kommune = in_file(file)
    kommune.get("/akte/start")
    assert kommune.post("/akte/start/probebetrieb").status_code == 422
    file.provision()
    for _ in range(2):
        kommune.get("/akte/start")
        assert kommune.post("/akte/start/probebetrieb").status_code == 303
    Here.world.work()
    assert "Der Probebetrieb läuft" in kommune.get("/akte/start").text
    assert file.acts().count("trial_asked") == file.acts().count("trial_begun") == 1
    operator = an_operator("support")
    assert "Der Probebetrieb läuft" in operator.get(f"/akten/{file.id}/einrichtung").text


def test_the_kommune_has_its_set_up_looked_at_at_once(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    kommune = in_file(file)
    kommune.get("/akte/start")
    assert kommune.post("/akte/start/pruefen").status_code == 422, "there is no place to look at"
    file.provision()
    Here.world.work()
    first = file.read().set_up_looked_at
    assert first is not None
    with time_machine.travel(now() + timedelta(minutes=1)):
        assert "Jetzt prüfen" in kommune.get("/akte/start").text
        asked = kommune.post("/akte/start/pruefen")
        assert asked.status_code == 303
        assert "Die Einrichtung wird geprüft." in kommune.get(asked.headers["Location"]).text
        Here.world.work()
        again = file.read().set_up_looked_at
        assert again is not None
        assert again > first
        assert kommune.post("/akte/start/pruefen").status_code == 303
        Here.world.work()
        assert file.read().set_up_looked_at == again, "it was looked at a moment ago"


def test_once_enough_are_signed_up_nobody_is_asked_to_sign_them_up(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    close_gates(file, besides="processing_release")
    kommune, date_id = in_file(file), a_date(seats=5)
    asked, waiting = "Melden Sie Ihre Leute zur Schulung an", "Ihre Leute sind zur Schulung angemeldet"
    for number in range(2):
        page = kommune.get("/akte").text
        assert (asked in page, waiting in page) == (True, False)
        signs_up(InFile(file.kommune, kommune), date_id=date_id, name=f"Rieke {number}")
    page = kommune.get("/akte").text
    assert (asked in page, waiting in page) == (False, True)


def test_a_refused_start_is_shown_on_both_sides(mailbox: Mailbox) -> None:
    from tests.onboarding.provisioning.test_start import run_slots

    file = an_admitted_file()
    file.provision()
    close_gates(file, leave="accession_declaration")
    plan(file, now() - timedelta(minutes=2))
    run_slots()
    assert "Der Start war zum geplanten Zeitpunkt nicht möglich" in in_file(file).get("/akte/start").text
    page = an_operator("reader").get(f"/akten/{file.id}/einrichtung").text
    assert "Zuletzt verhindert" in page
    assert "Bereich anlegen" not in page


def with_domain(file: MadeFile, domain: str) -> None:
    with Here.world.no_scope("console"), file_scope(file.id):
        save_entry("own_domain", domain, by=ANKE, at=now())
        session().commit()


def test_an_own_domain_is_looked_up_and_switched_on(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    file = an_admitted_file()
    domain = f"maerker-{uuid.uuid4().hex[:8]}.neustadt-stadt.de"
    with_domain(file, domain)
    file.provision()
    operator, place = an_operator("support"), f"/akten/{file.id}/einrichtung"
    operator.get(place)
    answers: list[Any] = [LookUp(False, ("anderswo.de",), "x", "Die Domain zeigt auf etwas anderes als die Plattform.")]
    monkeypatch.setattr(domains, "look_up", lambda *_: answers[-1])
    assert operator.post(f"{place}/domain-pruefen").status_code == 303
    Here.world.work()
    assert "anderswo.de" in operator.get(place).text
    assert operator.post(f"{place}/domain-einschalten").status_code == 422
    answers.append(LookUp(True, (f"neustadt.{BASE}",), "x", "Die Domain zeigt mit einem CNAME auf die Plattform."))
    kommune = in_file(file)
    kommune.get("/akte/start")
    assert kommune.post("/akte/start/domain").status_code == 303
    Here.world.work()
    operator.get(place)
    assert operator.post(f"{place}/domain-einschalten").status_code == 303
    assert "Hier startet Maerker bald" in Visitor(Here.world.platform, domain).get("/").text
    assert "eingeschaltet" in kommune.get("/akte/start").text
    operator.get(place)
    assert operator.post(f"{place}/domain-abschalten").status_code == 303
    assert "Hier startet" not in Visitor(Here.world.platform, domain).get("/").text


def test_domains_that_nobody_can_have() -> None:
    town = a_tenant()
    settings = Here.world.settings
    with Here.world.platform.app("console").app_context():
        assert "gehört der Plattform" in domain_problem(BASE, settings)
        assert "gehört der Plattform" in domain_problem(f"cottbus.{BASE}", settings)
        assert "nirgendwohin" in domain_problem("maerker.localhost", settings)
        assert "nirgendwohin" in domain_problem("10.1.2.3", settings)
        assert domain_problem("maerker.cottbus.de", settings) == ""
        assert domain_problem(town.host, settings, town.tenant_id) != ""


class Answers:
    """A resolver that knows what a test says."""

    timeout = lifetime = 0.0

    def __init__(self, known: dict[tuple[str, str], list[str]]) -> None:
        self.known = known

    def resolve(self, name: str, kind: str, **_options: bool) -> list[Any]:
        import dns.exception

        if (name, kind) not in self.known:
            raise dns.exception.DNSException
        if kind == "CNAME":
            return [type("Record", (), {"target": value})() for value in self.known[name, kind]]
        return list(self.known[name, kind])


@pytest.mark.parametrize(("known", "ok", "words"), [
    ({("m.de", "CNAME"): ["stadt.land.de."]}, True, "CNAME"),
    ({("m.de", "CNAME"): ["anders.de."]}, False, "etwas anderes"),
    ({("m.de", "A"): ["192.0.2.1"], ("stadt.land.de", "A"): ["192.0.2.1", "192.0.2.2"]}, True, "dieselben Adressen"),
    ({("m.de", "A"): ["192.0.2.9"], ("land.de", "A"): ["192.0.2.1"]}, False, "etwas anderes"),
    ({}, False, "steht nichts"),
])
def test_what_the_dns_says(
    monkeypatch: pytest.MonkeyPatch, known: dict[tuple[str, str], list[str]], ok: bool, words: str
) -> None:
    import dns.resolver

    monkeypatch.setattr(dns.resolver, "Resolver", lambda: Answers(known))
    answer = domains.look_up("m.de", "stadt.land.de", "land.de")
    assert answer.ok is ok
    assert words in answer.sentence


def test_who_is_not_let_in_starts_nothing(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    with Here.world.no_scope("console"), file_scope(file.id):
        names = session().scalars(select(FilePerson.name)).all()
    assert len(names) == 3
    stranger = Visitor(Here.world.platform, JOINING_HOST)
    stranger.get("/anmelden")
    assert stranger.get("/akte/start").status_code == 303
    stranger.get("/anmelden")
    assert stranger.post("/akte/start/probebetrieb").status_code in (303, 403)
    assert "trial_asked" not in file.acts()
