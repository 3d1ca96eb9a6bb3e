"""Several counters in one go: the same counting as one by one, in Redis and without it."""

import uuid
from dataclasses import replace

import pytest

from maerker.errors import TooMany
from maerker.web.limits import Allowance, Hit, Limits
from tests.makers import Here

ADDRESS = Allowance("test-address", 2, 60)
TOWN = Allowance("test-town", 3, 30)


@pytest.fixture(params=["with Redis", "without Redis"])
def limits(request: pytest.FixtureRequest) -> Limits:
    settings = Here.world.settings
    away = replace(settings, redis_url="redis://127.0.0.1:1/0")
    return Limits(settings if request.param == "with Redis" else away)


def hits(town: str, address: str) -> tuple[Hit, Hit]:
    return Hit(ADDRESS, (town, address), "address"), Hit(TOWN, (town,), "town")


def test_the_first_that_is_used_up_says_so_and_those_after_it_are_not_counted(limits: Limits) -> None:
    town = uuid.uuid4().hex
    for _ in range(2):
        limits.hit_in_turn(*hits(town, "one"))
    for _ in range(5):
        with pytest.raises(TooMany) as refused:
            limits.hit_in_turn(*hits(town, "one"))
        assert (refused.value.explanation, refused.value.retry_after) == ("address", 3600)
    assert not limits.used_up(TOWN, town)
    limits.hit_in_turn(*hits(town, "two"))
    with pytest.raises(TooMany) as refused:
        limits.hit_in_turn(*hits(town, "two"))
    assert (refused.value.explanation, refused.value.retry_after) == ("town", 1800)
    assert limits.used_up(TOWN, town)


def test_one_hit_may_cost_more_than_one(limits: Limits) -> None:
    town = uuid.uuid4().hex
    limits.hit(TOWN, town, explanation="town", cost=2)
    assert not limits.used_up(TOWN, town)
    assert limits.used_up(TOWN, town, cost=2)
    with pytest.raises(TooMany):
        limits.hit(TOWN, town, explanation="town", cost=2)


def test_it_counts_on_where_single_hits_have_counted(limits: Limits) -> None:
    town = uuid.uuid4().hex
    for _ in range(3):
        limits.hit(TOWN, town, explanation="town")
    with pytest.raises(TooMany):
        limits.hit_in_turn(*hits(town, "one"))


def test_a_counter_ends_with_its_window() -> None:
    limits, town = Limits(Here.world.settings), uuid.uuid4().hex
    limits.hit_in_turn(*hits(town, "one"))
    limits.hit_in_turn(*hits(town, "one"))
    redis = Here.world.platform.app("town").extensions["maerker_redis"]
    left = {redis.ttl(key) for key in redis.keys(f"*{town}*")}
    assert len(redis.keys(f"*{town}*")) == 2
    assert all(0 < seconds <= 3600 for seconds in left)
    assert min(left) <= 1800
