"""Mails: data first, a message from it, and the way to the mail server."""
