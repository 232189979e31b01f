"""Implementation lists: versions that never change, and the procedure that makes new ones."""

from datetime import date, timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client

from tests import district
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.refusals import Invalid, NotNow, Refusal
from tongban.kernel.procedures.taking import take
from tongban.services.catalogue import codes, documents, editing, versions, whatif
from tongban.services.catalogue.compare import differences
from tongban.services.catalogue.models import Change, ImplementationList, ServiceItem
from tongban.services.catalogue.procedure import Publishing

pytestmark = pytest.mark.django_db
TODAY = district.TODAY
WHY = {
    "kind": "adjust",
    "reason": "压减时限",
    "legal_basis": "国发〔2022〕5号",
    "effective_on": TODAY,
}


@pytest.fixture
def staff(db):
    district.load()
    return {
        name: district.person(name) for name in ("chen", "huang", "zhou", "zhao", "ye", "liang")
    }


def proposed(staff, lines, key="p", **why):
    data = {**WHY, **why, "lines": lines}
    return take(Publishing.propose, None, staff["chen"], data, key=key, at=district.NOON).matter


def passed(staff, matter, day=TODAY):
    """Through both reviews and, when its day has come, in force."""
    at = district.NOON + timedelta(days=(day - TODAY).days)
    for step, name in (("submit", "chen"), ("unit_approve", "huang"), ("approve", "zhou")):
        take(Publishing.steps[step], matter, staff[name], key=f"{matter.number}{step}", at=at)
    return take(Publishing.take_effect, matter, the_system(), key=f"{matter.number}!", at=at)


def adjusted(staff, elements, code=district.PLAIN_ITEM, **why):
    matter = proposed(
        staff, {code: {"elements": elements}}, key=f"k{abs(hash(str(elements)))}", **why
    )
    passed(staff, matter)
    return matter


def test_a_change_becomes_a_new_version_and_the_old_one_stays_readable(staff):
    before = district.item().current
    adjusted(staff, {"promised_days": 2, "telephone": "0759-2900999"})
    item = district.item()
    assert (item.promised_days, item.telephone) == (2, "0759-2900999")
    assert item.current.number == before.number + 1
    before.refresh_from_db()
    assert before.until_on == item.current.from_on == TODAY
    assert before.promised_days != 2
    assert item.versions.filter(versions.in_force(TODAY - timedelta(1))).get() == before


def test_every_item_shows_the_version_in_force(staff):
    adjusted(staff, {"visits": 2})
    for item in ServiceItem.objects.select_related("current")[:900]:
        assert documents.elements_of(item) == documents.elements_of(item.current)


def test_a_running_case_keeps_its_version(staff):
    citizen = district.shopkeeper()
    case = district.applied(citizen).detail
    first, limit = case.version, case.promised_days
    adjusted(staff, {"promised_days": 0})
    case.refresh_from_db()
    assert (case.version, case.promised_days) == (first, limit)
    later = district.applied(citizen, key="later").detail
    assert later.version.number == first.number + 1
    assert later.promised_days == 0


