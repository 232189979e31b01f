"""Fixtures for every test."""

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation


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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The reference district once: each test sees it and rolls back its own changes."""
    from tests import district

    with django_db_blocker.unblock():
        district.load()


@pytest.fixture(autouse=True)
def chinese():
    """A test that asked for English pages leaves no English behind."""
    translation.activate("zh-hans")


@pytest.fixture
def verifiable(monkeypatch):
    """The ledger can be verified inside the one transaction of a test, which cannot be made
    read only again; heads witnessed by tests since rolled back are forgotten."""
    from tongban.kernel.ledger import checkpoints, verify

    monkeypatch.setattr(verify, "ISOLATION", "select 1")
    checkpoints.witness_file().unlink(missing_ok=True)
