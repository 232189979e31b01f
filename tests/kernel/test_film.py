"""The film of a case shows how it stood after each event, folded from the events alone."""

from datetime import timedelta

import pytest

from tests import district
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.film import frame
from tongban.services.cases.procedure import Handling

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db):
    district.load()
    matter, at = district.applied(district.shopkeeper()), district.NOON
    steps = (
        ("accept", "chen", {}, 1),
        ("pause", "liang", {"rule": "听证", "days": 5}, 0),
        ("resume", "liang", {}, 14),
        ("refuse", "liang", {"reason": "不符合规定"}, 1),
    )
    for name, who, data, days in steps:
        at += timedelta(days=days, seconds=1)
        take(Handling.steps[name], matter.number, district.person(who), data, key=name, at=at)
    return Matter.objects.get(pk=matter.pk)


def test_each_frame_is_what_was_true_then(case):
    events = list(case.events.order_by("seq"))
    frames = [frame(case, events[:n]) for n in range(1, len(events) + 1)]
    assert [f.light.name for f in frames] == ["none", "yellow", "grey", "yellow", "blue"]
    assert frames[2].deadline.paused_since == events[2].at.date()
    assert frames[3].moved.law and frames[3].deadline.due_on > frames[1].deadline.due_on
    assert [f.moved is None for f in frames] == [True, True, True, False, True]
    assert frames[-1].deadline == case.deadline  # the fold ends where the matter stands
    assert "flow-now" in frames[0].flow and frames[3].waited == 6  # a holiday, a Saturday made up


def test_the_page_shows_a_frame_to_who_sees_the_case_and_to_nobody_else(client, case):
    path = f"/desk/case/{case.number}/film/"
    client.force_login(Account.objects.get(username="chen"))
    first = client.get(path).content.decode()
    assert "提交申请" in first and "1 / 5" in first
    last = client.get(path, {"at": "99999"}).content.decode()
    assert "5 / 5" in last and "不符合规定" in last
    assert client.get(path, {"at": "x" * 40}).status_code == 200
    client.force_login(Account.objects.get(username="ye"))
    assert client.get(path).status_code == 404
