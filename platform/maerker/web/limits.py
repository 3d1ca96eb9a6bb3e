"""How often something may be done: counted in Redis, in memory while Redis is away.

Network addresses are counted by a keyed hash that changes each day, never by themselves.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from maerker.errors import TooMany
from maerker.settings import Settings


@dataclass(frozen=True)
class Allowance:
    """`times` in `minutes`; the name keeps counters apart."""

    name: str
    times: int
    minutes: int


@dataclass(frozen=True)
class Hit:
    """One more of an allowance: whose, and what to say if it is used up."""

    allowance: Allowance
    whose: tuple[str, ...]
    explanation: str


# As the library counts in a fixed window, for several counters in one round trip.
_COUNT_IN_TURN = b"""
for n, key in ipairs(KEYS) do
    local used = redis.call('INCR', key)
    if used == 1 then redis.call('EXPIRE', key, ARGV[2 * n]) end
    if used > tonumber(ARGV[2 * n - 1]) then return n end
end
return 0
"""

# A counter whose time has ended meanwhile stays away.
_GIVE_BACK = b"""
for _, key in ipairs(KEYS) do
    if redis.call('EXISTS', key) == 1 then redis.call('DECR', key) end
end
"""


@cache
def _item(allowance: Allowance) -> RateLimitItem:
    """As the library counts it."""
    return RateLimitItemPerMinute(allowance.times, allowance.minutes)


class Limits:
    """Counters of this instance."""

    def __init__(self, settings: Settings) -> None:
        url = settings.redis_url
        url = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
        self._settings = settings
        self._shared = RedisStorage(url, socket_timeout=0.3, socket_connect_timeout=0.3)
        self._count = self._shared.get_connection().register_script(_COUNT_IN_TURN)
        self._give_back = self._shared.get_connection().register_script(_GIVE_BACK)
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._common = FixedWindowRateLimiter(self._shared)

    def hit(self, allowance: Allowance, *whose: str, explanation: str, cost: int = 1) -> None:
        """Count `cost` and raise TooMany (429, with the sentence) when it was too much."""
        item = _item(allowance)
        parts = (allowance.name, *whose)
        try:
            free = self._common.hit(item, *parts, cost=cost)
        except Exception:  # the client raises its own, redis' and socket errors: none may stop a report
            free = self._own.hit(item, *parts, cost=cost)
        if not free:
            raise TooMany(explanation, retry_after=allowance.minutes * 60)

    def hit_in_turn(self, *hits: Hit) -> None:
        """Count one for each, in one go, and stop at the first that was one too many: it raises TooMany.

        What stands after that one is not counted, so that one visitor's tries do not use up what all have together.
        """
        items = [_item(hit.allowance) for hit in hits]
        try:
            numbers = [n for item in items for n in (item.amount, item.get_expiry())]
            full = int(self._count(keys=self._keys(hits), args=numbers))
        except Exception:  # see hit
            full = self._first_full(items, hits)
        if full:
            used_up = hits[full - 1]
            raise TooMany(used_up.explanation, retry_after=used_up.allowance.minutes * 60)

    def give_back(self, *hits: Hit) -> None:
        """Take back what `hit_in_turn` has just counted, where nothing came of it."""
        with suppress(Exception):  # see hit; what was counted in memory goes with its time
            self._give_back(keys=self._keys(hits))

    def _keys(self, hits: Sequence[Hit]) -> list[str]:
        return [self._shared.prefixed_key(_item(hit.allowance).key_for(hit.allowance.name, *hit.whose)) for hit in hits]

    def _first_full(self, items: Sequence[RateLimitItem], hits: Sequence[Hit]) -> int:
        """Counted in memory: which of them was one too many, from 1; 0 if none."""
        for n, (item, hit) in enumerate(zip(items, hits, strict=True), 1):
            if not self._own.hit(item, hit.allowance.name, *hit.whose):
                return n
        return 0

    def used_up(self, allowance: Allowance, *whose: str, cost: int = 1) -> bool:
        """Whether less than `cost` is left, without counting."""
        item = _item(allowance)
        try:
            return not self._common.test(item, allowance.name, *whose, cost=cost)
        except Exception:  # see hit
            return not self._own.test(item, allowance.name, *whose, cost=cost)

    def hide(self, address: str) -> str:
        """A network address as a value that means nothing tomorrow."""
        day = str(int(time.time() // 86400))
        return self._settings.derive("address", day, address).hex()[:24]
