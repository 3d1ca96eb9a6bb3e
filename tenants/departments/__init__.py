"""Fachbereiche: who is asked."""
