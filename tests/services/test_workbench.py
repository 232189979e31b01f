"""The clerk's page: materials beside the form, phrases, paper handed on, many accepted at once."""

from io import BytesIO

import pikepdf
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests import district
from tests.services.test_case_roads import PNG, Desk
from tests.services.test_counter import PERSON
from tests.services.test_item_changes import signed_in
from tongban.kernel.files.joining import joined
from tongban.kernel.files.models import Upload
from tongban.kernel.files.store import Refused, path_of, receive
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.models import Phrase
from tongban.kernel.units.models import Unit
from tongban.services.cases.filling import by_material
from tongban.services.cases.opening import must_be_handed_in
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue.models import ServiceItem
from tongban.services.catalogue.situations import needs_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return Desk()


def words(answer):
    return answer.content.decode()


def with_paper(desk):
    """Another case of the same person, with a file, of an item that asks for one."""
    upload = receive([PNG], "计划.png", desk.account)
    item = district.item(district.ITEM)
    needs = needs_of(item)
    answers = {q.text: q.options[-1] for q in needs.questions}
    uploads = {m.name: str(upload.pk) for m in needs.under(answers) if must_be_handed_in(m)}
    more = {"item": district.ITEM, "uploads": uploads, "answers": answers}
    return district.applied(desk.account, "with", **more)


def test_what_is_wrong_with_a_material_is_noted_and_stands_in_the_notice(desk):
    case, chen = with_paper(desk), signed_in("chen")
    page = f"/desk/case/{case.number}/review/"
    shown = words(chen.get(page))
    rows = list(case.detail.materials.select_related("material"))
    first = next(row for row in rows if row.upload_id)
    assert f'src="/materials/{first.pk}/"' in shown and first.material.name in shown
    framed = chen.get(f"/materials/{first.pk}/")
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert chen.get(page)["X-Frame-Options"] == "DENY"
    data = {f"wrong-{first.pk}": "没有盖章", "key": "check-1"}
    data |= {f"right-{row.pk}": "1" for row in rows if row != first}
    assert chen.post(page, data).status_code == 302
    case = Matter.objects.get(pk=case.pk)
    checked = case.detail.checked
    assert checked[first.material.name] == "没有盖章" and set(checked.values()) == {"", "没有盖章"}
    assert case.events.get(step="check_materials").facts["form"]["checks"] == checked
    form = words(chen.get(f"/desk/case/{case.number}/step/request_corrections/"))
    assert f"{first.material.name}：没有盖章" in form
    with pytest.raises(Invalid, match="没有材料"):
        other = {"checks": '{"没有这份": "x"}'}
        take(Handling.check_materials, case.number, district.person("chen"), other, key="check-2")
    assert signed_in("ye").get(page).status_code == 404


def test_an_earlier_case_of_the_same_person_stands_beside_fact_by_fact(desk):
    later = district.applied(desk.account, "later", subject="东简阿明二店")
    page = words(signed_in("chen").get(f"/desk/case/{later.number}/review/"))
    assert f"?with={desk.case.number}" in page
    compared = words(
        signed_in("chen").get(f"/desk/case/{later.number}/review/", {"with": desk.case.number})
    )
    assert compared.count('class="differs"') == 1 and "东简阿明二店" in compared
    other = district.applied(
        district.shopkeeper("王芳", "440801198501010026", "13900139002"), "other"
    )
    page = words(signed_in("chen").get(f"/desk/case/{other.number}/review/"))
    assert "?with=" not in page


def test_phrases_are_offered_where_text_is_asked_and_kept_by_those_who_may(desk):
    chen, zhao = signed_in("chen"), signed_in("zhao")
    where = {"where": "case.request_corrections"}
    assert chen.post("/desk/phrases/", {**where, "words": "请补身份证"}).status_code == 302
    data = {**where, "words": "请补全区通用", "for_all": "on"}
    assert zhao.post("/desk/phrases/", data).status_code == 302
    chen.post("/desk/phrases/", {**where, "words": "不能全区", "for_all": "on"})
    assert dict(Phrase.objects.values_list("words", "unit__code")) == {
        "请补身份证": "SC",
        "请补全区通用": None,
        "不能全区": "SC",
    }
    form = words(chen.get(f"/desk/case/{desk.case.number}/step/request_corrections/"))
    assert form.index("请补身份证") < form.index("请补全区通用")
    assert "请补身份证" not in words(chen.get(f"/desk/case/{desk.case.number}/step/accept/"))
    general = Phrase.objects.get(unit=None)
    chen.post(f"/desk/phrases/{general.pk}/delete/")
    ye = signed_in("ye")
    assert "请补身份证" not in words(ye.get("/desk/phrases/"))
    ye.post(f"/desk/phrases/{Phrase.objects.filter(unit__code='SC').first().pk}/delete/")
    assert Phrase.objects.count() == 3
    zhao.post(f"/desk/phrases/{general.pk}/delete/")
    assert Phrase.objects.filter(unit=Unit.objects.get(code="SC")).count() == 2


