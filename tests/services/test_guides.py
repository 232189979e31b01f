"""What people meet: search, guides, checklists, and what other systems read."""

import json
import re
import subprocess
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import district
from tests.services.test_item_changes import (
    WHY,
    adjusted,
    opened,
    passed,
    proposed,
    signed_in,
    staff,  # noqa: F401
)
from tongban.bench.search import is_hit, queries, share
from tongban.kernel.files.store import path_of
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid
from tongban.kernel.procedures.taking import take
from tongban.services.catalogue import accuracy, announcing, checklists, documents, searching
from tongban.services.catalogue.announcing import Announcing
from tongban.services.catalogue.models import (
    Change,
    Checklist,
    Defect,
    FailedSearch,
    ImplementationList,
    Material,
    PowerListIssue,
    RepealedLaw,
    Synonym,
)
from tongban.services.catalogue.procedure import Publishing
from tongban.services.seals.making import make_document
from tongban.services.seals.verifying import verify

pytestmark = pytest.mark.django_db
GUIDE = f"/items/{district.ITEM}/"


@pytest.fixture(autouse=True)
def looked_again(db):
    searching.forget()
    searching._held = None
    yield
    searching._held = None


def names(query, **facets):
    return [h.document.name for h in searching.search(query, searching.Facets(**facets))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("开个奶茶店要办什么证", "我要开餐饮店|食品经营许可-新办"),
        ("孩子上户口", "户口登记-出生登记|新生儿出生"),
        ("身份证掉了", "居民身份证-补领"),
        ("社保卡密码忘了", "社会保障卡-密码重置"),
        ("shipinxuke", "食品"),
        ("spjyxk", "食品经营许可"),
        ("結婚登記", "结婚登记"),
        ("驾使证期满换证", "机动车驾驶证核发-期满换证"),
    ],
)
def test_people_find_what_they_mean(query, expected):
    assert is_hit(expected, names(query)[:3]), names(query)


def test_nine_of_ten_everyday_queries_find_their_item_among_the_first_three():
    rows = [row for row in queries() if row["set"] == "held"]
    assert len(queries()) >= 200
    found = {row["query"]: names(row["query"]) for row in rows}
    assert share(rows, found, 3) >= 0.90


def test_facets_narrow_and_the_page_works_without_scripts():
    assert all(
        h.document.unit_code == "GA" for h in searching.search("证明", searching.Facets(unit="GA"))
    )
    page = Client().get("/search/", {"q": "身份证", "audience": "natural"}).content.decode()
    assert "居民身份证" in page


@pytest.mark.parametrize("query", ["", " ", "\x00", "%", "'", "a" * 300, "😀😀", "<script>", "的"])
def test_whatever_is_typed_is_answered(query):
    assert Client().get("/search/", {"q": query}).status_code == 200


def test_a_search_that_finds_nothing_is_mended_by_the_bureau():
    Client().get("/search/", {"q": "嘎嘎乌拉"})
    Client().get("/search/", {"q": "嘎嘎乌拉"})
    Client().get("/search/", {"q": "嘎嘎乌拉 440801199001011232"})
    assert FailedSearch.objects.get().times == 2
    bureau = signed_in("zhou")
    wrong = bureau.post("/desk/searches/", {"everyday": "嘎嘎乌拉", "official": "没有这样的"})
    assert "找不到" in wrong.content.decode()
    bureau.post("/desk/searches/", {"everyday": "嘎嘎乌拉", "official": "食品经营许可-新办"})
    assert names("嘎嘎乌拉")[0] == "食品经营许可-新办"
    assert not FailedSearch.objects.exists()
    assert signed_in("chen").get("/desk/searches/").status_code == 403
    Synonym.objects.all().delete()


def test_a_published_change_is_found_at_once(staff):  # noqa: F811
    adjusted(staff, {"name": "共享厨房登记"})
    searching.forget()
    assert names("共享厨房")[0] == "共享厨房登记"


def test_the_guide_says_who_cannot_apply_and_the_step_refuses_too(staff):  # noqa: F811
    code = "11440800MB2C10111J4440103002001"  # 劳务派遣经营许可-新办
    page = Client().get(f"/items/{code}/?q1=否").content.decode()
    assert "不符合受理条件" in page
    assert f"/apply/{code}/" not in page
    with pytest.raises(Exception, match="不能办理"):
        district.applied(
            district.shopkeeper(), item=code, answers={"注册资本是否实缴200万元以上": "否"}
        )


