"""The domain: what is reported, what becomes of it, and by when."""
