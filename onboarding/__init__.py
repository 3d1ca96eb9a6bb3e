"""The gate: how a municipality comes, stays in order, and leaves."""
