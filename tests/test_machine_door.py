"""The API keeps its own description, whatever is sent to it."""

import pytest
import schemathesis
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS

from tests import district
from tongban.config.wsgi import application
from tongban.demo import people
from tongban.kernel.people.apikeys import new_key
from tongban.kernel.people.models import Account

CASES_IN_ALL = 2100
FEWER = 0.95  # an operation may have fewer calls that differ than it is given
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
connection.close()  # the description was read before the test database existed
OPERATIONS = sum(1 for _ in schema.get_all_operations())
EACH = -(-CASES_IN_ALL // OPERATIONS)
# A body may fit the schema and still break a rule of law: that is 409 or 422, as documented.
LEFT_OUT = {"positive_data_acceptance", "unsupported_method", "missing_required_header"}
KEPT = [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]
called = {"cases": 0, "operations": set()}


@pytest.fixture(scope="module")
def open_doors(django_db_setup, django_db_blocker):
    """One district for all random calls, in a transaction that is rolled back."""
    with django_db_blocker.unblock():
        transaction.set_autocommit(False)
        district.load()
        citizens = [
            district.shopkeeper(
                f"王{n}", people.with_check(f"44080119850101{n:03d}"), f"13900139{n}"
            )
            for n in range(100, 104)
        ]
        numbers = [district.applied(citizen).number for citizen in citizens]
        accounts = [*Account.objects.filter(username__in=("chen", "liang")), citizens[0]]
        yield [new_key(a, "test", timezone.now()) for a in accounts], numbers
        transaction.rollback()
        transaction.set_autocommit(True)
        assert called["cases"] >= FEWER * EACH * len(called["operations"])


@pytest.mark.parametrize(
    "operation", [found.ok() for found in schema.get_all_operations()], ids=lambda op: op.label
)
def test_random_calls_never_break_the_description(operation, open_doors):
    keys, numbers = open_doors

    @settings(
        max_examples=EACH,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case):
        called["cases"] += 1
        called["operations"].add(operation.label)
        place = called["cases"]
        if "number" in (case.path_parameters or {}) and place % 4:
            case.path_parameters["number"] = numbers[place % len(numbers)]
        headers = {"Authorization": f"Bearer {keys[place % len(keys)]}"}
        case.call_and_validate(headers=headers, checks=KEPT)

    call()


@pytest.mark.django_db
def test_a_call_without_a_key_is_a_problem_that_says_the_cure(client):
    answer = client.get("/api/v1/case/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert "Authorization: Bearer" in answer.json()["detail"]
