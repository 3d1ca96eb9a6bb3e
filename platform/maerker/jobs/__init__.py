"""Work done later: outbox, relay, queues, periodic slots."""