def test_a_checklist_is_kept_under_a_code_without_sign_in_and_forgotten_in_time():
    client = Client()
    answers = {"q1": "是", "q2": "否", "q3": "否"}
    missing = client.post(f"{GUIDE}list/", {"q1": "是"})
    assert missing.status_code == 422
    assert "请选择" in missing.content.decode()
    made = client.post(f"{GUIDE}list/", answers)
    code = Checklist.objects.get().code
    page = client.get(made["Location"]).content.decode()
    assert "租赁合同" in page
    assert "房屋产权证明" not in page
    typed = Client().get("/lists/", {"code": f" {code.lower()[:3]}-{code.lower()[3:]}"})
    assert typed["Location"] == f"/lists/{code}/"
    assert Client().get("/lists/", {"code": "AAAAAA"}).status_code == 404
    Checklist.objects.update(at=timezone.now() - checklists.KEPT - timedelta(days=1))
    assert client.get(made["Location"]).status_code == 404
    checklists.forget(0)
    assert not Checklist.objects.exists()


def test_a_checklist_tells_when_the_guide_is_newer(staff):  # noqa: F811
    item = district.item()
    made = checklists.keep(item.current, {}, timezone.now())
    adjusted(staff, {"visits": 1})
    assert "已有新的办事指南" in Client().get(f"/lists/{made.code}/").content.decode()


def test_the_guide_carries_linked_data_that_nothing_can_break_out_of(staff):  # noqa: F811
    adjusted(staff, {"conditions": "</script><script>alert(1)</script> 条件"})
    page = Client().get(f"/items/{district.PLAIN_ITEM}/").content.decode()
    assert "<script>alert" not in page
    held = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    data = json.loads(held[1])
    assert data["@type"] == ["GovernmentService", "cpsv:PublicService"]
    assert data["dct:identifier"] == district.PLAIN_ITEM
    assert "alert(1)" in data["dct:description"]["@value"]


def test_the_nightly_look_finds_each_defect_and_forgets_what_is_mended(staff):  # noqa: F811
    RepealedLaw.objects.create(name="已废止的办法", repealed_on=district.TODAY)
    steps = [{"name": "受理", "post": "clerk", "days": 0, "after": ["决定"]}]
    adjusted(
        staff,
        {
            "telephone": "",
            "fee_yuan": 10,
            "fee_basis": "",
            "steps": steps,
            "legal_basis": [{"law": "已废止的办法", "article": "第一条", "text": ""}],
            "commitment": "instant",
            "promised_days": 3,
        },
    )
    accuracy.look(district.NOON)
    mine = Defect.objects.filter(version=district.item().current)
    kinds = dict(mine.values_list("kind", "what"))
    expected = {
        "missing": "telephone",
        "fee_without_basis": "10",
        "law_repealed": "已废止的办法",
        "dead_step": "受理",
        "instant_takes_days": "3",
    }
    assert expected.items() <= kinds.items()
    assert set(mine.values_list("unit__code", flat=True)) == {"SC"}
    share_now = metric("guide_accuracy").total(staff["zhou"], Period()).value
    assert share_now < 100
    page = signed_in("zhou").get("/desk/defects/?kind=law_repealed").content.decode()
    assert "已废止的办法" in page
    first = Defect.objects.get(kind="law_repealed").since
    accuracy.look(district.NOON + timedelta(days=1))
    assert Defect.objects.get(kind="law_repealed").since == first
    RepealedLaw.objects.all().delete()
    accuracy.look(district.NOON + timedelta(days=2))
    assert not Defect.objects.filter(kind="law_repealed").exists()


