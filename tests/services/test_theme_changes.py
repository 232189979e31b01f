"""Themes: drafted in the editor or by file, units heard, published, withdrawn, suggested."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import district
from tongban.demo.rows import FOLDER, rows
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotNow
from tongban.kernel.procedures.taking import take
from tongban.services.catalogue import joint
from tongban.services.catalogue.form_fields import rows_for
from tongban.services.catalogue.models import Material, ServiceItem, Theme, ThemeBatch
from tongban.services.consultation.procedure import Consulting
from tongban.services.themes.models import ThemeChange
from tongban.services.themes.plan import Plan, faults
from tongban.services.themes.procedure import ThemeChanging
from tongban.services.themes.suggesting import suggest

pytestmark = pytest.mark.django_db
NOON, TODAY = district.NOON, district.TODAY


@pytest.fixture
def staff(db):
    district.load()
    names = ("zhou", "zhao", "huang", "head-ga", "chen")
    return {name: district.person(name) for name in names}


def client_of(name):
    client = Client()
    account = Account.objects.get(username=name)
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    return client


def some(unit="SC", count=3):
    rows = ServiceItem.objects.filter(unit__code=unit, by_application=True).order_by("pk")
    return [item.implementation_code for item in rows[:count]]


def plan(codes, waits=None, **more):
    waits = waits or {}
    texts = {"name": "我要开书报亭", "audience": "legal", "life_event": "permit", "lead_unit": "SC"}
    parts = [{"code": code, "after": waits.get(code, [])} for code in codes]
    return {**texts, "batch": "", "parts": parts, **more}


def proposed(staff, of_plan, code="TH90", who="zhou", **more):
    data = {"code": code, "kind": "publish", "reason": "群众常问", "plan": of_plan, **more}
    key = json.dumps(data, ensure_ascii=False)[:60] + who
    return take(ThemeChanging.propose, None, staff[who], data, key=str(hash(key)), at=NOON).matter


def published(staff, matter, at=NOON):
    take(ThemeChanging.consult, matter, staff["zhou"], key=f"c{matter.pk}", at=at)
    for asked in Matter.objects.filter(consultation__about=matter):
        take(Consulting.stay_silent, asked, the_system(), key=f"s{asked.pk}", at=at)
    take(ThemeChanging.conclude, matter, staff["zhou"], key=f"d{matter.pk}", at=at)
    return take(ThemeChanging.publish, matter, staff["zhao"], key=f"p{matter.pk}", at=at)


def test_a_theme_is_published_after_units_are_heard_and_a_second_pair_of_eyes(staff):
    codes = [*some("SC", 2), *some("GA", 1)]
    matter = proposed(staff, plan(codes, {codes[2]: codes[:2]}))
    take(ThemeChanging.consult, matter, staff["zhou"], key="c", at=NOON)
    asked = {m.unit.code: m for m in Matter.objects.filter(consultation__about=matter)}
    assert set(asked) == {"SC", "GA"}
    assert [p["key"] for p in asked["GA"].detail.points] == [codes[2]]
    with pytest.raises(NotNow, match="还在等"):
        take(ThemeChanging.conclude, matter, staff["zhou"], key="early", at=NOON)
    for who, unit in (("huang", "SC"), ("head-ga", "GA")):
        data = {"answer": "agree"}
        take(Consulting.answer, asked[unit], staff[who], data, key=unit, at=NOON)
    take(ThemeChanging.conclude, matter, staff["zhou"], key="d", at=NOON)
    with pytest.raises(NotNow, match="由别人审核"):
        take(ThemeChanging.publish, matter, staff["zhou"], key="own", at=NOON)
    take(ThemeChanging.publish, matter, staff["zhao"], key="p", at=NOON)
    theme = Theme.objects.get(code="TH90")
    assert (theme.name, theme.lead_unit.code, theme.from_on) == ("我要开书报亭", "SC", TODAY)
    assert [p.after for p in theme.parts.all()] == [[], [], codes[:2]]
    page = Client().get("/themes/TH90/").content.decode()
    assert "我要开书报亭" in page


def test_a_circle_is_refused_with_the_circle_shown(staff):
    a, b, c = some()
    names = {i.implementation_code: i.name for i in ServiceItem.objects.filter(pk__gt=0)}
    with pytest.raises(Invalid) as refused:
        proposed(staff, plan([a, b, c], {a: [c], b: [a], c: [b]}))
    told = refused.value.errors["plan"][0]
    assert "绕成了圈" in told and all(names[code] in told for code in (a, b, c))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "请填写主题名称"),
        ({"lead_unit": "GA"}, "牵头单位"),
        ({"batch": "国发〔1999〕1号"}, "没有批次文件"),
        ({"parts": []}, "1 到 40 个事项"),
        ({"parts": [{"code": "1", "after": []}, {"code": "2", "after": ["9"]}]}, "没有实施编码 1"),
        ({"parts": "no list"}, "1 到 40 个事项"),
        ({"audience": "dogs"}, "服务对象"),
    ],
)
def test_a_bad_plan_says_what_is_wrong(staff, change, words):
    found = faults(Plan.of(plan(some(), **change)))
    assert any(words in fault for fault in found), found


def test_one_change_of_a_theme_at_a_time_and_a_published_theme_can_go(staff):
    matter = proposed(staff, plan(some()))
    with pytest.raises(Invalid, match="已有正在办理的变更"):
        proposed(staff, plan(some(count=2)), who="huang")
    published(staff, matter)
    figure = metric("themes_published")
    before = figure.total(the_system(), Period(last=TODAY)).value
    gone = proposed(staff, None, kind="withdraw")
    published(staff, gone)
    assert figure.total(the_system(), Period(last=TODAY)).value == before - 1
    assert Client().get("/themes/TH90/").status_code == 404


def test_the_editor_adds_orders_draws_and_keeps(staff):
    client = client_of("zhou")
    a, b, c = some()
    page = client.get("/desk/themes/new/")
    assert page.status_code == 200 and page.context["code"] == "TH63"
    typed = {n: v for n, v in plan([a, b]).items() if n != "parts"}
    found = client.post("/desk/themes/new/", {**typed, "part": [a], "act": "find", "find": "许可"})
    assert found.context["found"]
    added = client.post("/desk/themes/new/", {**typed, "part": [a], "act": f"add {b}"})
    assert list(added.context["plan"].parts) == [a, b]
    moved = client.post("/desk/themes/new/", {**typed, "part": [a, b, c], "act": f"up {c}"})
    assert list(moved.context["plan"].parts) == [a, c, b]
    waiting = {**typed, "part": [a, b], f"after.{b}": [a]}
    drawn = client.post("/desk/themes/new/", waiting, headers={"HX-Request": "true"})
    assert "<svg" in drawn.content.decode() and "<html" not in drawn.content.decode()
    circle = client.post("/desk/themes/new/", {**waiting, f"after.{a}": [b], "act": "draw"})
    assert "绕成了圈" in circle.content.decode()
    bad = client.post("/desk/themes/new/", {**waiting, "code": "TH63", "act": "keep", "key": "1"})
    assert bad.status_code == 422 and "理由" in bad.content.decode()
    good = {**waiting, "code": "TH63", "act": "keep", "reason": "常问", "key": "2"}
    assert client.post("/desk/themes/new/", good).status_code == 302
    change = ThemeChange.objects.get(code="TH63")
    address = f"/desk/theme_change/{change.matter.number}/plan/"
    assert client.get(address).status_code == 200
    more = {**typed, "part": [a, b, c], "rest": "unbegun", "act": "keep", "key": "3"}
    wrong = client.post(address, {**more, "rest": "some", "key": "4"})
    assert wrong.status_code == 422 and "一项未办成" in wrong.content.decode()
    assert client.post(address, more).status_code == 302
    change.refresh_from_db()
    assert len(change.plan["parts"]) == 3 and change.plan["rest"] == "unbegun"
    assert client.get(f"/desk/theme_change/{change.matter.number}/").status_code == 200


def theme_file():
    themes = {row["code"]: row for row in rows("themes")}
    head = "theme_code,name,audience,life_event,lead_unit,batch,position,implementation_code,order"
    lines = [
        ",".join(
            [
                *(row["theme_code"], *(themes[row["theme_code"]][n] for n in TEXTS)),
                *(row["position"], row["implementation_code"], row["order"]),
            ]
        )
        for row in rows("theme_items")
    ]
    return "\n".join([head, *lines])


TEXTS = ("name", "audience", "life_event", "lead_unit", "batch")


def hand_in(text):
    file = SimpleUploadedFile("themes.csv", text.encode())
    data = {"file": file, "reason": "国发〔2024〕3号", "key": str(hash(text))[:20]}
    return client_of("zhou").post("/desk/themes/import/", data)


def test_the_reference_themes_handed_in_change_nothing_that_is_so_already(staff):
    assert FOLDER.exists()
    Theme.objects.filter(code="TH01").update(rest="all")  # the file says nothing of it
    assert hand_in(theme_file()).status_code == 302
    assert not ThemeChange.objects.exists()


def test_a_batch_is_imported_as_drafts_and_reported_by_batch(staff):
    Theme.objects.filter(code__in=("TH01", "TH24")).delete()
    assert hand_in(theme_file()).status_code == 302
    assert set(ThemeChange.objects.values_list("code", flat=True)) == {"TH01", "TH24"}
    for change in ThemeChange.objects.select_related("matter"):
        published(staff, change.matter, at=None)
    batch = ThemeBatch.objects.get(document_number="国发〔2024〕3号")
    page = client_of("zhou").get("/desk/themes/")
    by_batch = {b: len(of) for b, of, _ in page.context["batches"]}
    assert by_batch[batch] == batch.themes.count() > 5
    assert page.context["total"] == 62


def test_a_file_changes_the_rule_for_the_rest_by_its_words(staff):
    head, *lines = theme_file().split("\n")
    words = "其余没有办结的事项全部停办"
    ruled = [f"{line},{words if line.startswith('TH01,') else ''}" for line in lines]
    assert hand_in("\n".join([f"{head},rest", *ruled])).status_code == 302
    change = ThemeChange.objects.get()
    published(staff, change.matter, at=None)
    assert Theme.objects.get(code="TH01").rest == "all"
    page = Client().get("/themes/TH01/").content.decode()
    assert words in page


def test_a_bad_file_of_themes_names_rows_and_drafts_nothing(staff):
    answer = hand_in(theme_file().replace("TH01," + "我要开餐饮店", "TH01,").replace("SC", "XX", 1))
    assert answer.status_code == 422
    assert "TH01" in answer.content.decode()
    assert not ThemeChange.objects.exists()


def test_a_batch_document_is_registered_once(staff):
    data = {"document_number": "粤办〔2026〕1号", "title": "清单", "published_on": "2026-01-01"}
    client = client_of("zhou")
    assert client.post("/desk/themes/import/", data).status_code == 302
    assert client.post("/desk/themes/import/", data).status_code == 422


def test_what_the_catalogue_suggests_shares_materials_and_is_new(staff):
    found = suggest()
    assert found
    joined = {
        frozenset(pair)
        for theme in Theme.objects.prefetch_related("parts__item")
        for pair in _pairs([p.item.implementation_code for p in theme.parts.all()])
    }
    for one in found:
        codes = [code for code, _ in one.items]
        asked = {
            code: set(
                Material.objects.filter(version__item__implementation_code=code).values_list(
                    "name", flat=True
                )
            )
            for code in codes
        }
        for name in one.shared:
            assert sum(name in of for of in asked.values()) > 1
        assert not joined & {frozenset(pair) for pair in _pairs(codes)}
    client = client_of("zhou")
    assert client.get("/desk/themes/suggestions/").status_code == 200
    first = found[0]
    query = "&".join(f"item={code}" for code, _ in first.items)
    page = client.get(f"/desk/themes/new/?{query}&life_event={first.life_event}")
    assert len(page.context["parts"]) == len(first.items)


def _pairs(codes):
    return [(a, b) for a in codes for b in codes if a < b]


def test_fields_asked_against_needed_over_all_themes(staff):
    found = metric("theme_fields")
    asked = needed = 0
    for theme in Theme.objects.prefetch_related("parts__item"):
        forms = [rows_for(part.item.form_fields, {}) for part in theme.parts.all()]
        asked += len({key for form in forms for key, _ in form})
        needed += sum(len(form) for form in forms)
    wanted = 100 * asked / needed
    assert abs(found.total(the_system(), Period()).value - wanted) < 1e-9


def test_the_limit_in_the_board_is_the_critical_path(staff):
    page = client_of("zhou").get("/desk/themes/")
    for _batch, of_batch, sums in page.context["batches"]:
        for theme, gains in of_batch:
            assert gains["limit"] == joint.limit(Plan.of_theme(theme).placed())
        assert sums["limit"] == sum(gains["limit"] for _, gains in of_batch)
