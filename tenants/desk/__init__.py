"""The editors' and clerks' door."""