def test_other_systems_read_items_versions_and_what_has_changed(staff):  # noqa: F811
    client = Client()
    first = client.get("/api/v1/items/").json()
    second = client.get("/api/v1/items/", {"cursor": first["next"]}).json()
    assert first["items"][-1]["code"] < second["items"][0]["code"]
    assert client.get("/api/v1/items/changes/", {"since": "2026-09-28"}).json()["changes"] == []
    adjusted(staff, {"visits": 2})
    fed = client.get("/api/v1/items/changes/", {"since": "2026-09-28"}).json()
    assert [(c["code"], c["version"]) for c in fed["changes"]] == [(district.PLAIN_ITEM, 2)]
    more = {"since": fed["since"], "after": fed["after"]}
    assert client.get("/api/v1/items/changes/", more).json()["changes"] == []
    assert client.get("/api/v1/items/changes/", {"since": "2026-02-31"}).status_code == 422
    whole, asked = 0, {}
    while page := client.get("/api/v1/items/changes/", asked).json():
        if not page["changes"]:
            break
        whole, asked = whole + len(page["changes"]), {k: page[k] for k in ("since", "after")}
    assert whole == ImplementationList.objects.exclude(number=None).count()
    full = client.get(f"/api/v1/items/{district.PLAIN_ITEM}/")
    assert full.json()["elements"]["visits"] == 2
    again = client.get(
        f"/api/v1/items/{district.PLAIN_ITEM}/", headers={"If-None-Match": full["ETag"]}
    )
    assert again.status_code == 304
    old = client.get(f"/api/v1/items/{district.PLAIN_ITEM}/versions/1/").json()
    assert old["elements"]["visits"] != 2
    assert len(client.get(f"/api/v1/items/{district.PLAIN_ITEM}/versions/").json()) == 2


def test_a_guide_costs_few_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert Client().get(GUIDE).status_code == 200


def test_a_power_list_is_the_published_powers_of_a_day_and_says_what_moved(staff):  # noqa: F811
    client = Client()
    on = "2026-09-28"
    before = client.get("/powers/SC/", {"on": on}).context["total"]
    adjusted(staff, {"visits": 6})
    passed(staff, proposed(staff, {district.ITEM: {}}, key="gone", kind="abolish"))
    page = client.get("/powers/SC/", {"since": "2026-09-27", "on": on})
    told = {row.version.item.implementation_code: row for _, row in page.context["moved"]}
    assert told[district.ITEM].how == "cancelled"
    assert told[district.PLAIN_ITEM].fields[0].after == "6"
    assert page.context["total"] == before - 1
    assert client.get("/powers/SC/", {"on": "2026-09-27"}).context["total"] == before
    published = metric("items_published").population(staff["zhou"], Period())
    powers = published.exclude(kind="public_service")
    assert client.get("/powers/").context["total"] == powers.count()
    book = client.get(f"/powers/SC/?since=2026-09-27&on={on}&export=xlsx")
    assert book.content[:2] == b"PK"


