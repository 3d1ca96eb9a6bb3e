"""The operator's people: accounts and sessions."""
