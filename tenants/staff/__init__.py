"""The people who work in a town, their accounts and sessions."""
