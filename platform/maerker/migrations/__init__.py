"""One folder of migrations with one head."""
