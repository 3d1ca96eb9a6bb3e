"""What all doors share: shell, security, errors, page cache."""
