"""The texts of joining: which documents there are, what stands in them, which version is in force."""