def test_the_power_list_as_pdf_holds_every_power_and_no_service(tmp_path):
    content = Client().get("/powers/YB/list.pdf").content
    (tmp_path / "list.pdf").write_bytes(content)
    command = ["pdftotext", "-layout", tmp_path / "list.pdf", "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert "权责清单" in text
    assert "医疗救助待遇给付" in text
    assert "医保电子凭证激活" not in text


def test_the_sitemap_lists_every_public_page_and_each_opens():
    content = Client().get("/sitemap.xml").content
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = [node.text for node in ElementTree.fromstring(content).iter(f"{space}loc")]
    assert len(found) == len(set(found)) > 600
    for address in found[::40]:
        assert Client().get("/" + address.split("/", 3)[3]).status_code == 200, address


def with_form():
    """A material of the kind that has a blank form and a sample, and its item's code."""
    found = Material.objects.filter(blank_form__isnull=False, version__number__isnull=False)
    material = found.select_related("version__item", "blank_form", "sample").first()
    return material, material.version.item.implementation_code


def test_blank_form_and_sample_are_shown_and_opened_by_anybody():
    material, code = with_form()
    page = Client().get(f"/items/{code}/").content.decode()
    for which in ("blank_form", "sample"):
        address = f"/items/{code}/papers/{material.pk}/{which}/"
        assert address in page
        answer = Client().get(address)
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert Client().get(f"/items/{code}/papers/{material.pk}/secret/").status_code == 404
    assert (
        Client().get(f"/items/{district.PLAIN_ITEM}/papers/{material.pk}/sample/").status_code
        == 404
    )


def test_a_dead_attachment_is_found_at_night_and_not_served():
    material, code = with_form()
    accuracy.look(timezone.now())
    assert not Defect.objects.filter(kind="dead_attachment").exists()
    place = path_of(material.sample.digest)
    content = place.read_bytes()
    place.write_bytes(content[:100])
    try:
        accuracy.look(timezone.now())
        found = Defect.objects.filter(kind="dead_attachment").values_list("what", flat=True)
        assert material.name in found
        assert Client().get(f"/items/{code}/papers/{material.pk}/sample/").status_code == 404
    finally:
        place.write_bytes(content)


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def edited(client, code, files, **more):
    """The editor handed in as it was opened, with files and a reason."""
    data = opened(client, code)
    data |= {"why-kind": "adjust", "why-reason": "换样表", "why-legal_basis": "无"}
    data |= {"why-effective_on": str(timezone.localdate()), **more}
    return client.post(f"/desk/items/{code}/edit/", {**data, **files})


def test_a_clerk_uploads_a_blank_form_and_nobody_publishes_a_file_of_another(staff):  # noqa: F811
    client = signed_in("chen")
    name = "materials-0-blank_form"
    bad = edited(client, district.PLAIN_ITEM, {name: SimpleUploadedFile("a.exe", b"MZ" * 99)})
    assert bad.status_code == 422 and "不是可接受的类型" in bad.content.decode()
    good = edited(client, district.PLAIN_ITEM, {name: SimpleUploadedFile("表.pdf", PDF)})
    assert good.status_code == 302, good.content.decode()[-3000:]
    draft = Material.objects.filter(version__number=None).order_by("position").first()
    assert path_of(draft.blank_form.digest).read_bytes() == PDF
    stranger = {"blank_form_id": draft.blank_form_id}
    base = documents.document(district.item(district.ITEM).current)
    rows = [{**row, **stranger} if n == 0 else row for n, row in enumerate(base["materials"])]
    lines = {district.ITEM: {"materials": rows}}
    with pytest.raises(Invalid, match="样表或空白表没有找到"):
        take(
            Publishing.propose,
            None,
            staff["huang"],
            {**WHY, "lines": lines},
            key="steal",
            at=district.NOON,
        )
    gone = edited(client, district.PLAIN_ITEM, {}, **{f"{name}-gone": "1"})
    assert gone.status_code == 302
    assert not Material.objects.filter(version__number=None, blank_form__isnull=False).exists()


def test_the_place_of_a_service_is_drawn_from_our_own_register():
    page = Client().get(GUIDE).content.decode()
    assert "place-map" in page and "geo:21." in page and "行政服务大厅" in page
    assert "http" not in re.search(r"<svg class=\"place-map\".*?</svg>", page)[0].replace(
        "http://www.w3.org/2000/svg", ""
    )


def test_near_me_is_what_the_town_and_its_kiosks_do():
    near = searching.search("证明", searching.Facets(near="T2"))
    assert near and all(h.document.on_kiosk or h.document.unit_code == "T2" for h in near)
    page = Client().get("/search/", {"q": "证明", "near": "T2"}).content.decode()
    assert "村居自助机可办" in page


def test_a_change_of_powers_announces_the_list_again_under_the_units_seal(staff, tmp_path):  # noqa: F811
    adjusted(staff, {"promised_days": 2})
    change = Change.objects.get()
    announcing.announce_again(change.matter, None)
    issue = PowerListIssue.objects.select_related("matter").get()
    make_document(issue.matter, issue.matter.events.get())
    page = Client().get("/powers/SC/").content.decode()
    assert "盖章公布版 湛开市场监管局清〔2026〕1号" in page
    content = b"".join(Client().get("/powers/SC/sealed.pdf").streaming_content)
    (tmp_path / "list.pdf").write_bytes(content)
    (tmp_path / "root.pem").write_bytes(Client().get("/verify/root.pem").content)
    verdict = verify(content)
    assert verdict.answer == "valid" and verdict.seal_in_force
    judged = subprocess.run(
        ["pdfsig", tmp_path / "list.pdf"], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid" in judged
    announcing.announce_again(change.matter, None)
    assert PowerListIssue.objects.count() == 1


def test_only_the_last_of_several_changes_announces_and_services_alone_do_not(staff):  # noqa: F811
    adjusted(staff, {"promised_days": 2})
    adjusted(staff, {"promised_days": 1})
    first, last = Change.objects.order_by("pk")
    Matter.objects.filter(pk=last.pk).update(closed_at=first.matter.closed_at + timedelta(hours=1))
    announcing.announce_again(first.matter, None)
    assert not PowerListIssue.objects.exists()


def test_a_unit_announces_its_own_list_only(staff):  # noqa: F811
    with pytest.raises(Invalid, match="只能公布本单位"):
        take(Announcing.announce, None, staff["huang"], {"unit": "GA"}, key="x")
    take(Announcing.announce, None, staff["huang"], {"unit": "SC"}, key="y")
