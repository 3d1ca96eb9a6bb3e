"""A whole instance on one machine, without anything installed: for looking at it and for the tests.

Starts a real PostgreSQL and a real Valkey from wheels and everything else beside them. Production uses its
own servers and never imports this package.
"""
