"""The town's own office at /verwaltung/: what the town sets up itself."""
