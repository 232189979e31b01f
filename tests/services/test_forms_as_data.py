"""Forms as data: a library of fields, asked by a list under answers, typed once by a person."""

import pytest
from django.test import Client

from tests import district
from tests.services.test_item_changes import adjusted, opened, proposed, signed_in, staff  # noqa: F401
from tongban.demo import people
from tongban.kernel.ledger.models import PersonalFact
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Agency, Applicant, EnterpriseRecord
from tongban.kernel.procedures.refusals import Invalid
from tongban.kernel.procedures.taking import take
from tongban.services.cases.known import known_facts
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue.form_fields import FormField, asked, rows_for
from tongban.services.catalogue.models import Change, ServiceItem

pytestmark = pytest.mark.django_db
SIGN = "门店招牌设置备案"
GOOD_ID = people.with_check("44080119900101123")
BAD_ID = GOOD_ID[:-1] + ("1" if GOOD_ID[-1] != "1" else "2")


def row(field, required="必填", question="", option=""):
    return {"field": field, "required": required, "question": question, "option": option}


def form_of(staff, *rows, code=district.PLAIN_ITEM, **parts):  # noqa: F811
    matter = proposed(staff, {code: {"elements": {"form_fields": list(rows)}, **parts}}, key="f")
    from tests.services.test_item_changes import passed

    passed(staff, matter)


def applied(facts, code=district.PLAIN_ITEM, key="apply", answers=None, account=None):
    actor = actor_of(account or district.shopkeeper(), district.TODAY)
    data = {"item": code, "answers": answers or {}, "uploads": {}, "facts": facts}
    return take(Handling.apply, None, actor, data, key=key, at=district.NOON).matter


def test_a_list_without_fields_asks_the_form_that_every_item_has():
    district.load()
    assert [key for key, _ in rows_for([], {})] == ["subject", "address", "town", "contact"]


def test_what_a_list_asks_is_checked_kept_and_shown(staff):  # noqa: F811
    form_of(staff, row("floor_area"), row("drainage", "选填"), row("mother_id"))
    account = district.shopkeeper()
    with pytest.raises(Invalid) as refused:
        applied({"floor_area": "很大", "mother_id": BAD_ID}, account=account)
    assert "floor_area" in refused.value.errors
    assert "校验码" in refused.value.errors["mother_id"][0]
    assert "subject" not in refused.value.errors
    facts = {"floor_area": "86.5", "drainage": "市政管网", "mother_id": GOOD_ID}
    case = applied(facts, account=account, key="good")
    assert case.detail.facts == {"floor_area": "86.5", "drainage": "市政管网"}
    event = case.events.get()
    assert GOOD_ID not in str(event.facts) and "mother_id" in event.facts["personal"]
    assert PersonalFact.objects.filter(event=event, field="mother_id").exists()
    page = signed_in("chen").get(f"/desk/case/{case.number}/").content.decode()
    assert "经营面积（平方米）" in page and "86.5" in page
    assert GOOD_ID not in page and "个人信息，另存" in page


def test_a_field_is_asked_under_an_answer_only(staff):  # noqa: F811
    situations = [
        {"question": "排污水吗", "option": option, "adds": "", "excludes": ""}
        for option in ("是", "否")
    ]
    form_of(staff, row("subject"), row("drainage", "必填", "排污水吗", "是"), situations=situations)
    account = district.shopkeeper()
    with pytest.raises(Invalid) as refused:
        applied({"subject": "甲店"}, answers={"排污水吗": "是"}, account=account)
    assert list(refused.value.errors) == ["drainage"]
    applied({"subject": "甲店"}, answers={"排污水吗": "否"}, account=account, key="no")


def test_a_form_that_cannot_be_is_refused_before_review(staff):  # noqa: F811
    for rows, words in (
        ([row("no_such_field")], "字段库里没有“no_such_field”"),
        ([row("subject", "必填", "没有的问题", "是")], "不在办理情形里"),
        ([{"field": "subject"}], "每行有且只有"),
        ([row(7)], "应为文字"),
    ):
        lines = {district.PLAIN_ITEM: {"elements": {"form_fields": rows}}}
        with pytest.raises(Invalid, match=words):
            proposed(staff, lines, key=words)


def test_a_running_case_keeps_the_form_of_its_version(staff):  # noqa: F811
    case = applied({"subject": "甲店", "address": "一号", "town": "T2", "contact": "李"})
    form_of(staff, row("floor_area"))
    page = signed_in("chen").get(f"/desk/case/{case.number}/").content.decode()
    assert "经营者名称" in page and "甲店" in page and "经营面积" not in page


