"""A line of the log leads from the number on an error page to what happened."""

import json

import pytest
import structlog
from flask import g

from maerker.application import configure_logging
from maerker.database.scope import tenant_scope
from maerker.jobs.each import for_each
from tests.makers import Here, MadeTown, a_report
from tests.makers_joining import a_file, file_id_of
from tests.world import Mailbox


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    structlog.get_logger().warning("something happened", town="Cottbus")
    line: dict[str, str] = json.loads(capsys.readouterr().out)
    return line


def test_a_line_names_the_request_it_belongs_to_and_one_between_requests_names_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    with Here.world.platform.app("joining").test_request_context("/akte"):
        g.request_id = "5f9f7ed4457d58ca"
        line = said(capsys)
    assert (line["request"], line["app"], line["event"]) == ("5f9f7ed4457d58ca", "joining", "something happened")
    assert not said(capsys).keys() & {"request", "app", "tenant", "file"}


def test_a_line_names_the_town_whose_host_was_asked(town: MadeTown, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    app = Here.world.platform.app("town")
    with app.test_request_context("/hinweise/", base_url=f"http://{town.host}"):
        app.preprocess_request()
        line = said(capsys)
    assert (line["tenant"], line["app"]) == (str(town.tenant_id), "town")
    assert "tenant" not in said(capsys)


def test_a_line_names_the_joining_file_of_the_person_who_is_signed_in(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    app = Here.world.platform.app("joining")
    person = a_file()
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in person.visitor.cookies().items())}
    with app.test_request_context("/akte", base_url=f"http://{person.visitor.host}", headers=cookies):
        app.preprocess_request()
        line = said(capsys)
    assert line["file"] == str(file_id_of(person))
    assert "tenant" not in line


def test_a_job_names_its_town_and_its_posting_in_the_same_words(
    town: MadeTown, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging()
    mailbox.refuse = "451 4.3.0 bitte spaeter"
    a_report(town)
    capsys.readouterr()
    Here.world.work()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    failed = [line for line in lines if line["event"] == "posting failed"]
    assert failed
    assert {line["tenant"] for line in failed} == {str(town.tenant_id)}
    assert all(line["posting"] and "owner" not in line for line in failed)
    assert not said(capsys).keys() & {"tenant", "posting"}


def test_a_nightly_job_that_fails_for_one_town_names_it(town: MadeTown, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    with Here.world.platform.app("town").app_context():
        failed = for_each([town.tenant_id], lambda _town: 1 / 0, slot="nothing", scope=tenant_scope)
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (failed, line["tenant"], line["slot"]) == (1, str(town.tenant_id), "nothing")
