"""Working days and the deadlines counted in them."""