@pytest.mark.parametrize(
    "change", ["update {t} set {c} = 'x' where id = {v}", "delete from {t} where id = {v}"]
)
@pytest.mark.parametrize(
    ("table", "column"),
    [("implementationlist", "name"), ("material", "name"), ("situation", "option")],
)
def test_the_database_refuses_to_rewrite_a_published_version(staff, change, table, column):
    version = district.item(district.ITEM).current
    rows = {
        "implementationlist": version,
        "material": version.materials.first(),
        "situation": version.situations.first(),
    }
    sql = change.format(t=f"catalogue_{table}", c=column, v=rows[table].pk)
    with (
        pytest.raises((InternalError, ProgrammingError), match="不可修改"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_two_versions_are_compared_field_by_field(staff):
    code = district.ITEM
    materials = documents.document(district.item(code).current)["materials"]
    fewer = [m for m in materials if m["name"] != materials[-1]["name"]]
    situations = [
        s
        for s in documents.document(district.item(code).current)["situations"]
        if s["adds"] != materials[-1]["name"]
    ]
    lines = {code: {"elements": {"visits": 3}, "materials": fewer, "situations": situations}}
    matter = proposed(staff, lines)
    passed(staff, matter)
    first, second = district.item(code).versions.order_by("number")
    found = differences(documents.document(first), documents.document(second))
    told = {d.field: (d.before, d.after) for d in found}
    assert told["到办事现场次数"][1] == "3"
    assert told[materials[-1]["name"]][1] == "—"
    assert differences(documents.document(first), documents.document(first)) == []


def test_a_change_waits_for_its_day(staff):
    matter = proposed(
        staff, {district.PLAIN_ITEM: {"elements": {"visits": 3}}}, effective_on=date(2026, 10, 9)
    )
    for step, name in (("submit", "chen"), ("unit_approve", "huang"), ("approve", "zhou")):
        take(Publishing.steps[step], matter, staff[name], key=step, at=district.NOON)
    with pytest.raises(NotNow, match="还没有到"):
        take(Publishing.take_effect, matter, the_system(), key="early", at=district.NOON)
    matter.refresh_from_db()
    assert matter.act_on == date(2026, 10, 8)
    from tongban.kernel.procedures.jobs import act_on_silence

    assert act_on_silence(district.NOON + timedelta(days=10)) == 0
    assert act_on_silence(district.NOON + timedelta(days=11)) == 1
    assert district.item().visits == 3


def test_nobody_passes_a_change_of_their_own(staff):
    data = {**WHY, "lines": {district.PLAIN_ITEM: {"elements": {"visits": 1}}}}
    matter = take(Publishing.propose, None, staff["huang"], data, key="h", at=district.NOON).matter
    take(Publishing.submit, matter, staff["huang"], key="s", at=district.NOON)
    with pytest.raises(NotNow, match="别人审核"):
        take(Publishing.unit_approve, matter, staff["huang"], key="a", at=district.NOON)


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ({"promised_days": 25, "statutory_days": 20}, "承诺时限（25）大于法定时限（20）"),
        ({"promised_days": -1}, "应为 0 到 32767 的整数"),
        ({"promised_days": "三"}, "应为 0 到 32767 的整数"),
        ({"kind": "penalty"}, "编码说这是“行政许可”"),
        ({"commitment": "soon"}, "不能是“soon”"),
        ({"name": ""}, "请填写“事项名称”"),
        ({"bookable": "yes"}, "应为是或否"),
        ({"colour": "red"}, "没有“colour”这个要素"),
        ({"steps": "x"}, "应为列表"),
    ],
)
def test_what_a_list_cannot_say_is_refused_with_the_cure(staff, elements, words):
    with pytest.raises(Invalid) as refused:
        proposed(staff, {district.PLAIN_ITEM: {"elements": elements}})
    assert words in str(refused.value.errors)
    assert not Change.objects.exists()


def test_a_list_is_in_one_change_at_a_time(staff):
    lines = {district.PLAIN_ITEM: {"elements": {"visits": 1}}}
    first = proposed(staff, lines)
    with pytest.raises(Invalid, match=first.number):
        proposed(staff, lines, key="second")
    take(Publishing.withdraw, first, staff["chen"], {"reason": "不改了"}, key="w", at=district.NOON)
    proposed(staff, lines, key="third")


def test_only_the_unit_itself_or_the_bureau_proposes(staff):
    data = {**WHY, "lines": {district.PLAIN_ITEM: {"elements": {"visits": 1}}}}
    with pytest.raises(Invalid, match="您不能变更市场监管局的事项"):
        take(Publishing.propose, None, staff["ye"], data, key="x", at=district.NOON)
    take(Publishing.propose, None, staff["zhou"], data, key="y", at=district.NOON)


def test_a_new_item_is_published_and_an_abolished_one_takes_no_applications(staff):
    code = "11440800MB2C1018564440105999001"
    elements = {
        **documents.elements_of(district.item()),
        "name": "共享厨房备案",
    }
    matter = proposed(staff, {code: {"elements": elements}}, kind="create")
    assert "共享厨房备案" in matter.title
    passed(staff, matter)
    assert ServiceItem.objects.get(implementation_code=code).status == "published"
    gone = proposed(staff, {code: {}}, key="gone", kind="abolish")
    passed(staff, gone)
    with pytest.raises(Refusal, match="不能申请"):
        district.applied(district.shopkeeper(), item=code)
    counted = ImplementationList.objects.filter(versions.published_on(TODAY))
    assert not counted.filter(item__implementation_code=code).exists()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("11440800MB2C101856444010599900", "应为 31 位，现为 30 位"),
        ("11440800MB2C1018574440105999001", "校验码应为 6"),
        ("11440800MB2C1018569440105999001", "第 19 位"),
        ("11440800MB2C1018564443305999001", "不是事项类型"),
        ("11440800MB2C101856444010599900X", "只能是数字"),
    ],
)
def test_a_code_is_checked_part_by_part(staff, code, words):
    with pytest.raises(codes.BadCode, match=words.replace("(", r"\(")):
        codes.implementation_code(code)


