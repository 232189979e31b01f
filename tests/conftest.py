"""Fixtures for every test."""

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_guards():
    """Emptying the database between tests is the one rewriting that tests may do."""
    flush = DatabaseOperations.execute_sql_flush

    def unguarded(self, sql_list):
        guards = "set session_replication_role = {}".format
        flush(self, [guards("replica"), *sql_list, guards("origin")])

    DatabaseOperations.execute_sql_flush = unguarded
    yield
    DatabaseOperations.execute_sql_flush = flush
