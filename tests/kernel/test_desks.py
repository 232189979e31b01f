"""On whose desk a matter lies, and handing it on."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import district
from tongban.kernel.people.models import Account, Assignment
from tongban.kernel.procedures.lists import at_work
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotAllowed
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(db):
    account = district.shopkeeper()
    made = [district.applied(account, key=f"c{n}") for n in range(3)]
    for n, matter in enumerate(made):
        take(Handling.accept, matter, district.person("chen"), key=f"a{n}", at=district.NOON)
    return made


def head():
    client = Client()
    account = Account.objects.get(username="huang")
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    return client


def handlers():
    names = Matter.objects.filter(kind="case").values_list("handler__username", flat=True)
    return list(names.order_by("pk"))


def test_it_lies_with_who_first_took_a_step_of_it_in_its_unit(cases):
    take(Handling.consult, cases[0], district.person("liang"), key="x", data=consulted())
    assert handlers() == ["chen"] * 3
    chen, luo = district.person("chen"), district.person("luo")
    assert at_work(chen, own=True) == list(reversed(cases)) or len(at_work(chen, own=True)) == 3
    assert at_work(luo, own=True) == []


def consulted():
    return {"units": ["GA"], "question": "可否", "days": 3}


def test_the_head_alone_hands_a_matter_on_and_only_to_a_colleague(cases):
    step, matter = Handling.steps["reassign"], cases[0]
    luo, ye = (Account.objects.get(username=name) for name in ("luo", "ye"))
    data = {"to": luo.code, "reason": "陈敏请假"}
    with pytest.raises(NotAllowed):
        take(step, matter, district.person("chen"), data, key="no")
    with pytest.raises(Invalid):  # of another unit
        take(step, matter, district.person("huang"), {**data, "to": ye.code}, key="other")
    left = Assignment.objects.get(account=luo)
    left.to_on = district.TODAY - timedelta(days=1)
    left.save()
    with pytest.raises(Invalid):  # has left the post
        take(step, matter, district.person("huang"), data, key="gone")
    left.to_on = None
    left.save()
    event = take(step, matter, district.person("huang"), data, key="yes")
    assert event.facts["form"] == data and event.from_state == event.to_state
    assert handlers() == ["luo", "chen", "chen"]


def test_a_whole_desk_is_handed_over_each_matter_by_its_own_step_once(cases):
    client, chen, luo = head(), *(Account.objects.get(username=n) for n in ("chen", "luo"))
    page = client.get("/desk/load/").content.decode()
    assert "陈敏" in page and "整桌转交" in page
    data = {"giver": chen.code, "to": luo.code, "reason": "休假", "which": "", "key": "once"}
    same = client.post("/desk/load/", {**data, "to": chen.code})
    assert same.status_code == 422 and "请选择另一位同事" in same.content.decode()
    for _ in range(2):
        answer = client.post("/desk/load/", data)
    assert answer.status_code == 302
    assert handlers() == ["luo"] * 3
    assert sum(m.events.filter(step="reassign").count() for m in cases) == 3


def test_only_the_late_ones_when_asked(cases):
    client, chen, luo = head(), *(Account.objects.get(username=n) for n in ("chen", "luo"))
    Matter.objects.filter(pk=cases[1].pk).update(due_on=district.TODAY - timedelta(days=400))
    Matter.objects.exclude(pk=cases[1].pk).update(due_on=district.TODAY + timedelta(days=4000))
    data = {"giver": chen.code, "to": luo.code, "reason": "休假", "which": "red", "key": "k"}
    assert client.post("/desk/load/", data).status_code == 302
    assert handlers() == ["chen", "luo", "chen"]
