"""Loading the demo: through the product's actions, once, without a mail for the past."""

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from maerker.clock import BERLIN
from maerker.embedded.testing import ensure_services
from maerker.identity.passwords import password_matches
from onboarding.demo.card import DemoCard
from onboarding.demo.load import load_demo
from onboarding.demo.stories import TOWNS
from tests.world import World
from wsgi import Platform

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=BERLIN)


@dataclass
class Loaded:
    """A loaded demo in a database of its own, with the superuser's eyes on it."""

    platform: Platform
    card: DemoCard
    engine: Engine
    data: Path

    def ask(self, question: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]

    def number(self, question: str) -> int:
        return int(str(self.ask(question)[0][0]))


pytestmark = pytest.mark.xdist_group("demo")  # it is loaded once, and not by each of pytest's processes


@pytest.fixture(scope="module")
def loaded(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    services = ensure_services()
    data = tmp_path_factory.mktemp("demo")
    name = f"demo_{world.settings.database_url.rpartition('_')[2].split('?')[0]}"
    url = services.clone_database(name)
    platform = Platform(replace(world.settings, data=data, database_url=url, base_host="localhost", public_port=8000))
    card = load_demo(platform, NOW)
    engine = create_engine(services.admin_url_of(name).replace("postgresql://", "postgresql+psycopg://", 1))
    yield Loaded(platform, card, engine, data)
    engine.dispose()
    services.drop_database(name)


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
