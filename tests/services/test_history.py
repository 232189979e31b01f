"""Cases from before the platform come in from a spreadsheet, once, by the days they really had."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from tests import district
from tests.services.test_imports import sheet
from tongban.demo import people, year
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import actor_of, the_system
from tongban.kernel.people.models import Account, Applicant
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue import importing

pytestmark = pytest.mark.django_db
HEAD = ("原编号", "实施编码", "申请人", "证件号码", "手机号", "来件方式", "受理日期", "办结日期")
HEAD += ("承诺办结时限", "办理结果", "证照编号")
ID = people.with_check("44080119850303001")
COMPANY = "91440800MA4W1XAB1C"


@pytest.fixture(autouse=True)
def loaded(db):
    district.load()


def row(number="旧-001", **changes):
    values = [number, district.PLAIN_ITEM, "陈阿婆", ID, "", "窗口", "2021-03-01", "2021/3/4"]
    values += ["5", "准予", "湛证001"]
    return [changes.get(name, value) for name, value in zip(HEAD, values, strict=True)]


def begun(*rows, who="chen"):
    account = Account.objects.get(username=who)
    return importing.begin("cases", sheet(rows, HEAD), "旧办件.csv", account)


def carried(*rows, who="chen"):
    run = begun(*rows, who=who)
    importing.propose(run, {}, actor_of(run.account, district.TODAY))
    return run


def test_each_has_its_own_days_result_and_light_and_comes_in_once():
    rows = [
        row(),
        row("旧-002", 办理结果="不予"),
        row("旧-003", 办理结果="撤回"),
        row("旧-004", 办结日期="20210331"),
    ]
    assert carried(*rows).phase == "done"
    cases = Matter.objects.filter(case__old_number__startswith="SC/").order_by("pk")
    assert [m.state for m in cases] == ["closed", "refused", "terminated", "closed"]
    first, late = cases[0], cases[3]
    assert (first.opened_at.date(), first.ended_on) == (date(2021, 3, 1), date(2021, 3, 4))
    assert first.number.startswith("SC20210301-") and first.due_on == date(2021, 3, 8)
    assert first.detail.certificate_number == "湛证001"
    assert [m.light(district.TODAY).value for m in (first, late)] == ["blue", "red"]
    assert first.applicant.name == "陈阿婆" and Applicant.objects.filter(pk=first.applicant_id)
    event = first.events.get(seq=1)
    assert ID not in str(event.facts) and event.facts["form"]["old_number"] == "旧-001"
    again = begun(*rows, row("旧-005"))
    assert importing.check(again).counts == {"create": 1, "same": 4}


def test_what_is_wrong_is_told_by_row_and_cell_and_nothing_comes_in():
    person = row("旧-009", 证件号码=people.with_check("44080119850303002"), 申请人="甲")
    rows = [
        row(证件号码=ID[:-1] + ("1" if ID[-1] != "1" else "2")),
        row("b", 受理日期="三月"),
        row("c", 办结日期="2020-01-01"),
        row("d", 办结日期="2999-01-01"),
        row("e", 实施编码="11440800MB2C10037H4440115001001"),
        row("f", 办理结果="好"),
        row("g", 手机号="123"),
        row("h"),
        row("h"),
        person,
        [*person[:2], "乙", *person[3:]],
    ]
    rows[-1][0] = "旧-010"
    run = begun(*rows)
    with pytest.raises(NotNow):
        importing.propose(run, {}, actor_of(run.account, district.TODAY))
    told = {(row, column): text for row, column, text in run.faults}
    wanted = {
        (2, "证件号码"): "校验码",
        (3, "受理日期"): "2021-03-04",
        (4, "办结日期"): "早于受理",
        (5, "办结日期"): "没有到",
        (6, "实施编码"): "不是本单位",
        (7, "办理结果"): "准予",
        (8, "手机号"): "11 位",
        (10, "原编号"): "第 9 行",
        (12, "申请人"): "别的名字",
    }
    assert told.keys() == wanted.keys(), told
    assert all(words in told[place] for place, words in wanted.items())
    assert not Matter.objects.filter(kind="case").exists()


def test_a_run_that_stopped_halfway_goes_on_where_it_was(monkeypatch):
    from tongban.services.cases import bringing_in

    real, done = bringing_in.bring_in, []

    def dies_at_the_third(values, by):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(real(values, by))

    rows = [row(f"旧-{n:03d}") for n in range(5)]
    run = begun(*rows)
    monkeypatch.setattr(bringing_in, "bring_in", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        importing.propose(run, {}, actor_of(run.account, district.TODAY))
    monkeypatch.setattr(bringing_in, "bring_in", real)
    importing.run_import(run_id=run.pk, account_id=run.account_id, why={})
    run.refresh_from_db()
    assert (run.phase, run.counts) == ("done", {"create": 3, "same": 2})
    assert Matter.objects.filter(kind="case", state="closed").count() == 5


def test_nothing_but_a_historic_case_takes_these_steps():
    matter = district.applied(district.shopkeeper())
    from tongban.kernel.people.actor import the_system
    from tongban.kernel.procedures.taking import take

    take(Handling.accept, matter, district.person("chen"), key="a", at=district.NOON)
    with pytest.raises(NotNow, match="历史办件"):
        take(Handling.bring_in_granted, matter.number, the_system(), key="b")


def test_the_page_checks_shows_and_brings_in():
    from io import BytesIO

    client = Client()
    client.force_login(Account.objects.get(username="chen"))
    assert "历史办件" in client.get("/desk/imports/").content.decode()
    file = BytesIO(sheet([row()], HEAD))
    file.name = "旧办件.csv"
    page = client.post("/desk/imports/", {"kind": "cases", "file": file})
    at = page["Location"]
    pk = int(at.split("/")[-2])
    importing.run_import(run_id=pk, account_id=0, why=None)
    assert "要补录的办件" in client.get(at).content.decode()
    assert client.post(at, {}).status_code == 302
    importing.run_import(run_id=pk, account_id=Account.objects.get(username="chen").pk, why={})
    assert "已完成" in client.get(at).content.decode()
    assert client.get("/desk/imports/template/cases/").status_code == 200


def test_a_year_of_the_demonstration_is_in_time_everywhere_and_goes_on_where_it_stopped():
    today, by = timezone.localdate(), district.person("zhou")
    assert list(year.load(today, by, 60)) == list(range(1, 61))
    assert sum(row["channel"] == "online" for row in year.rows(today)) == 4453
    for key, wanted in (("unified_closed", 5), ("unified_overdue", 0)):
        assert metric(key).total(the_system(), Period()).value == wanted
    cases = Matter.objects.filter(kind="case").exclude(case__old_number="")
    assert cases.count() == 60 and not cases.filter(closed_at=None).exists()
    lights = {m.light(today, timezone.localdate(m.closed_at)).value for m in cases}
    assert lights == {"blue"}
    assert cases.values("unit").distinct().count() > 3
    list(year.load(today, by, 60))
    assert cases.count() == 60
