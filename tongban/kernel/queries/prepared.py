"""A cursor whose statements the server keeps planned: for the few that every page asks.

Planning costs PostgreSQL more than answering them. The settings allow it, and no other statement.
Bound by the server, so a statement may carry 65,535 values at most: for statements with few
(docs/decisions/0011-statements-are-not-bound-by-the-server.md).
"""

from typing import Any

import psycopg
from django.db import connection


class Kept(psycopg.Cursor[Any]):
    """Plans of a connection end with it; of those that differ it keeps a hundred."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> "Kept":
        return super().execute(query, params, **{"prepare": True, **more})


def cursor() -> Any:
    """As `connection.cursor()` of Django, counted and logged like it."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection._prepare_cursor(Kept(connection.connection))  # type: ignore[attr-defined]
