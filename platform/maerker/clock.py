"""What time it is: the one place that asks, so that a test can hold the clock still."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def now() -> datetime:
    """This moment, aware, in UTC. Actions get their moment by ``at=``; doors and jobs take it from here."""
    return datetime.now(UTC)
