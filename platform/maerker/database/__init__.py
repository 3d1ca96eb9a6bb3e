"""The one database: the session, the scopes that say whose rows may be seen, and column mixins."""
