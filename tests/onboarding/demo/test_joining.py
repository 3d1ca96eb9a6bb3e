"""The files of the demonstration: complete ones, one in the middle, one at the gate, one that has just applied."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import select, text

from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.models import JoiningFile
from onboarding.applications.queries import facts_of
from onboarding.contracts import file_store
from onboarding.contracts.file_jobs import made_again
from onboarding.contracts.file_models import FileDocument
from onboarding.demo.stories import TOWNS
from onboarding.steps import Standing, gates_open, steps
from tests.onboarding.demo.conftest import NOW, Loaded
from wsgi import Platform

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def platform(loaded: Loaded) -> Platform:
    return loaded.platform


def standing(platform: Platform, slug: str) -> dict[str, Standing]:
    with platform.app("console").app_context():
        file = session().scalars(select(JoiningFile).where(JoiningFile.municipality_id.in_(
            text("SELECT municipality_id FROM tenants WHERE slug = :slug").bindparams(slug=slug)
        ))).one()
        with file_scope(file.file_id):
            found = {str(step.step): step.standing for step in steps(facts_of(file))}
            found["gates"] = Standing.open if gates_open(facts_of(file)) else Standing.done
        session().rollback()
        return found


@pytest.mark.parametrize("slug", TOWNS)
def test_the_files_of_the_live_towns_are_complete(platform: Platform, slug: str) -> None:
    now = standing(platform, slug)
    assert set(now.values()) <= {Standing.done, Standing.not_needed}, now


def test_bernau_waits_for_the_date_alone(platform: Platform) -> None:
    now = standing(platform, "bernau-bei-berlin")
    assert now.pop("start_date") is Standing.open
    assert now.pop("live") is Standing.waiting
    assert set(now.values()) <= {Standing.done, Standing.not_needed}, now


def test_in_spremberg_each_step_stands_differently(platform: Platform) -> None:
    now = standing(platform, "spremberg")
    assert now["accession_declaration"] is Standing.done
    assert now["service_promise"] is Standing.reopened
    assert now["data_processing_agreement"] is Standing.open
    assert now["processing_release"] is Standing.waiting
    assert now["training"] is Standing.open
    assert now["gates"] is Standing.open


def test_in_spremberg_the_pages_of_what_was_signed_can_be_seen(platform: Platform) -> None:
    with platform.app("console").app_context():
        rows = session().execute(text(
            "SELECT c.file_id, c.file, c.pages FROM file_copies c JOIN joining_files f ON f.file_id = c.file_id"
            " JOIN municipalities m ON m.id = f.municipality_id"
            " WHERE m.ars = '120710372' AND c.state IN ('accepted', 'to_confirm')")).all()
        assert len(rows) == 3
        for file_id, name, pages in rows:
            with file_scope(file_id):
                assert all(file_store.is_kept(platform.settings, file_store.page_name(name, number))
                           for number in range(1, pages + 1))
        session().rollback()


def test_burg_has_just_applied(platform: Platform) -> None:
    with platform.app("console").app_context():
        rows: list[Any] = list(session().execute(text(
            "SELECT f.step, f.turn, f.admitted_at FROM joining_files f JOIN municipalities m ON m.id ="
            " f.municipality_id WHERE m.ars = '120715101'")))
        session().rollback()
    assert rows == [("application", "operator", None)]


def test_every_document_is_there_and_can_be_made_again(platform: Platform) -> None:
    settings = platform.settings
    with platform.app("console").app_context():
        rows = session().scalars(select(FileDocument).where(FileDocument.kind != "training_certificate")).all()
        assert len(rows) == 4 * 8 + 8 + 3
        for row in rows[:4]:
            with file_scope(row.file_id):
                kept = file_store.read(settings, row.file)
                assert hashlib.sha256(kept).hexdigest() == row.sha256
                assert made_again(row) == kept
        assert session().execute(text("SELECT count(*) FROM file_copies WHERE signers = '[]'")).scalar_one() == 0
        future = text("SELECT count(*) FROM file_events WHERE at > :now").bindparams(now=NOW)
        assert session().execute(future).scalar_one() == 0
        session().rollback()
