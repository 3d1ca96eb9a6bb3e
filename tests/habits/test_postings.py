"""Each posting that is written has someone who does it, in a queue that a worker serves."""

import re
from pathlib import Path

from maerker.jobs.handlers import QUEUES
from wsgi import Platform

ROOT = Path(__file__).parents[2]


def test_every_posting_has_a_handler_and_every_handler_a_posting() -> None:
    written = {
        kind
        for folder in ("tenants", "onboarding")
        for path in (ROOT / folder).rglob("*.py")
        for kind in re.findall(r'(?:Posting|postings\.append)\(\s*"(\w+)"', path.read_text())
    }
    handled = {handler.kind for outbox in Platform.outboxes for handler in outbox.handlers}
    assert written == handled


def test_every_handler_uses_a_known_queue() -> None:
    assert {handler.queue for outbox in Platform.outboxes for handler in outbox.handlers} <= set(QUEUES)
