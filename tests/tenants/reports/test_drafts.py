"""Started forms: who finds them, what happens to two at once, what goes after a day."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from maerker.clock import now
from maerker.database.base import session
from tenants.reports.drafts import (
    DraftPhoto,
    content_shown,
    erase_old_drafts,
    find_draft,
    keep_answers,
    keep_photos,
    photos_of,
    take_draft,
    token_hash,
)
from tenants.reports.models import ReportDraft
from tests.makers import Here, MadeTown, a_tenant
from tests.tenants.portal.filled_form import as_eraser

TOKEN = "x" * 43


def a_photo(file: str = "a" * 32) -> DraftPhoto:
    return DraftPhoto(file=file, name="loch.jpg", bytes=1200, format="image/jpeg")


def a_draft(town: MadeTown, *, token: str = TOKEN, hours_ago: float = 0, photos: int = 0) -> uuid.UUID:
    with Here.world.scope(town.tenant_id):
        keep_answers(token, {"street": "Am Graben"}, at=now() - timedelta(hours=hours_ago))
        draft = find_draft(token, for_change=True)
        assert draft is not None
        keep_photos(draft, [a_photo(f"{n:032x}") for n in range(photos)])
        return draft.submission


def test_what_several_steps_keep_adds_up(town: MadeTown) -> None:
    submission = a_draft(town)
    with Here.world.scope(town.tenant_id):
        keep_answers(TOKEN, {"description": "Ein Loch"}, at=now())
        keep_answers(TOKEN, {"street": "Am Teich"}, at=now())
        draft = find_draft(TOKEN, for_change=True)
        assert draft is not None
        assert draft.answers == {"street": "Am Teich", "description": "Ein Loch"}
        assert draft.submission == submission


def test_the_database_knows_the_cookie_by_its_hash_alone(town: MadeTown) -> None:
    a_draft(town)
    with Here.world.scope(town.tenant_id):
        assert session().scalar(select(ReportDraft.token_hash)) == token_hash(TOKEN)
        assert TOKEN.encode() not in token_hash(TOKEN)


def test_a_cookie_of_one_town_finds_nothing_in_another(town: MadeTown) -> None:
    submission = a_draft(town)
    with Here.world.scope(a_tenant().tenant_id):
        assert find_draft(TOKEN) is None
        assert take_draft(TOKEN, submission, at=now()) is None


def test_a_draft_is_taken_once(town: MadeTown) -> None:
    submission = a_draft(town, photos=2)
    with Here.world.scope(town.tenant_id):
        taken = take_draft(TOKEN, submission, at=now())
        assert taken is not None
        assert taken.answers == {"street": "Am Graben"}
        assert [photo.file for photo in taken.photos] == [f"{n:032x}" for n in range(2)]
        assert take_draft(TOKEN, submission, at=now()) is None


def test_a_refused_sending_leaves_the_draft_as_it_was(town: MadeTown) -> None:
    submission = a_draft(town, photos=1)
    with Here.world.scope(town.tenant_id):
        assert take_draft(TOKEN, submission, at=now()) is not None
        session().rollback()
    with Here.world.scope(town.tenant_id):
        draft = find_draft(TOKEN)
        assert draft is not None
        assert (draft.answers, draft.submitted_at) == ({"street": "Am Graben"}, None)
        assert len(photos_of(draft)) == 1


def test_what_a_draft_holds_is_one_value_until_something_changes(town: MadeTown) -> None:
    a_draft(town, photos=1)
    with Here.world.scope(town.tenant_id):
        draft = find_draft(TOKEN)
        assert draft is not None
        first = content_shown(draft)
        keep_answers(TOKEN, {"street": "Am Graben"}, at=now())
        assert content_shown(draft) == first
        keep_answers(TOKEN, {"street": "Am Teich"}, at=now())
        assert content_shown(draft) != first
        assert draft.answers["street"] == "Am Teich", "what is shown is what the value stands for"


def test_a_draft_that_was_erased_at_this_moment_holds_nothing(town: MadeTown) -> None:
    a_draft(town, hours_ago=25)
    with Here.world.scope(town.tenant_id):
        draft = find_draft(TOKEN)
    with as_eraser(town):
        erase_old_drafts(now())
    with Here.world.scope(town.tenant_id):
        assert draft is not None
        assert content_shown(draft) == ""


def test_a_sent_draft_takes_no_more_answers(town: MadeTown) -> None:
    submission = a_draft(town)
    with Here.world.scope(town.tenant_id):
        take_draft(TOKEN, submission, at=now())
        keep_answers(TOKEN, {"email": "spaet@posteo.example"}, at=now())
        draft = find_draft(TOKEN, for_change=True)
        assert draft is not None
        assert draft.answers == {"mail": False}


def test_more_than_five_photos_cannot_be_kept(town: MadeTown) -> None:
    with pytest.raises(ValueError, match="five"):
        a_draft(town, photos=6)


def test_after_a_day_drafts_go_and_name_the_files_that_no_report_has(town: MadeTown) -> None:
    a_draft(town, token="alt" * 15, hours_ago=25, photos=2)
    sent = a_draft(town, token="gesendet" * 6, hours_ago=25, photos=3)
    a_draft(town, token="frisch" * 8, hours_ago=23.9, photos=1)
    other = a_tenant()
    a_draft(other, hours_ago=30, photos=1)
    with Here.world.scope(town.tenant_id):
        take_draft("gesendet" * 6, sent, at=now())
    with as_eraser(town):
        assert erase_old_drafts(now()) == [f"{n:032x}" for n in range(2)]
    with Here.world.scope(town.tenant_id):
        assert find_draft("frisch" * 8) is not None
        assert session().scalar(select(func.count()).select_from(ReportDraft)) == 1
    with Here.world.scope(other.tenant_id):
        assert find_draft(TOKEN) is not None
