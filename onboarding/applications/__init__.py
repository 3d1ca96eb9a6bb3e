"""Joining files (Beitrittsakten): who applied, who works in them, what was typed, what is proved."""
