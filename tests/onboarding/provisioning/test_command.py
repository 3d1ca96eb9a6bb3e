"""`maerker kommune ...`: the same acts for scripts, told by exit codes; a list makes many places."""

import json
import uuid
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import text

from maerker.clock import BERLIN, now
from maerker.database.base import session
from onboarding.provisioning.command import kommune
from tenants.registry.models import TenantState
from tests.makers import Here, a_tenant, a_visitor
from tests.makers_joining import a_kommune
from tests.onboarding.provisioning.set_up_file import a_kommune_with_area, an_admitted_file, close_gates
from tests.world import Mailbox


def run(*words: str) -> Result:
    return CliRunner().invoke(kommune, list(words), obj=Here.world.platform)


def told(*words: str, code: int = 0) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.output)


def ars_of(kommune_id: uuid.UUID) -> str:
    with Here.world.no_scope("console"):
        return str(session().scalar(text("SELECT ars FROM municipalities WHERE id = :id"), {"id": kommune_id}))


def test_from_the_application_to_the_first_day(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    ars = ars_of(file.kommune.id)
    assert told("show", ars)["steps"][0]["standing"] == "done"
    assert told("admit", ars)["state"] == ""
    made = told("provision", ars)
    assert told("provision", ars) == made
    assert made["state"] == "joining"
    assert told("show", made["slug"])["reference"] == made["reference"] == told("show", made["reference"])["reference"]
    assert told("trial", ars)["state"] == "trial"
    assert any("Ortsteil" in sentence for sentence in told("check", ars, code=1))
    assert "error" in told("start", ars, code=1)
    close_gates(file)
    day = now().astimezone(BERLIN) + timedelta(days=40)
    assert told("fix-start", ars, f"{day:%Y-%m-%d}T08:00", "--sure")["starts_at"]
    assert told("start", ars)["state"] == "live"
    assert told("start", ars)["state"] == "live"
    assert file.acts().count("started") == 1
    assert made["reference"] in run("list").output
    assert made["reference"] in [row["reference"] for row in told("list")]


def test_an_application_is_begun_once(mailbox: Mailbox) -> None:
    ars = ars_of(a_kommune().id)
    first = told("apply", ars, "--name", "Karla Nagel", "--email", "karla@beispielstadt.de")
    assert told("apply", ars, "--name", "Jemand", "--email", "jemand@beispielstadt.de") == first
    assert "error" in told("admit", ars, code=1)
    assert "Bestätigung" in " ".join(first["steps"][0]["missing"]) or first["steps"][0]["standing"] == "open"


def test_what_cannot_be_understood_ends_with_two() -> None:
    assert run("show", "Nirgendwo").exit_code == 2
    assert run("show", ars_of(a_kommune().id)).exit_code == 2
    assert run("fix-start", "Nirgendwo", "morgen").exit_code == 2


def test_a_list_makes_places_names_what_is_wrong_and_goes_on(mailbox: Mailbox, tmp_path: Path) -> None:
    mark = uuid.uuid4().hex[:6]
    known, own_ars = ars_of(a_kommune_with_area().id), str(uuid.uuid4().int)[:9]
    head = ("ars;name;kind;district_name;contact_name;contact_email;slug;departments;postal_code;privacy_name;"
            "privacy_email")
    lines = [
        f"{known};;;;Karla Nagel;karla-{mark}@beispiel-stadt.de;;Ordnungsamt|Bauhof;03046;;",
        f"{own_ars};Handstadt {mark};Stadt;Prignitz;Olaf Hand;olaf-{mark}@beispiel-stadt.de;;;;Dana Schutz;"
        f"dana-{mark}@beispiel-stadt.de",
        f"{str(uuid.uuid4().int)[:9]};;;;Niemand Da;niemand-{mark}@beispiel-stadt.de;;;;;",
        f"{ars_of(a_kommune().id)};;;;Petra Falsch;petra-{mark}@beispiel-stadt.de;betrieb;;1;;",
    ]
    source = tmp_path / "kommunen.csv"
    source.write_text("\ufeff" + "\n".join([head, *lines]) + "\n", encoding="utf-8")
    first = told("import", str(source), code=1)
    assert [line["outcome"] for line in first["lines"]] == ["made", "made", "refused", "refused"], first
    assert first["lines"][1]["host"] == f"handstadt-{mark}.example.test"
    assert "Verzeichnis" in first["lines"][2]["problem"]
    assert "slug" in first["lines"][3]["problem"]
    assert "postal_code" in first["lines"][3]["problem"]
    source.write_text(source.read_text(encoding="utf-8").replace(";betrieb;;1;", ";;;03046;"), encoding="utf-8")
    again = told("import", str(source), code=1)
    assert [line["outcome"] for line in again["lines"]] == ["there", "there", "refused", "made"]
    assert "made 0, there 3, refused 1" in run("import", str(source)).output
    Here.world.work()
    assert any("/einladung/" in str(mail.get_body()) for mail in mailbox.to(f"olaf-{mark}@beispiel-stadt.de"))


def test_a_list_that_is_none_is_refused_whole(tmp_path: Path) -> None:
    source = tmp_path / "liste.csv"
    source.write_text("ars,contact_name,contact_email,passwort\n", encoding="utf-8")
    assert "passwort" in told("import", str(source), code=1)["error"]
    source.write_text("kommune\nCottbus\n", encoding="utf-8")
    assert "ars" in told("import", str(source), code=1)["error"]


def acts_about(slug: str) -> list[dict[str, Any]]:
    """What the record of the operator's people says of a town."""
    with Here.world.no_scope("console"):
        rows = session().execute(
            text("SELECT act, details FROM operator_audit WHERE details ->> 'slug' = :slug AND act LIKE 'town%' "
                 "ORDER BY id"), {"slug": slug}
        )
        return [{"act": act, **details} for act, details in rows]


def test_a_pause_closes_the_form_says_until_when_and_ends_by_command() -> None:
    town, day = a_tenant(), now().astimezone(BERLIN).date() + timedelta(days=30)
    visitor = a_visitor(town)
    assert "nimmt über Maerker zurzeit keine" not in visitor.get("/").text
    assert told("pause", town.slug, "--until", str(day), "--reason", "Umzug der Server") == {
        "name": town.town.name, "slug": town.slug, "state": "paused",
        "paused_until": datetime.combine(day, time(), BERLIN).isoformat(),
    }
    page = visitor.get("/").text
    assert "nimmt über Maerker zurzeit keine" in page, "the kept page is forgotten"
    assert "geht es am" in page
    later = day + timedelta(days=5)
    for _ in range(2):
        told("pause", town.slug, "--until", str(later), "--reason", "Dauert länger")
    assert f"{later.day}. " in visitor.get("/").text
    for _ in range(2):
        assert told("resume", town.slug)["state"] == "live"
    assert "nimmt über Maerker zurzeit keine" not in visitor.get("/").text
    acts = acts_about(town.slug)
    assert [(act["act"], act.get("reason", "")) for act in acts] == [
        ("town_paused", "Umzug der Server"), ("town_paused", "Dauert länger"), ("town_resumed", ""),
    ]
    assert {act["by"] for act in acts} == {"system"}
    assert f"{town.town.name} is live." in run("resume", town.slug).output


def test_a_pause_may_have_no_end() -> None:
    town = a_tenant()
    assert told("pause", town.slug, "--reason", "Wahl")["paused_until"] is None


def test_what_cannot_pause_or_go_on_is_told_why_and_nothing_is_noted() -> None:
    trial, live = a_tenant(state=TenantState.trial), a_tenant()
    leaving = a_tenant(state=TenantState.leaving)
    for town, words, reason in (
        (trial, ("pause", "--reason", "x"), "ist nicht in Betrieb"),
        (leaving, ("pause", "--reason", "x"), "ist nicht in Betrieb"),
        (live, ("pause", "--reason", "x", "--until", "2026-01-01"), "liegt in der Vergangenheit"),
        (live, ("pause", "--reason", " "), "Bitte geben Sie den Grund an"),
        (trial, ("resume",), "pausiert nicht"), (leaving, ("resume",), "pausiert nicht"),
    ):
        assert reason in told(words[0], town.slug, *words[1:], code=1)["error"]
        assert acts_about(town.slug) == []


def test_a_pause_that_is_asked_for_wrongly_ends_with_two() -> None:
    town, kommune_without_place = a_tenant(), ars_of(a_kommune().id)
    for words in (("pause", "nirgendwo", "--reason", "x"), ("pause", town.slug), ("resume", kommune_without_place),
                  ("pause", town.slug, "--reason", "x", "--until", "bald")):
        assert run(*words).exit_code == 2, words
