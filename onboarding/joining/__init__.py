"""Where a Kommune asks to take part."""