def test_after_a_step_the_next_case_is_there_without_a_list(desk):
    other = district.applied(desk.account, "other", at=district.NOON)
    data = {"key": "accept-1", "go": "next"}
    answer = signed_in("chen").post(f"/desk/case/{desk.case.number}/step/accept/", data)
    assert answer["Location"] == f"/desk/case/{other.number}/"
    answer = signed_in("chen").post(f"/desk/case/{other.number}/step/accept/", {"key": "accept-2"})
    assert answer["Location"] == f"/desk/case/{other.number}/"


def test_one_scan_hands_paper_on_and_an_outside_reader_reads_the_label(desk, tmp_path):
    chen, liang = signed_in("chen"), signed_in("liang")
    number = desk.case.number
    assert chen.post("/desk/papers/", {"number": f" {number.lower()} "}).status_code == 302
    assert number in words(chen.get("/desk/papers/"))
    assert liang.post("/desk/papers/", {"number": number, "place": "3 号柜"}).status_code == 302
    case = Matter.objects.get(pk=desk.case.pk).detail
    assert (case.paper_with.username, case.paper_place) == ("liang", "3 号柜")
    moves = [e.facts["paper"] for e in desk.case.events.filter(step="hold_paper").order_by("seq")]
    codes = dict(Account.objects.values_list("username", "code"))
    assert [m["from"] for m in moves] == ["", codes["chen"]] and moves[1]["to"] == codes["liang"]
    assert "没有在您手上" in words(chen.get("/desk/papers/"))
    assert "梁伟" in words(chen.get(f"/desk/case/{number}/"))
    unknown = chen.post("/desk/papers/", {"number": "SC20990101-0001-0"})
    assert unknown.status_code == 403 and "没有找到" in words(unknown)
    assert signed_in("ye").post("/desk/papers/", {"number": number}).status_code == 403
    drawn = words(chen.get(f"/desk/case/{number}/label/"))
    assert read_bars(drawn) == number


def read_bars(page):
    """The bars of the SVG as an outside reader sees them."""
    import re

    wide, tall, path = re.search(r'viewBox="0 0 (\d+) (\d+)" .*?d="([^"]+)"', page).groups()
    image = Image.new("L", (int(wide) * 4, int(tall) * 4), 255)
    for x, width in re.findall(r"M(\d+) 0h(\d+)v", path):
        image.paste(0, (int(x) * 4, 0, (int(x) + int(width)) * 4, int(tall) * 4))
    found = zxingcpp.read_barcodes(image)
    assert [one.format for one in found] == [zxingcpp.BarcodeFormat.Code128]
    return found[0].text


def test_instant_cases_are_accepted_many_at_once_each_by_itself(desk):
    item = district.item()
    ServiceItem.objects.filter(pk=item.pk).update(commitment="instant")
    more = [district.applied(desk.account, f"m{n}") for n in range(3)]
    chen = signed_in("chen")
    page = words(chen.get("/desk/accept/"))
    assert all(m.number in page for m in (desk.case, *more))
    desk.take("accept", "chen", days=0)
    numbers = [desk.case.number, *(m.number for m in more), "SC20990101-0001-0"]
    answer = chen.post("/desk/accept/", {"key": "many-1", "number": numbers})
    assert answer.status_code == 409 and "已受理 3 件" in words(answer)
    assert "请刷新后再看" in words(answer) and "没有找到" in words(answer)
    assert set(Matter.objects.filter(kind="case").values_list("state", flat=True)) == {"examining"}
    again = chen.post("/desk/accept/", {"key": "many-1", "number": numbers[1:4]})
    assert "已受理 3 件" in words(again)  # the same attempt again: nothing is done twice
    assert all(m.events.filter(step="accept").count() == 1 for m in more)


def photo(name, colour=(200, 30, 30), size=(400, 600)):
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def test_photos_of_one_paper_become_one_pdf_and_a_folder_is_sorted_by_names(desk):
    item = district.item(district.ITEM)
    needed = list(item.current.materials.filter(source="applicant", form="copy"))
    first, second = needed[0], needed[1]
    files = [photo(f"{first.name}-2.jpg"), photo(f"{first.name}-1.jpg"), photo("别的.jpg")]
    sorted_, unknown = by_material(files, needed)
    assert [f.name[-5] for f in sorted_[first.name]] == ["1", "2"] and unknown == ["别的.jpg"]
    pages = [photo("1.jpg"), photo("2.jpg", size=(9000, 100))]
    data = {**PERSON, "channel": "counter", "act": "answers", "key": "k"}
    data |= {f"file-{first.pk}": pages, "folder": [photo(f"{second.name}.jpg"), photo("x.jpg")]}
    answer = signed_in("chen").post(f"/desk/counter/?item={district.ITEM}", data)
    assert answer.status_code == 422 and "“x.jpg”认不出" in words(answer)
    made = Upload.objects.get(name=f"{first.name}.pdf")
    with pikepdf.open(path_of(made.file.digest)) as pdf:
        assert len(pdf.pages) == 2
    assert f"✓ {second.name}.jpg" in words(answer)
    with pytest.raises(Refused, match="不是照片"):
        joined([photo("1.jpg"), SimpleUploadedFile("a.pdf", b"%PDF-1.7 nothing")])
    with pytest.raises(Refused, match="太大"):
        joined([photo("1.jpg"), photo("big.jpg", size=(12000, 6000))])
