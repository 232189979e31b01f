"""Powers handed to towns: batches, readiness, the towns' own lists, after-care, taking back."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import district
from tongban.demo.rows import FOLDER
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import actor_of, the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotNow
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue.models import ServiceItem, Status
from tongban.services.consultation.procedure import Consulting
from tongban.services.delegation import board, rules
from tongban.services.delegation.after_care import Reporting
from tongban.services.delegation.models import Check, DelegatedItem, DelegationBatch
from tongban.services.delegation.preparing import Preparing
from tongban.services.delegation.procedure import Delegating
from tongban.services.delegation.taking_back import Recovering
from tongban.services.delegation.using import in_force

pytestmark = pytest.mark.django_db
NOON, TODAY = district.NOON, district.TODAY
STARTS = TODAY + timedelta(days=20)
WHY = {"legal_basis": "行政处罚法 第二十四条", "kind": "delegated", "effective_on": STARTS}


@pytest.fixture
def staff(db):
    district.load()
    names = ("zhou", "zhao", "leader", "wu", "head-t2", "head-t1", "head-cg", "huang", "chen")
    return {name: district.person(name) for name in names}


def penalties(unit, count=3):
    rows = ServiceItem.objects.filter(unit__code=unit, kind="penalty").order_by("pk")
    return list(rows[:count])


def prepared(staff, items=None, towns=("T2",), name="第九批"):
    items = items or penalties("SC")
    lines = [
        {"implementation_code": i.implementation_code, "to_town": t} for i in items for t in towns
    ]
    data = {**WHY, "name": name, "lines": lines}
    return take(Delegating.prepare, None, staff["zhou"], data, key=name, at=NOON).matter


def answered(staff, batch, who="huang", **data):
    """Every department answers; returns the batch."""
    data = {"answer": "agree", **data}
    for asked in Matter.objects.filter(kind="consultation", consultation__about=batch):
        if asked.is_open:
            take(Consulting.answer, asked, staff[who], data, key=f"a{asked.pk}", at=NOON)


def issued(staff, **how):
    batch = prepared(staff, **how)
    for step, who, data in (
        (Delegating.consult, "zhou", {}),
        (Delegating.conclude, "zhou", {}),
        (Delegating.pass_review, "zhao", {"opinion": "合法"}),
    ):
        take(step, batch, staff[who], data, key=f"{batch.number}{step.name}", at=NOON)
        answered(staff, batch)
    data = {"document_number": "湛开政数〔2026〕3号", "effective_on": STARTS}
    take(Delegating.issue, batch, staff["leader"], data, key=f"{batch.number}!", at=NOON)
    return batch


def preparation(batch, town="T2"):
    return Matter.objects.get(kind="preparation", preparation__batch=batch.pk, unit__code=town)


def made_ready(staff, batch, at=NOON, town="T2", who="wu"):
    matter = preparation(batch, town)
    take(Preparing.record, matter, staff[who], {"checks": Check.values}, key=f"r{matter.pk}", at=at)
    take(Preparing.submit, matter, staff[who], key=f"s{matter.pk}", at=at)
    take(Preparing.confirm, matter, staff["zhou"], key=f"c{matter.pk}", at=at)


def starting(batch, days=20):
    at = NOON + timedelta(days=days)
    return take(Delegating.come_into_force, batch, the_system(), key=f"start{batch.pk}", at=at)


def test_a_ready_line_becomes_the_towns_own_list_under_its_own_code(staff):
    batch = issued(staff)
    made_ready(staff, batch)
    starting(batch)
    for line in DelegatedItem.objects.filter(batch=batch.pk).select_related("town_item", "item"):
        own = line.town_item
        assert own.implementation_code[:18] == line.town.uscc
        assert own.implementation_code[18:] == "5" + line.item.basic_code
        assert (own.unit.code, own.status, own.name) == ("T2", Status.PUBLISHED, line.item.name)
        assert own.current.legal_basis == line.item.current.legal_basis
        assert own.current.from_on == line.in_force_on == STARTS
        assert "第九批" in own.current.change.reason
    assert metric("delegated_items").total(the_system(), Period(last=STARTS)).value == 3
    assert metric("delegated_items").total(the_system(), Period(last=TODAY)).value == 0
    take(Delegating.settle, batch, staff["zhou"], key="settle", at=NOON + timedelta(days=21))


def test_a_town_that_is_not_ready_gets_nothing_and_follows_when_it_is(staff):
    batch = issued(staff, towns=("T1", "T2"))
    made_ready(staff, batch)
    starting(batch)
    assert set(
        DelegatedItem.objects.exclude(in_force_on=None).values_list("town__code", flat=True)
    ) == {"T2"}
    with pytest.raises(NotNow, match="还有 3 项没有实施"):
        take(Delegating.settle, batch, staff["zhou"], key="too soon")
    later = NOON + timedelta(days=30)
    made_ready(staff, batch, later, "T1", "head-t1")
    take(Delegating.admit_ready, batch, the_system(), key="later", at=later)
    assert not DelegatedItem.objects.filter(in_force_on=None).exists()


def test_readiness_names_what_is_missing_and_what_cannot_be_carried_leaves(staff):
    matter = preparation(issued(staff))
    town = staff["wu"]
    first = list(matter.detail.open_lines())[:2]
    take(Preparing.record, matter, town, {"checks": ["people", "seal"]}, key="1", at=NOON)
    rest = {"checks": Check.values, "lines": [line.pk for line in first]}
    take(Preparing.record, matter, town, rest, key="2", at=NOON)
    with pytest.raises(NotNow, match="培训合格 1、系统账号 1、监管方案 1"):
        take(Preparing.submit, matter, town, key="3", at=NOON)
    left = [line.pk for line in matter.detail.open_lines() if line.pk not in {f.pk for f in first}]
    take(Preparing.drop, matter, town, {"lines": left, "reason": "没有执法证"}, key="4", at=NOON)
    take(Preparing.submit, matter, town, key="5", at=NOON)
    take(Preparing.confirm, matter, staff["zhou"], key="6", at=NOON)
    assert [line.dropped for line in DelegatedItem.objects.filter(pk__in=left)] == ["没有执法证"]
    everything = [line.pk for line in DelegatedItem.objects.filter(dropped="")]
    assert len(everything) == 2


def test_departments_are_heard_and_an_objection_takes_the_item_out(staff):
    items = [*penalties("SC", 2), *penalties("CG", 1)]
    batch = prepared(staff, items=items)
    take(Delegating.consult, batch, staff["zhou"], key="c", at=NOON)
    with pytest.raises(NotNow, match=r"还在等.*的意见"):
        take(Delegating.conclude, batch, staff["zhou"], {}, key="early", at=NOON)
    asked = Matter.objects.get(consultation__about=batch, unit__code="SC")
    against = [items[0].implementation_code]
    partly = {"answer": "partly", "against": against}
    with pytest.raises(Invalid, match="说明理由"):
        take(Consulting.answer, asked, staff["huang"], partly, key="why", at=NOON)
    take(
        Consulting.answer,
        asked,
        staff["huang"],
        {**partly, "opinion": "专业性强"},
        key="a",
        at=NOON,
    )
    other = Matter.objects.get(consultation__about=batch, unit__code="CG")
    late = NOON + timedelta(days=30)
    take(Consulting.stay_silent, other, the_system(), key="silence", at=late)
    with pytest.raises(Invalid, match="写明理由"):
        take(Delegating.conclude, batch, staff["zhou"], {}, key="deaf", at=late)
    take(Delegating.conclude, batch, staff["zhou"], {"adopt": True}, key="conclude", at=late)
    dropped = DelegatedItem.objects.exclude(dropped="").get()
    assert (dropped.item, dropped.dropped) == (items[0], "市场监管局不同意")


def test_silence_is_the_clocks_own_step(staff):
    batch = prepared(staff)
    take(Delegating.consult, batch, staff["zhou"], key="c", at=NOON)
    asked = Matter.objects.get(consultation__about=batch)
    assert asked.act_on > TODAY + timedelta(days=10)  # ten working days


def test_who_prepares_does_not_review_and_the_day_leaves_time_to_get_ready(staff):
    batch = prepared(staff)
    take(Delegating.consult, batch, staff["zhou"], key="c", at=NOON)
    answered(staff, batch)
    take(Delegating.conclude, batch, staff["zhou"], {}, key="d", at=NOON)
    with pytest.raises(NotNow, match="起草人以外"):
        take(Delegating.pass_review, batch, staff["zhou"], {"opinion": "好"}, key="e", at=NOON)
    take(Delegating.pass_review, batch, staff["zhao"], {"opinion": "好"}, key="f", at=NOON)
    now = {"document_number": "x", "effective_on": TODAY}
    with pytest.raises(Invalid, match="晚于今天"):
        take(Delegating.issue, batch, staff["leader"], now, key="g", at=NOON)


def test_one_power_is_with_a_town_once_and_bad_rows_are_named(staff):
    prepared(staff)
    with pytest.raises(Invalid, match=r"第 1 行.*已在第九批交给东简街道"):
        prepared(staff, name="第十批")
    town_item = {"implementation_code": "1" * 31, "to_town": "T2"}
    bad = {**WHY, "name": "第十一批", "lines": [town_item]}
    with pytest.raises(Invalid, match="第 1 行：没有实施编码"):
        take(Delegating.prepare, None, staff["zhou"], bad, key="bad", at=NOON)


def reported(staff, rows, quarter, at=NOON):
    codes = DelegatedItem.objects.values_list("town_item__implementation_code", flat=True)
    data = {"quarter": quarter, "rows": dict(zip(codes.order_by("pk"), rows, strict=True))}
    key = f"{quarter}{rows}"
    return take(Reporting.report, None, staff["wu"], data, key=key, at=at).matter


def test_after_care_proposes_what_should_come_back_and_it_comes_back(staff):
    batch = issued(staff)
    made_ready(staff, batch)
    starting(batch)
    at = NOON + timedelta(days=400)
    for quarter in ("2026Q4", "2027Q1", "2027Q2", "2027Q3"):
        reported(staff, [[10, 2, 0], [10, 0, 0], [0, 0, 0]], quarter, at)
    with pytest.raises(Invalid, match="已经报过"):
        reported(staff, [[1, 0, 0]] * 3, "2027Q3", at)
    with pytest.raises(Invalid, match="多于办件"):
        reported(staff, [[1, 2, 0]] * 3, "2027Q4", at)
    client = Client()
    client.force_login(
        Account.objects.get(username="zhou"), "tongban.kernel.people.signin.StaffBackend"
    )
    page = client.get("/desk/delegated/use/?only=advised").content.decode()
    assert "占办件 20.0%" in page and "连续 4 个季度没有办件" in page
    worst = DelegatedItem.objects.order_by("pk").first()
    code = worst.town_item.implementation_code
    day = at.date() + timedelta(days=5)
    data = {
        "reason": "用不好",
        "legal_basis": WHY["legal_basis"],
        "effective_on": day,
        "lines": [code],
    }
    back = take(Recovering.propose, None, staff["zhou"], data, key="back", at=at).matter
    with pytest.raises(Invalid, match="正在办理收回"):
        take(Recovering.propose, None, staff["zhou"], data, key="again", at=at)
    asked = Matter.objects.filter(consultation__about=back)
    assert {m.unit.code for m in asked} == {"T2", worst.item.unit.code}
    for matter in asked:
        take(Consulting.stay_silent, matter, the_system(), key=f"s{matter.pk}", at=at)
    take(Recovering.decide, back, staff["leader"], key="decide", at=at)
    with pytest.raises(NotNow, match="还没有到"):
        take(Recovering.take_back, back, the_system(), key="early", at=at)
    take(Recovering.take_back, back, the_system(), key="now", at=at + timedelta(days=5))
    worst.refresh_from_db()
    assert worst.taken_back_on == day
    own = ServiceItem.objects.get(implementation_code=code)
    assert own.status == Status.ABOLISHED
    assert metric("delegated_items").total(the_system(), Period(last=day)).value == 2
    assert (
        metric("delegated_items").total(the_system(), Period(last=TODAY + timedelta(30))).value == 3
    )


def test_a_power_taken_back_can_be_given_again_under_the_same_code(staff):
    test_after_care_proposes_what_should_come_back_and_it_comes_back(staff)
    worst = DelegatedItem.objects.order_by("pk").first()
    batch = issued(staff, items=[worst.item], name="第十批")
    made_ready(staff, batch)
    starting(batch, days=500)
    own = ServiceItem.objects.get(implementation_code=worst.town_item.implementation_code)
    assert own.status == Status.PUBLISHED and own.current.number == 3


@pytest.mark.parametrize(
    ("quarters", "cases", "overturned", "advised"),
    [(4, 0, 0, True), (3, 0, 0, False), (1, 5, 1, True), (1, 4, 4, False), (9, 100, 10, False)],
)
def test_the_advice(quarters, cases, overturned, advised):
    assert bool(rules.advice(quarters, cases, overturned)) == advised


def test_a_file_makes_a_draft_for_each_batch_and_faults_name_their_row(staff):
    client = Client()
    client.force_login(
        Account.objects.get(username="zhou"), "tongban.kernel.people.signin.StaffBackend"
    )
    item, other = penalties("SC", 2)
    head = "batch,document_number,implementation_code,from_unit,to_town,kind,effective_date\n"
    rows = f"甲批,,{item.implementation_code},SC,T1,delegated,2026-12-01\n"
    rows += f"乙批,,{other.implementation_code},市场监管局,东简街道,下放,\n"

    def hand_in(text):
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("批次.csv", text.encode())
        data = {**WHY, "name": "缺省", "file": file, "key": str(len(text))}
        return client.post("/desk/delegated/prepare/", data)

    bad = hand_in(head + rows + f"甲批,,{item.implementation_code},GA,T9,delegated,不是日期\n")
    text = bad.content.decode()
    assert bad.status_code == 422 and "第 4 行" in text and "“T9”不是镇街代码" in text
    assert not DelegationBatch.objects.exists()
    assert hand_in(head + rows).status_code == 302
    found = dict(DelegationBatch.objects.values_list("name", "effective_on"))
    assert set(found) == {"甲批", "乙批"} and found["乙批"] == STARTS


def test_pages_of_delegation_open_and_cost_the_same_for_many_lines(
    staff, django_assert_max_num_queries
):
    batch = issued(staff, items=penalties("SC", 12), towns=("T1", "T2", "T3"))
    client = Client()
    client.force_login(
        Account.objects.get(username="zhou"), "tongban.kernel.people.signin.StaffBackend"
    )
    for path in ("", "lines/", "use/", "prepare/"):
        with django_assert_max_num_queries(14):
            assert client.get(f"/desk/delegated/{path}").status_code == 200
    assert client.get("/desk/delegated/lines/?export=xlsx").content.startswith(b"PK")
    with django_assert_max_num_queries(16):
        page = client.get(f"/desk/delegation/{batch.number}/").content.decode()
    assert "东山街道" in page
    client.force_login(
        Account.objects.get(username="wu"), "tongban.kernel.people.signin.StaffBackend"
    )
    assert client.get(f"/desk/delegation/{batch.number}/").status_code == 404
    own = preparation(batch)
    page = client.get(f"/desk/preparation/{own.number}/").content.decode()
    assert "登记落实情况" in page
    assert client.get(f"/desk/preparation/{own.number}/step/record/").status_code == 200


def test_the_reference_file_becomes_three_drafts(staff):
    client = Client()
    account = Account.objects.get(username="zhou")
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    with (FOLDER / "delegations.csv").open("rb") as file:
        data = {**WHY, "name": "缺省", "file": file, "key": "reference"}
        assert client.post("/desk/delegated/prepare/", data).status_code == 302
    found = {batch.name: batch.lines.count() for batch in DelegationBatch.objects.all()}
    assert found == {"第一批": 120, "第二批": 120, "第三批": 120}


def test_cases_on_the_platform_are_counted_for_the_town_by_itself(staff):
    batch = issued(staff, items=[district.item()])
    made_ready(staff, batch)
    starting(batch)
    line = DelegatedItem.objects.select_related("town_item").get()
    at = NOON + timedelta(days=22)  # 2026-10-20
    citizen = district.shopkeeper()
    code = line.town_item.implementation_code
    case = district.applied(citizen, item=code, at=at)
    assert case.unit.code == "T2"
    applicant = actor_of(citizen, district.TODAY)
    take(Handling.withdraw, case, applicant, {"reason": "不办了"}, key="w", at=at)
    client = Client()
    account = Account.objects.get(username="wu")
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    counts = {
        quarter: board._cases_on_the_platform(in_force(), quarter)
        for quarter in ("2026Q3", "2026Q4", "2027Q1", "nonsense")
    }
    assert counts == {"2026Q3": {}, "2026Q4": {line.town_item_id: 1}, "2027Q1": {}, "nonsense": {}}
    assert client.get("/desk/delegated/report/").status_code == 200
