"""Every page of the desk costs a fixed number of statements, whatever it shows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import district
from tongban.demo import kiosks
from tongban.demo.bulk import Bulk
from tongban.kernel.devices.models import Device
from tongban.kernel.devices.tokens import digest
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling
from tongban.services.hall import queue
from tongban.services.hall.procedure import Queueing

pytestmark = pytest.mark.django_db
DETAIL, LIST = 12, 8
HALL, PER_LINE, KIOSK = 9, 5, 6


@pytest.fixture
def clerk(db):
    client = Client()
    account = Account.objects.get(username="chen")
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    return client


def statements(client, path):
    with CaptureQueriesContext(connection) as told:
        assert client.get(path).status_code == 200
    return len(told)


def test_a_case_with_a_long_history_costs_what_a_fresh_one_costs(clerk):
    fresh = district.applied(district.shopkeeper())
    long, at = (
        district.applied(district.shopkeeper("王芳", "440801198501010026", "13900139002")),
        district.NOON,
    )
    take(Handling.accept, long, district.person("chen"), key="a", at=at)
    for n in range(6):
        at += timedelta(days=1)
        step, data = ("pause", {"rule": "听证", "days": 3}) if n % 2 == 0 else ("resume", {})
        take(Handling.steps[step], long, district.person("liang"), data, key=f"{n}", at=at)
    costs = {statements(clerk, f"/desk/case/{m.number}/") for m in (fresh, long)}
    assert len(costs) == 1
    assert costs.pop() <= DETAIL


@pytest.mark.parametrize(
    "query", ["", "?state=open&sort=due", "?light=red", "?q=登记", "?q=SC2026-1"]
)
def test_a_list_costs_the_same_with_few_and_with_many(clerk, query):
    cases = Bulk("SC", district.TODAY)
    cases.write(3, district.NOON)
    few = statements(clerk, f"/desk/case/{query}")
    cases.write(90, district.NOON)
    many = statements(clerk, f"/desk/case/{query}")
    assert few == many <= LIST
    assert Matter.objects.filter(kind="case").count() == 93


def test_desk_and_figures_cost_a_fixed_number(clerk):
    before = [statements(clerk, path) for path in ("/desk/", "/reports/", "/hall/counter/")]
    Bulk("SC", district.TODAY).write(60, district.NOON)
    after = [statements(clerk, path) for path in ("/desk/", "/reports/", "/hall/counter/")]
    assert before == after


def test_the_halls_page_and_a_kiosks_cost_a_fixed_number(clerk):
    visitor = Client()
    assert statements(visitor, "/hall/") <= HALL
    for n in range(30):
        group = ("SC", "GA")[n % 2]
        take(Queueing.draw, None, queue.HALL_MACHINE, {"group": group}, key=f"t{n}")
    assert statements(visitor, "/hall/") <= HALL + 2 * PER_LINE  # two lines in which people wait
    kiosks.load()
    visitor.cookies["kiosk"] = token = "of-a-kiosk"
    Device.objects.filter(code="KS01").update(token=digest(token))
    assert statements(visitor, "/kiosk/") <= KIOSK
