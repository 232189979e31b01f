"""Applications entered by staff, and delivery of what was decided."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import district
from tests.services.test_case_roads import PNG, Desk
from tests.services.test_item_changes import signed_in
from tongban.demo import people
from tongban.kernel.people.models import Applicant
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotNow
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling
from tongban.services.seals.making import make_document
from tongban.services.seals.models import SealedDocument

pytestmark = pytest.mark.django_db
ID = people.with_check("44080119850303001")
PERSON = {"applicant_name": "陈阿婆", "applicant_id": ID, "applicant_phone": "13700137000"}


@pytest.fixture(autouse=True)
def loaded(db):
    district.load()


def entered(who="chen", key="c", **changes):
    data = {**district.application(), "channel": "counter", **PERSON, **changes}
    step = Handling.apply_at_counter
    return take(step, None, district.person(who), data, key=key, at=district.NOON).matter


def test_a_clerk_enters_for_somebody_new_and_the_receipt_is_sealed():
    case = entered()
    person = case.applicant
    assert (person.name, person.id_number, person.identity_level) == ("陈阿婆", ID, 2)
    assert case.detail.channel == "counter"
    event = case.events.get()
    assert ID not in str(event.facts) and "陈阿婆" not in str(event.facts)
    make_document(case, event)
    paper = SealedDocument.objects.get(matter=case)
    assert paper.title == "收件凭证" and paper.seal
    again = entered(key="d", channel="post")
    assert again.applicant == person and Applicant.objects.filter(name_index=person.name_index)


def test_the_name_must_fit_a_known_number_and_numbers_are_judged():
    entered()
    for change, words in (
        ({"applicant_name": "别人"}, "登记的是别的名字"),
        ({"applicant_id": ID[:-1] + ("1" if ID[-1] != "1" else "2")}, "校验码"),
        ({"applicant_phone": "12345"}, "11 位手机号"),
        ({"channel": "online"}, "来件方式|选择一个有效|Select"),
        ({"item": "11440800MB2C10037H4440115001001"}, "受理，请到该单位窗口|没有这个可申请"),
    ):
        with pytest.raises(Invalid) as refused:
            entered(key=words, **change)
        told = " ".join(refused.value.messages)
        assert any(w in told for w in words.split("|")), (told, words)


def test_a_company_is_entered_by_its_credit_code():
    case = entered(applicant_id="11440800MB2C101856", applicant_name="某某公司")
    assert case.applicant.kind == "legal" and str(case.applicant) == "某某公司"


def test_the_page_finds_an_item_shows_its_form_keeps_files_and_sends():
    client = signed_in("chen")
    assert "窗口收件" in client.get("/desk/case/").content.decode()
    found = client.get("/desk/counter/?find=食品经营许可-新办").content.decode()
    assert district.ITEM in found
    address = f"/desk/counter/?item={district.ITEM}"
    page = client.get(address)
    assert page.status_code == 200 and "证件号码" in page.content.decode()
    answers = {f"q{n}": "否" for n in range(1, len(page.context["questions"]) + 1)}
    typed = {**PERSON, "channel": "agent", "subject": "阿婆小店", "address": "一号", "town": "T2"}
    typed |= {"contact": "陈阿婆", **answers}
    shown = client.post(address, {**typed, "act": "answers"})
    assert 'value="阿婆小店"' in shown.content.decode()
    rows = shown.context["rows"]
    needed = [row.material for row in rows if row.is_missing(consent=False)]
    files = {f"file-{m.pk}": SimpleUploadedFile("a.png", PNG) for m in needed}
    short = client.post(address, {**typed, **files, "act": "send", "subject": "", "key": "1"})
    assert short.status_code == 422 and "请填写“经营者名称”" in short.content.decode()
    kept = {f"kept-{r.material.pk}": r.upload.pk for r in short.context["rows"] if r.upload}
    assert len(kept) == len(needed)
    sent = client.post(address, {**typed, **kept, "act": "send", "key": "2"})
    assert sent.status_code == 302, sent.content.decode()[-3000:]
    case = Matter.objects.get(kind="case")
    assert case.detail.channel == "agent" and case.detail.subject == "阿婆小店"
    assert case.detail.missing  # pieces that may follow


def test_delivery_is_recorded_once_by_counter_or_post():
    desk = Desk()
    desk.take("accept", "chen")
    desk.take("refuse", "liang", {"reason": "不符合条件"})
    with pytest.raises(Invalid, match="邮寄要填运单号"):
        desk.take("deliver", "chen", {"how": "post"})
    with pytest.raises(Invalid, match="窗口领取要填领取人"):
        desk.take("deliver", "chen", {"how": "counter"})
    desk.take("deliver", "chen", {"how": "post", "waybill": "EM123456789CN"})
    assert desk.case.detail.delivered_on and desk.case.detail.waybill == "EM123456789CN"
    with pytest.raises(NotNow, match="已经送达"):
        desk.take("deliver", "chen", {"how": "counter", "received_by": "李小明"})
