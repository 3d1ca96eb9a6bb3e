"""Photos that citizens send: what is taken, and what is made of it."""
