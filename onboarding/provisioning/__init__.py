"""How a town is made."""
