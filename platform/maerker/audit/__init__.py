"""What an audit row holds."""
