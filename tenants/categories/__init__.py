"""Kinds of reports: the state-wide list, and what a town made of it."""