def test_a_fact_is_typed_once_and_the_register_fills_the_rest(staff):  # noqa: F811
    account = district.shopkeeper()
    form_of(staff, row("floor_area"), row("phone"), row("subject"))
    applied({"floor_area": "86.5", "phone": "13900139001", "subject": "甲店"}, account=account)
    other = ServiceItem.objects.get(name=SIGN)
    wanted = asked(other.form_fields, {})
    known = known_facts(wanted, actor_of(account, district.TODAY))
    assert known["floor_area"] == "86.5" and known["subject"] == "甲店"
    assert known["phone"] == "13900139001"  # from the real-name register, not from the case
    assert "signboard_text" not in known
    client = Client()
    client.force_login(account, "tongban.kernel.people.signin.PhoneBackend")
    page = client.get(f"/apply/{other.implementation_code}/facts/").content.decode()
    assert 'value="86.5"' in page and "招牌文字" in page


def test_who_acts_for_one_company_finds_its_name_and_seat_filled_in(staff):  # noqa: F811
    account = district.shopkeeper()
    wanted = asked(district.item().form_fields, {})
    assert "subject" not in known_facts(wanted, actor_of(account, district.TODAY))
    firm = people.act_for_a_firm(account, district.TODAY)
    known = known_facts(wanted, actor_of(account, district.TODAY))
    record = EnterpriseRecord.objects.get(uscc=firm.id_number)
    assert (known["subject"], known["address"]) == (record.name, record.address)
    second = Applicant(kind=Applicant.Kind.LEGAL, identity_level=2)
    second.set_name("乙公司")
    second.set_id("91440800MA4UW0QT7D")
    second.save()
    Agency.objects.create(principal=second, agent=account.applicant, from_on=district.TODAY)
    assert "subject" not in known_facts(wanted, actor_of(account, district.TODAY))


def test_an_application_online_walks_the_items_own_form(staff):  # noqa: F811
    form_of(staff, row("floor_area"), row("opening_hours", "选填"))
    account = district.shopkeeper()
    client = Client()
    client.force_login(account, "tongban.kernel.people.signin.PhoneBackend")
    address = f"/apply/{district.PLAIN_ITEM}/"
    assert client.post(f"{address}facts/", {"floor_area": ""}).status_code == 422
    assert client.post(f"{address}facts/", {"floor_area": "20"}).status_code == 302
    check = client.get(f"{address}check/").content.decode()
    assert "经营面积（平方米）" in check and "20" in check


def test_the_bureau_keeps_the_library_and_what_is_in_use_keeps_its_kind(staff):  # noqa: F811
    bureau = signed_in("zhou")
    field = {"key": "sea_area", "label": "用海面积", "kind": "number", "longest": "20"}
    assert bureau.post("/desk/fields/", field).status_code == 302
    assert FormField.objects.get(key="sea_area").kind == "number"
    for change, words in (
        ({"key": "x", "label": "x", "kind": "choice"}, "选项至少两个"),
        ({"key": "y", "label": "y", "pattern": "("}, "格式写得不对"),
        ({"key": "z", "label": "z", "pattern": "a+"}, "格式不对时的提示"),
        ({}, "已存在|already exists|具有"),
    ):
        answer = bureau.post("/desk/fields/", {**field, "kind": "text", **change})
        assert answer.status_code == 422, words
    used = {"key": "floor_area", "label": "面积", "kind": "text", "longest": "20"}
    refused = bureau.post("/desk/fields/floor_area/", used)
    assert refused.status_code == 422 and "已有清单在用" in refused.content.decode()
    renamed = bureau.post("/desk/fields/floor_area/", {**used, "kind": "number"})
    assert renamed.status_code == 302
    assert FormField.objects.get(key="floor_area").label == "面积"
    assert signed_in("chen").post("/desk/fields/", field).status_code == 403
    assert "登记字段" not in signed_in("chen").get("/desk/fields/").content.decode()


def test_the_editor_takes_fields_as_lines_and_the_form_is_seen_before_it_counts(staff):  # noqa: F811
    client = signed_in("chen")
    posted = opened(client, district.PLAIN_ITEM)
    posted |= {"why-kind": "adjust", "why-reason": "加字段", "why-legal_basis": "无"}
    posted |= {"why-effective_on": "2099-01-01", "key": "e"}
    posted |= {"form_fields": "subject | 必填\nfloor_area | 选填"}
    answer = client.post(f"/desk/items/{district.PLAIN_ITEM}/edit/", posted)
    assert answer.status_code == 302, answer.context["faults"]
    assert Change.objects.get().lines.get().form_fields[1]["field"] == "floor_area"
    page = client.get(f"/desk/items/{district.PLAIN_ITEM}/form/").content.decode()
    assert "草稿" in page and "经营面积（平方米）" in page
