"""Passwords, sessions, tokens: mechanisms, no accounts of their own."""
