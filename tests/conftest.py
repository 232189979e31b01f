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


@pytest.fixture
def verifiable(monkeypatch):
    """The ledger can be verified inside the one transaction of a test, which cannot be made
    read only again; heads witnessed by tests since rolled back are forgotten."""
    from tongban.kernel.ledger import checkpoints, verify

    monkeypatch.setattr(verify, "ISOLATION", "select 1")
    checkpoints.witness_file().unlink(missing_ok=True)
