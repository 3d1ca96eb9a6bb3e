"""Loading the demo: through the product's actions, once, without a mail for the past."""

import json
import stat

import pytest

from maerker.identity.passwords import password_matches
from onboarding.demo.load import load_demo
from onboarding.demo.stories import TOWNS
from tests.onboarding.demo.conftest import NOW, Loaded

pytestmark = pytest.mark.xdist_group("demo")  # it is loaded once, and not by each of pytest's processes


def test_four_live_towns_at_their_hosts(loaded: Loaded) -> None:
    rows = loaded.ask("SELECT h.host, t.state FROM tenants t JOIN tenant_hosts h ON h.tenant_id = t.id ORDER BY 1")
    on_their_way = [("bernau-bei-berlin.localhost", "trial"), ("spremberg.localhost", "joining")]
    assert rows == sorted([*((f"{slug}.localhost", "live") for slug in TOWNS), *on_their_way])
    assert loaded.number("SELECT count(*) FROM municipalities") == 193
    per_town = loaded.ask("SELECT count(*) FROM reports GROUP BY tenant_id")
    assert len(per_town) == 4
    assert all(int(str(row[0])) >= 60 for row in per_town)


def test_no_mail_goes_out_for_the_past(loaded: Loaded) -> None:
    assert loaded.number("SELECT count(*) FROM outbox") > 1000
    assert loaded.number("SELECT count(*) FROM outbox WHERE done_at IS NULL") == 0
    assert loaded.number("SELECT count(*) FROM file_outbox") > 50
    assert loaded.number("SELECT count(*) FROM file_outbox WHERE done_at IS NULL") == 0


def test_nothing_lies_in_the_future_and_histories_are_whole(loaded: Loaded) -> None:
    assert loaded.number(f"SELECT count(*) FROM report_events WHERE at > '{NOW.isoformat()}'") == 0
    assert (
        loaded.number(
            "SELECT count(*) FROM reports r WHERE version <> (SELECT count(*) FROM report_events e"
            " WHERE e.tenant_id = r.tenant_id AND e.report_id = r.id)"
        )
        == 0
    )
    assert loaded.number("SELECT count(DISTINCT actor_name) FROM report_events WHERE actor_kind = 'staff'") >= 16


def test_every_state_can_be_seen_and_a_few_are_overdue(loaded: Loaded) -> None:
    assert len(loaded.ask("SELECT DISTINCT state FROM publications")) == 5
    assert len(loaded.ask("SELECT DISTINCT release FROM reports")) == 6
    overdue = loaded.ask(
        f"SELECT count(*) FILTER (WHERE next_due_at < '{NOW.isoformat()}') FROM reports GROUP BY tenant_id"
    )
    assert all(2 <= int(str(row[0])) <= 10 for row in overdue)


def test_photos_are_filed_in_their_sizes(loaded: Loaded) -> None:
    rows = loaded.ask("SELECT tenant_id, file, width, height FROM report_photos")
    assert len(rows) > 80
    for tenant, file, width, height in rows:
        folder = loaded.platform.settings.storage_folder / str(tenant) / "photos"
        assert {path.name for path in folder.glob(f"{file}*")} == {
            str(file), *(f"{file}-{size}.jpg" for size in ("full", "page", "thumb"))
        }  # fmt: skip
        assert (width, height) == (1600, 1200)
    assert loaded.number("SELECT count(*) FROM report_photos WHERE rendered_at IS NULL") == 0
    assert loaded.number("SELECT count(*) FROM publications WHERE photos <> '[]'") > 70


def test_the_card_opens_the_doors(loaded: Loaded) -> None:
    card = json.loads((loaded.data / "demo-card.json").read_text(encoding="utf-8"))
    assert card == loaded.card
    assert stat.S_IMODE((loaded.data / "demo-card.json").stat().st_mode) == 0o600
    hashes = dict(loaded.ask("SELECT username, password_hash FROM staff_accounts"))  # type: ignore[arg-type]
    hashes |= dict(loaded.ask("SELECT username, password_hash FROM operator_accounts"))  # type: ignore[arg-type]
    for login in card["logins"][:3] + card["logins"][-1:]:
        assert password_matches(str(hashes[login["username"]]), login["password"])
    assert "http://cottbus.localhost:8000/" in [address["url"] for address in card["addresses"]]


def test_loading_again_changes_nothing(loaded: Loaded) -> None:
    before = loaded.number("SELECT count(*) FROM report_events")
    assert load_demo(loaded.platform, NOW) == loaded.card
    assert loaded.number("SELECT count(*) FROM report_events") == before
    assert loaded.number("SELECT count(*) FROM tenants") == 6
    assert loaded.number("SELECT count(*) FROM joining_files") == 7
