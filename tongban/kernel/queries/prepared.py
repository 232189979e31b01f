"""A cursor whose statements the server keeps planned: for the few that every page asks.

Planning costs PostgreSQL more than answering them. The settings allow it, and no other statement.
Bound by the server, so a statement may carry 65,535 values at most: for statements with few
(docs/decisions/0011-statements-are-not-bound-by-the-server.md).
"""

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.types.datetime import TimestamptzLoader


class Kept(psycopg.Cursor[Any]):
    """Plans of a connection end with it; of those that differ it keeps a hundred."""

    def __init__(self, connection: "psycopg.Connection[Any]"):
        super().__init__(connection)
        # psycopg's own, in C and of the connection's zone, which is UTC: Django's, in Python,
        # takes 4 µs for each, and a list of fifty rows has a hundred
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, query: Any, params: Any = None, **more: Any) -> "Kept":
        return super().execute(query, params, **{"prepare": True, **more})


def cursor() -> Any:
    """As `connection.cursor()` of Django, counted and logged like it."""
    own = connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    with own.wrap_database_errors:
        return own._prepare_cursor(Kept(own.connection))  # type: ignore[attr-defined]
