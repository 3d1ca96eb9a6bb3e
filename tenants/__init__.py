"""The rooms: all that happens inside one municipality."""
