"""The bare host: which town takes part."""
