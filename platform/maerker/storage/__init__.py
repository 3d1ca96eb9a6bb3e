"""Uploaded files, apart from the database: one interface, each name bound to its town."""
