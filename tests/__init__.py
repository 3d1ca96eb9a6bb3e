"""Tests mirror the import names; stories over HTTP are in journeys/."""
