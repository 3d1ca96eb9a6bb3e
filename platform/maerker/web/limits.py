"""How often something may be done: counted in Redis, in memory while Redis is away.

Network addresses are counted by a keyed hash that changes each day, never by themselves.
"""

import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from maerker.errors import TooMany
from maerker.settings import Settings


@dataclass(frozen=True)
class Allowance:
    """`times` in `minutes`; the name keeps counters apart."""

    name: str
    times: int
    minutes: int


class Limits:
    """Counters of this instance."""

    def __init__(self, settings: Settings) -> None:
        url = settings.redis_url
        url = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
        self._settings = settings
        self._shared: Storage = RedisStorage(url, socket_timeout=0.3, socket_connect_timeout=0.3)
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._common = FixedWindowRateLimiter(self._shared)

    def hit(self, allowance: Allowance, *whose: str, explanation: str) -> None:
        """Count one and raise TooMany (429, with the sentence) when it was one too many."""
        item = RateLimitItemPerMinute(allowance.times, allowance.minutes)
        parts = (allowance.name, *whose)
        try:
            free = self._common.hit(item, *parts)
        except Exception:  # the client raises its own, redis' and socket errors: none may stop a report
            free = self._own.hit(item, *parts)
        if not free:
            raise TooMany(explanation, retry_after=allowance.minutes * 60)

    def used_up(self, allowance: Allowance, *whose: str) -> bool:
        """Whether nothing is left, without counting."""
        item = RateLimitItemPerMinute(allowance.times, allowance.minutes)
        try:
            return not self._common.test(item, allowance.name, *whose)
        except Exception:  # see hit
            return not self._own.test(item, allowance.name, *whose)

    def hide(self, address: str) -> str:
        """A network address as a value that means nothing tomorrow."""
        day = str(int(time.time() // 86400))
        return self._settings.derive("address", day, address).hex()[:24]
