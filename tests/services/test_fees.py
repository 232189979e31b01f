"""Pre-review, and a case that waits for its fee."""

from datetime import timedelta

import pytest

from tests import district
from tests.services.test_case_roads import Desk
from tests.services.test_item_changes import adjusted
from tongban.kernel.notices.models import Notice
from tongban.kernel.procedures.jobs import act_on_silence
from tongban.kernel.procedures.refusals import Invalid, NotAllowed, NotNow

pytestmark = pytest.mark.django_db
FEE = {"fee_yuan": 40, "fee_basis": "粤发改价格〔2019〕1号"}


@pytest.fixture
def charging(db):
    """A case accepted, of an item whose list names a fee."""
    staff = {name: district.person(name) for name in ("chen", "huang", "zhou")}
    adjusted(staff, FEE)
    desk = Desk()
    desk.take("accept", "chen")
    return desk


def test_a_pre_review_is_told_once_and_changes_no_limit(db):
    desk = Desk()
    before = desk.case.act_on
    with pytest.raises(NotAllowed):
        desk.take("pre_review", "liang", {"opinion": "可以"})
    desk.take("pre_review", "chen", {"opinion": "请带平面图原件"}, days=0)
    assert (desk.case.state, desk.case.act_on) == ("submitted", before)
    assert any("请带平面图原件" in str(notice) for notice in Notice.objects.all())
    with pytest.raises(NotNow, match="已经预审过"):
        desk.take("pre_review", "chen", {"opinion": "再看"}, days=0)


def test_what_the_list_does_not_name_cannot_be_charged(db):
    desk = Desk()
    desk.take("accept", "chen")
    with pytest.raises(NotNow, match="不能收费"):
        desk.take("charge", "chen", {"days": 5})


def test_charged_by_the_list_the_clock_stands_until_it_is_paid(charging):
    due = charging.case.due_on
    event = charging.take("charge", "chen", {"days": 10}, days=0)
    assert event.facts["charged"] == {"amount": "40", "basis": FEE["fee_basis"], "days": 10}
    assert charging.case.paused_since and charging.case.state == "unpaid"
    assert any("需缴费 40 元" in str(notice) for notice in Notice.objects.all())
    with pytest.raises(Invalid, match="票据号"):
        charging.take("pay", "chen", {"receipt": "无"}, days=0)
    charging.take("pay", "chen", {"receipt": "440026112400"}, days=3)
    assert charging.case.state == "examining" and charging.case.due_on > due
    assert charging.case.last_move == "待缴费 行政许可法 第五十九条"
    with pytest.raises(NotNow, match="已经收过费"):
        charging.take("charge", "chen", {"days": 5}, days=0)
    charging.take("grant", "liang", {"opinion": "准", "years": 1}, days=0)


def test_not_paid_in_the_time_told_it_ends(charging):
    charging.take("charge", "chen", {"days": 2}, days=0)
    act_on_silence(charging.at + timedelta(days=20))
    charging.case.refresh_from_db()
    assert charging.case.state == "terminated" and charging.case.closed_at
