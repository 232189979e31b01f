"""Every road of a case under the Administrative Licensing Law."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import district
from tests.services.test_item_changes import passed, proposed
from tongban.kernel.files.models import Upload
from tongban.kernel.files.store import path_of, receive
from tongban.kernel.ledger.models import Event
from tongban.kernel.notices.models import Notice
from tongban.kernel.people.actor import actor_of, the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.jobs import act_on_silence
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotAllowed, NotNow
from tongban.kernel.procedures.scope import open_steps
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue import documents
from tongban.services.consultation.procedure import Consulting
from tongban.services.evaluation.models import Evaluation
from tongban.services.seals.models import SealedDocument
from tongban.services.seals.verifying import VALID, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return Desk()


class Desk:
    """The people of one unit and one applicant; walks a case step by step, a day each."""

    def __init__(self):
        district.load()
        self.account = district.shopkeeper()
        self.people = {n: district.person(n) for n in ("chen", "liang", "huang", "ye")}
        self.people["applicant"] = actor_of(self.account, district.TODAY)
        self.people["system"] = the_system()
        self.at = district.NOON
        self.case = district.applied(self.account)

    def take(self, step, who, data=None, days=1):
        self.at += timedelta(days=days)
        key = f"{self.case.number}-{self.case.head_seq}"
        event = take(Handling.steps[step], self.case, self.people[who], data, key=key, at=self.at)
        self.case = event.matter
        return event

    def may(self, who):
        return [s.name for s in open_steps(self.people[who], self.case)]


def test_accepted_examined_granted_made_delivered(desk):
    beside = ["check_materials", "hold_paper"]
    assert desk.may("chen") == ["accept", "pre_review", "request_corrections", "decline", *beside]
    assert desk.may("liang") == beside
    desk.take("accept", "chen")
    assert desk.case.due_on == date(2026, 10, 8) or desk.case.due_on > date(2026, 9, 29)
    assert desk.may("liang") == [
        *("grant", "refuse", "pause", "site_check", "consult", "terminate", "transfer_up"),
        *beside,
    ]
    event = desk.take("grant", "liang", {"opinion": "准予", "years": 5})
    assert desk.case.state == "granted"
    assert desk.case.ended_on == date(2026, 9, 30)
    run_work(name="document", matter_id=desk.case.pk, event_id=event.pk)
    desk.case.refresh_from_db()
    assert desk.case.state == "closed"
    paper = SealedDocument.objects.get(event=event)
    assert paper.title == "食品小作坊登记证"
    assert verify(path_of(paper.file.digest).read_bytes()).answer == VALID
    notices = [str(notice) for notice in Notice.objects.order_by("id")]
    assert any(words.endswith("可在“我的办件”下载") for words in notices)
    assert "已存入您的卡包" in notices[-1]


def test_a_job_tried_again_makes_the_same_paper_once(desk):
    event = desk.take("accept", "chen")
    for _ in range(3):
        run_work(name="document", matter_id=desk.case.pk, event_id=event.pk)
    assert SealedDocument.objects.count() == 1
    assert Event.objects.filter(step="record_document").count() == 1


def test_numbers_of_papers_have_no_gaps_within_unit_word_and_year(desk):
    numbers = []
    for n in range(3):
        desk.case = district.applied(desk.account, key=f"more{n}", at=desk.at)
        event = desk.take("accept", "chen")
        run_work(name="document", matter_id=desk.case.pk, event_id=event.pk)
        numbers.append(SealedDocument.objects.get(event=event).number)
    assert numbers == [f"湛开市场监管局受〔2026〕{n}号" for n in (1, 2, 3)]


def test_corrections_are_asked_for_once_and_mended(desk):
    desk.take("request_corrections", "chen", {"corrections": "平面图不清楚"})
    assert desk.case.act_on > (desk.at + timedelta(days=15)).date()  # fifteen working days
    assert desk.may("applicant") == ["correct", "withdraw"]
    desk.take("correct", "applicant", {"answer": "已重新上传", "uploads": {}})
    assert desk.case.state == "submitted"
    with pytest.raises(NotNow, match="不能再次要求"):
        desk.take("request_corrections", "chen", {"corrections": "还有"})


def test_silence_accepts_from_the_day_of_receipt(desk):
    assert act_on_silence(desk.at + timedelta(days=30)) == 1
    desk.case.refresh_from_db()
    assert desk.case.state == "examining"
    assert desk.case.clock["spans"][0][0] == "2026-09-28"


def test_a_special_procedure_pauses_and_the_deadline_says_why(desk):
    desk.take("accept", "chen")
    before = desk.case.due_on
    desk.take("pause", "liang", {"rule": "检验检测", "days": 5}, days=0)
    assert desk.case.paused_since
    desk.take("resume", "liang", days=20)
    (move,) = desk.case.clock["moves"]
    assert (move["rule"], move["law"]) == ("检验检测", "行政许可法 第四十五条")
    assert desk.case.due_on > before
    assert desk.case.last_move == "检验检测 行政许可法 第四十五条"
    client = Client()
    client.force_login(desk.account, "tongban.kernel.people.signin.PhoneBackend")
    for path in ("/my/", f"/my/{desk.case.number}/", f"/track/{desk.case.query_code}/"):
        assert "行政许可法 第四十五条" in client.get(path).content.decode(), path
    client.force_login(
        Account.objects.get(username="chen"), "tongban.kernel.people.signin.StaffBackend"
    )
    for path in (
        "/desk/",
        "/desk/case/",
        f"/desk/case/{desk.case.number}/",
        "/reports/cases_received/rows/",
    ):
        assert "行政许可法 第四十五条" in client.get(path).content.decode(), path


def test_the_head_extends_once_by_ten_days_at_most(desk):
    desk.take("accept", "chen")
    with pytest.raises(NotAllowed, match="单位管理员"):
        desk.take("extend", "liang", {"days": 5, "reason": "复杂"})
    with pytest.raises(Invalid, match="最多延长 10 个工作日"):
        desk.take("extend", "huang", {"days": 11, "reason": "复杂"})
    desk.take("extend", "huang", {"days": 10, "reason": "案情复杂"})
    with pytest.raises(NotNow, match="不能再延长"):
        desk.take("extend", "huang", {"days": 1, "reason": "还是复杂"})


@pytest.mark.parametrize("step", ["decline", "refuse"])
def test_a_refusal_needs_reasons_makes_a_paper_and_ends(desk, step):
    if step == "refuse":
        desk.take("accept", "chen")
    who = {"decline": "chen", "refuse": "liang"}[step]
    with pytest.raises(Invalid, match="请填写“理由”"):
        desk.take(step, who, {"reason": ""})
    event = desk.take(step, who, {"reason": "不符合条件"})
    assert desk.case.closed_at
    run_work(name="document", matter_id=desk.case.pk, event_id=event.pk)
    assert SealedDocument.objects.get(event=event).file
    assert desk.may("applicant") == ["evaluate"]


def test_the_applicant_withdraws_before_the_decision_and_not_after(desk):
    desk.take("accept", "chen")
    assert "withdraw" in desk.may("applicant")
    desk.take("grant", "liang", {"opinion": "准予", "years": 5})
    assert "withdraw" not in desk.may("applicant")


def test_a_case_is_terminated_with_a_reason(desk):
    desk.take("request_corrections", "chen", {"corrections": "补"})
    desk.take("terminate", "chen", {"reason": "申请人逾期未补正"})
    assert desk.case.state == "terminated"


def test_a_service_is_judged_once(desk):
    desk.take("decline", "chen", {"reason": "不需要许可"})
    desk.take("evaluate", "applicant", {"level": "5", "words": ""})
    assert Evaluation.objects.get().level == 5
    with pytest.raises(NotNow, match="已经评价过"):
        desk.take("evaluate", "applicant", {"level": "1"})


def test_another_unit_cannot_touch_the_case(desk):
    with pytest.raises(NotAllowed):
        desk.take("accept", "ye")


def test_what_is_missing_is_named(desk):
    with pytest.raises(
        Invalid, match="还差 3 份材料：食品经营场所平面图、食品安全管理制度、房屋产权证明"
    ):
        answers = {"经营场所是否租赁": "否", "是否网络经营": "否", "是否由他人代办": "否"}
        district.applied(desk.account, key="x", item=district.ITEM, answers=answers)
    with pytest.raises(Invalid, match="请选择是、否中的一项"):
        district.applied(
            desk.account, key="y", item=district.ITEM, answers={"经营场所是否租赁": "也许"}
        )
    with pytest.raises(Invalid, match="没有这个可申请的事项"):
        district.applied(desk.account, key="z", item="0")
    low = district.shopkeeper("王芳", "440801198501010026", "13900139002", level=1)
    with pytest.raises(NotNow, match="实名核验"):
        district.applied(low, key="w")


def road(*further):
    """The standard road with further steps between examination and decision."""
    before, steps = "受理", [{"name": "受理", "post": "clerk", "days": 0, "after": []}]
    for name, post, after in further:
        steps.append({"name": name, "post": post, "days": 1, "after": after or [before]})
    return steps


@pytest.fixture
def along(db):
    """A case of an item whose list names further steps."""

    def walked(*further, materials=None):
        district.load()
        staff = {n: district.person(n) for n in ("chen", "huang", "zhou")}
        change = {"elements": {"steps": road(*further)}}
        if materials:
            change["materials"] = materials
        passed(staff, proposed(staff, {district.PLAIN_ITEM: change}, key="road"))
        return Desk()

    return walked


def test_reviewers_in_series_and_side_by_side_and_none_twice(along):
    desk = along(
        ("股室审查", "clerk", []),
        ("法规审查", "approver", []),
        ("复审", "unit_admin", ["股室审查", "法规审查"]),
    )
    desk.take("accept", "chen")
    with pytest.raises(NotNow, match="股室审查、法规审查、复审"):
        desk.take("grant", "liang", {"opinion": "好", "years": 5})
    with pytest.raises(NotNow, match="没有轮到您审"):
        desk.take("review", "huang", {"name": "复审", "agrees": "1", "opinion": "好"})
    with pytest.raises(Invalid, match="还轮不到您"):
        desk.take("review", "chen", {"name": "法规审查", "agrees": "1", "opinion": "好"})
    desk.take("review", "liang", {"name": "法规审查", "agrees": "1", "opinion": "合法"})
    desk.take("review", "chen", {"name": "股室审查", "agrees": "1", "opinion": "齐全"})
    assert "review" not in desk.may("chen")
    desk.take("review", "huang", {"name": "复审", "agrees": "1", "opinion": "同意"})
    desk.take("grant", "liang", {"opinion": "准予", "years": 5})


def test_a_check_on_the_spot_needs_two_officers_and_shows_its_photos(along, client):
    desk = along(("现场勘验", "clerk", []))
    desk.take("accept", "chen")
    with pytest.raises(NotNow, match="现场勘验"):
        desk.take("grant", "liang", {"opinion": "好", "years": 5})
    good = {"second": desk.people["liang"].code, "on": desk.at.date(), "passed": "1"}
    good["found"] = "场所与图纸一致"
    with pytest.raises(Invalid, match="不能都是自己"):
        desk.take("site_check", "chen", {**good, "second": desk.people["chen"].code})
    with pytest.raises(Invalid):  # of another unit
        desk.take("site_check", "chen", {**good, "second": desk.people["ye"].code})
    with pytest.raises(Invalid, match="照片没有找到"):
        desk.take("site_check", "chen", {**good, "photos": [999]})
    client.force_login(
        Account.objects.get(username="chen"), "tongban.kernel.people.signin.StaffBackend"
    )
    Matter.objects.filter(pk=desk.case.pk).update(changed_at=desk.at)
    photo = SimpleUploadedFile("现场.png", PNG, "image/png")
    address = f"/desk/case/{desk.case.number}/site_check/"
    assert client.get(address).status_code == 200
    bad = client.post(address, {**good, "photo": SimpleUploadedFile("x.exe", b"MZ" * 50)})
    assert bad.status_code == 422 and "不是可接受的类型" in bad.content.decode()
    done = client.post(address, {**good, "on": str(good["on"]), "photo": photo, "key": "k"})
    assert done.status_code == 302, done.content.decode()[-2000:]
    page = client.get(f"/desk/case/{desk.case.number}/").content.decode()
    assert "场所与图纸一致" in page and "陈敏、梁伟" in page
    upload = Upload.objects.get(name="现场.png")
    assert b"".join(client.get(f"/photos/{upload.pk}/").streaming_content) == PNG
    client.force_login(
        Account.objects.get(username="ye"), "tongban.kernel.people.signin.StaffBackend"
    )
    assert client.get(f"/photos/{upload.pk}/").status_code == 404


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c6300"
    "010000050001 0d0a2db4 0000000049454e44ae426082".replace(" ", "")
)


def test_units_consulted_are_heard_before_the_decision(desk):
    desk.take("accept", "chen")
    data = {"units": ["SC", "GA"], "question": "消防有无意见", "days": 3}
    desk.take("consult", "liang", data)
    asked = Matter.objects.get(consultation__about=desk.case)
    assert asked.unit.code == "GA"
    with pytest.raises(NotNow, match="还在等 公安分局 的意见"):
        desk.take("grant", "liang", {"opinion": "好", "years": 5})
    who = district.person("ye")
    take(Consulting.answer, asked, who, {"answer": "agree"}, key="x", at=desk.at)
    desk.take("grant", "liang", {"opinion": "好", "years": 5})


def tolerant():
    base = documents.document(district.item().current)["materials"]
    piece = {**base[-1], "name": "健康证明", "required": True, "shortage_tolerant": True}
    return [*base, {**piece, "source": "applicant", "form": "copy"}]


def test_a_missing_piece_may_follow_and_nothing_is_decided_before_it_comes(along, client):
    district.load()
    desk = along(materials=tolerant())
    with pytest.raises(NotNow, match="请用“容缺受理”"):
        desk.take("accept", "chen")
    desk.take("accept_short", "chen", {"days": 5})
    assert desk.case.detail.missing == ["健康证明"] and desk.case.due_on
    told = Notice.objects.filter(channel="sms").order_by("-pk").first()
    assert told.context["missing"] == "健康证明"
    with pytest.raises(NotNow, match="还没有补齐：健康证明"):
        desk.take("grant", "liang", {"opinion": "好", "years": 5})
    file = receive([PNG], "健康证.png", desk.account)
    desk.take("supply", "applicant", {"uploads": {"健康证明": str(file.pk)}})
    assert desk.case.detail.missing == []
    desk.take("grant", "liang", {"opinion": "好", "years": 5})


def test_who_never_mends_is_told_the_case_ends(desk):
    desk.take("request_corrections", "chen", {"corrections": "平面图", "days": 10})
    assert desk.case.act_on
    assert act_on_silence(desk.at + timedelta(days=40)) == 1
    desk.case.refresh_from_db()
    assert desk.case.state == "terminated"
    assert desk.case.events.order_by("-seq").first().step == "lapse"


def test_transferred_up_and_flagged_urgent_once(desk):
    desk.take("flag_urgent", "huang", {"reason": "省重点项目"})
    with pytest.raises(NotNow, match="已经加急"):
        desk.take("flag_urgent", "huang", {"reason": "再加"})
    desk.take("accept", "chen")
    data = {"sent_to": "湛江市市场监督管理局", "reason": "超出本级权限"}
    desk.take("transfer_up", "liang", data)
    assert desk.case.stands_in.final and desk.case.detail.sent_to
