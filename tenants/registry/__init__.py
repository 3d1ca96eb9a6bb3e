"""Towns, host names, catalogue: global, nothing personal, readable by every role."""