def test_what_if_shows_every_figure_before_anything_is_published(staff):
    items = ServiceItem.objects.filter(unit__code="SC", kind="licence").select_related("unit")
    events = editing.propose_by_unit(
        items, {"promised_days": 0}, WHY, staff["chen"], "bulk", district.NOON
    )
    change = Change.objects.get(matter=events[0].matter)
    told = {e.metric.key: e for e in whatif.effects(change, TODAY)}
    assert told["limit_compression"].after > told["limit_compression"].before
    assert told["items_published"].after == told["items_published"].before
    passed(staff, events[0].matter)
    now = told["limit_compression"].metric
    from tongban.kernel.metrics.metric import Period

    found = now.total(staff["zhou"], Period(None, TODAY)).value
    assert found == pytest.approx(told["limit_compression"].after)
    then = now.total(staff["zhou"], Period(None, TODAY - timedelta(1))).value
    assert then == pytest.approx(told["limit_compression"].before)


def test_what_if_counts_the_open_cases_it_would_touch(staff):
    citizen = district.shopkeeper()
    matter = district.applied(citizen)
    from tongban.services.cases.procedure import Handling

    take(Handling.accept, matter, staff["chen"], key="a", at=district.NOON)
    change = Change.objects.get(
        matter=proposed(staff, {district.PLAIN_ITEM: {"elements": {"promised_days": 0}}})
    )
    found = whatif.touched(change, TODAY + timedelta(days=1))
    assert (found.matters, found.earlier, found.later) == (1, 1, 0)
    assert found.overdue == 1


def test_a_change_is_undone_by_another_that_says_what_was(staff):
    before = documents.document(district.item().current)
    matter = adjusted(staff, {"promised_days": 0, "visits": 4})
    change = Change.objects.get(matter=matter)
    event = editing.propose_undoing(change, staff["chen"], "undo", district.NOON)
    assert Change.objects.get(matter=event.matter).undoes == change
    passed(staff, event.matter)
    assert documents.document(district.item().current) == before
    assert district.item().current.number == 3


def signed_in(name):
    client = Client()
    client.force_login(
        Account.objects.get(username=name), "tongban.kernel.people.signin.StaffBackend"
    )
    return client


def opened(client, code):
    """The editor's form as it comes: what would be sent back with nothing changed."""
    page = client.get(f"/desk/items/{code}/edit/")
    posted = dict(page.context["form"].initial)
    posted = {k: "" if v is None else v for k, v in posted.items() if v is not False}
    for _, _, rows in page.context["parts"]:
        for cells in rows:
            posted |= {
                c["name"]: c["value"] for c in cells if c["value"] is not False and c["value"] != ""
            }
    return posted


def test_the_editor_proposes_and_amends(staff):
    client = signed_in("chen")
    posted = opened(client, district.ITEM)
    posted |= {
        f"why-{name}": value for name, value in {**WHY, "effective_on": "2099-01-01"}.items()
    }
    posted |= {"promised_days": "4", "key": "e"}
    posted |= {
        "materials-0-name": "新的申请表",
        "legal_basis": "食品安全法 | 第三十五条 | 国家对食品生产经营实行许可制度。",
    }
    answer = client.post(f"/desk/items/{district.ITEM}/edit/", posted)
    assert answer.status_code == 302, answer.context["faults"]
    line = Change.objects.get().lines.get()
    assert line.promised_days == 4
    assert line.legal_basis[0]["article"] == "第三十五条"
    assert line.materials.first().name == "新的申请表"
    assert line.materials.count() == district.item(district.ITEM).current.materials.count()
    again = client.post(
        f"/desk/items/{district.ITEM}/edit/", {**posted, "promised_days": "5", "key": "f"}
    )
    assert again.status_code == 302
    line = Change.objects.get().lines.get()
    assert line.promised_days == 5
    wrong = client.post(
        f"/desk/items/{district.ITEM}/edit/", {**posted, "promised_days": "500", "key": "g"}
    )
    assert wrong.status_code == 422
    assert "大于法定时限" in str(wrong.context["faults"]), wrong.context["form"].errors


def test_the_list_costs_the_same_for_all_items_and_exports_what_it_shows(
    staff, django_assert_max_num_queries
):
    client = signed_in("zhou")
    with django_assert_max_num_queries(8):
        page = client.get("/desk/items/")
    assert page.context["total"] == ServiceItem.objects.count()
    first, following = page.context["rows"], page.context["next"]
    after = client.get(f"/desk/items/?after={following}").context["rows"]
    assert first[-1].implementation_code < after[0].implementation_code
    exported = client.get("/desk/items/?unit=SC&kind=licence&export=csv").content.decode(
        "utf-8-sig"
    )
    assert (
        exported.count("\n") - 1
        == ServiceItem.objects.filter(unit__code="SC", kind="licence").count()
    )


def test_bulk_takes_all_that_the_filter_finds(staff):
    client = signed_in("zhou")
    posted = {f"why-{name}": value for name, value in {**WHY, "effective_on": "2099-01-01"}.items()}
    posted |= {"query": "unit=YB&kind=benefit", "field": "visits", "value": "3"}
    answer = client.post("/desk/items/bulk/", posted)
    assert answer.status_code == 302, (answer.context["why"].errors, answer.context["faults"])
    lines = Change.objects.get().lines
    assert lines.count() == ServiceItem.objects.filter(unit__code="YB", kind="benefit").count()
    assert client.get(answer["Location"]).status_code == 200


def test_a_change_is_seen_and_edited_by_its_unit_and_the_bureau_alone(staff):
    matter = proposed(staff, {district.PLAIN_ITEM: {"elements": {"visits": 5}}})
    pages = [f"/desk/item_change/{matter.number}/{page}" for page in ("", "effect/", "lines/")]
    for page in pages:
        assert signed_in("huang").get(page).status_code in (200, 302), page
        assert signed_in("zhou").get(page).status_code in (200, 302), page
        assert signed_in("ye").get(page).status_code == 404, page
    answer = signed_in("ye").get(f"/desk/items/{district.PLAIN_ITEM}/edit/")
    assert answer.status_code == 404
    assert "市场监管局的工作人员和政数局" in answer.content.decode()
    assert signed_in("ye").post(f"/desk/item_change/{matter.number}/undo/").status_code == 404


GOOD = {
    "name": "新材料",
    "kind": "document",
    "form": "copy",
    "source": "applicant",
    "copies": 1,
    "required": True,
    "shortage_tolerant": False,
    "e_certificate": "",
    "sample_id": None,
    "blank_form_id": None,
}


@pytest.mark.parametrize(
    ("part", "row", "words"),
    [
        ("materials", {**GOOD, "name": 7}, "应有且只有"),
        ("materials", {**GOOD, "name": "长" * 121}, "应有且只有"),
        ("materials", {**GOOD, "copies": -1}, "应有且只有"),
        ("materials", {**GOOD, "copies": "2"}, "应有且只有"),
        ("materials", {**GOOD, "colour": "red"}, "应有且只有"),
        ("materials", {"name": "缺"}, "应有且只有"),
        ("materials", {**GOOD, "form": "stone"}, "不能是“stone”"),
        ("materials", {**GOOD, "sample_id": 999999}, "样表或空白表没有找到"),
        ("materials", {**GOOD, "name": "a\x00b"}, "请选择"),
        (
            "situations",
            {"question": "问", "option": "是", "adds": "无", "excludes": ""},
            "不在材料清单",
        ),
        (
            "situations",
            {"question": ["问"], "option": "是", "adds": "", "excludes": ""},
            "应有且只有",
        ),
        ("variants", {"suffix": "1", "name": "一", "answers": {}}, "2 位数字"),
        ("variants", {"suffix": "01", "name": "一", "answers": []}, "应有且只有"),
    ],
)
def test_a_row_of_a_part_is_made_as_rows_of_it_are(staff, part, row, words):
    with pytest.raises(Invalid) as refused:
        proposed(staff, {district.PLAIN_ITEM: {part: [row]}})
    assert words in str(refused.value.errors)


def test_the_character_nul_in_an_address_is_nobody_s_mistake(staff):
    bureau = signed_in("zhou")
    for path in (
        "/api/v1/items/?q=%00",
        "/desk/defects/?unit=%0%000",
        "/powers/SC/?kind=%00",
        "/reports/limit_compression/rows/?by=unit&part=%00",
    ):
        assert bureau.get(path).status_code == 200, path


def test_bulk_work_leaves_out_what_is_so_already(staff):
    rows = ServiceItem.objects.filter(unit__code="SC", statutory_days__gt=5).select_related("unit")
    codes = [item.implementation_code for item in rows[:2]]
    adjusted(staff, {"promised_days": 4}, code=codes[0])
    both = list(rows.filter(implementation_code__in=codes))
    asked = (WHY, staff["chen"], "bulk", district.NOON)
    editing.propose_by_unit(both, {"promised_days": 4}, *asked)
    last = Change.objects.order_by("-pk").first()
    assert [line.item.implementation_code for line in last.lines.all()] == codes[1:]
    with pytest.raises(NotNow, match="已经都是这个值"):
        editing.propose_by_unit(both[:1], {"promised_days": 4}, *asked)
