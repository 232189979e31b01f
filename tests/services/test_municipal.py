"""Powers of the city: asked, answered by departments, replied in one letter, taken over."""

import subprocess
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import district
from tongban.demo.rows import FOLDER
from tongban.kernel.files.store import path_of
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotNow
from tongban.kernel.procedures.taking import take
from tongban.services.municipal.load import staff_for
from tongban.services.municipal.models import MunicipalPower
from tongban.services.municipal.procedure import Answering, TakingOver
from tongban.services.seals.making import make_document
from tongban.services.seals.models import SealedDocument

pytestmark = pytest.mark.django_db
NOON, TODAY = district.NOON, district.TODAY
LETTER = {
    "name": "关于征求承接市级审批权限意见的函",
    "document_number": "湛府办函〔2026〕8号",
    "reply_by": TODAY + timedelta(days=20),
}
HEAD = "code,name,municipal_unit,district_unit,answer,reason,arrangements\n"


@pytest.fixture
def staff(db):
    district.load()
    names = ("zhou", "zhao", "leader", "huang", "chen", "ye", "head-ga")
    return {name: district.person(name) for name in names}


def power(code, unit="SC", name="（市级）食品生产许可·新办"):
    return {
        "code": code,
        "name": name,
        "municipal_unit": "湛江市市场监督管理局",
        "district_unit": unit,
    }


def received(staff, powers=None):
    data = {**LETTER, "powers": powers or [power("A1"), power("A2")]}
    return take(Answering.receive, None, staff["zhou"], data, key="letter", at=NOON).matter


def of(code):
    return MunicipalPower.objects.select_related("matter").get(code=code)


def answer(staff, code, answer="agree", who="huang", step="answer", **data):
    data = {"answer": answer, **data}
    key = f"{code}{answer}{step}"
    return take(TakingOver.steps[step], of(code).matter, staff[who], data, key=key, at=NOON)


def replied(staff):
    letter = received(staff)
    answer(staff, "A1", cases_per_year=1984, minutes_per_case=60, seals=1, accounts=3)
    answer(staff, "A2", "disagree", reason="缺少专用检测设备")
    request = {
        "letter": letter.pk,
        "answer": "urgent",
        "name": "（市级）港口经营许可·新办",
        "municipal_unit": "湛江市交通局",
        "reason": "企业多",
        "arrangements": "设一个科室",
    }
    take(TakingOver.request, None, staff["huang"], request, key="n", at=NOON)
    for step, who, data in (
        (Answering.conclude, "zhou", {}),
        (Answering.pass_review, "zhao", {"opinion": "合法"}),
        (Answering.reply, "leader", {}),
    ):
        event = take(step, letter, staff[who], data, key=step.name, at=NOON)
    return letter, event


def test_each_department_answers_for_its_own_powers(staff):
    letter = received(staff, [power("A1"), power("B1", "GA")])
    assert of("B1").matter.unit.code == "GA"
    with pytest.raises(NotNow, match="公安分局、市场监管局 还有 2 项没有答复"):
        take(Answering.conclude, letter, staff["zhou"], key="early", at=NOON)
    with pytest.raises(Invalid, match="不同意承接要写明理由"):
        answer(staff, "A1", "disagree")
    answer(staff, "A1", "disagree", reason="没有设备")
    answer(staff, "A1", "agree", step="change_answer", cases_per_year=10, minutes_per_case=30)
    assert of("A1").answer == "agree" and of("A1").staff == staff_for(10, 30)
    answer(staff, "B1", who="head-ga")
    take(Answering.conclude, letter, staff["zhou"], key="go", at=NOON)
    with pytest.raises(NotNow, match="请政数局先退回"):
        answer(staff, "A1", "disagree", step="change_answer", reason="反悔")


def test_the_load_follows_from_cases_and_time():
    assert staff_for(1984, 60) == Decimal("1.00")
    assert staff_for(0, 60) == 0


def test_the_reply_settles_every_power_and_the_figures_follow(staff):
    replied(staff)
    assert {p.code: p.matter.state for p in MunicipalPower.objects.select_related("matter")} == {
        "A1": "agreed",
        "A2": "declined",
        "N0003": "agreed",
    }
    for key, wanted in (("agreed", 1), ("disagreed", 1), ("requested", 0), ("needed", 1)):
        figure = metric(f"powers_{key}")
        assert figure.total(the_system(), Period(last=TODAY)).value == wanted
        assert figure.total(the_system(), Period(last=TODAY - timedelta(1))).value == 0


def test_the_reply_letter_is_a_numbered_pdf_for_stamping(staff):
    letter, event = replied(staff)
    make_document(letter, event)
    paper = SealedDocument.objects.get(matter=letter)
    assert paper.seal is None and paper.number == "湛开政数局函〔2026〕1号"
    command = ["pdftotext", "-layout", path_of(paper.file.digest), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    text = "".join(text.split())
    for words in ("同意承接1项", "缺少专用检测设备", "设一个科室", "湛府办函〔2026〕8号"):
        assert words in text
    page = Client().get(f"/verify/{paper.code}/").content.decode()
    assert "以加盖公章的纸质件为准" in page


def test_from_the_reply_to_the_first_case(staff):
    replied(staff)
    matter = of("A1").matter
    for step, data in (
        ("hand_over", {"on": TODAY, "document_number": "湛府〔2026〕9号"}),
        ("train", {"on": TODAY, "people": 3}),
        ("first_case", {"number": "SC20260001"}),
    ):
        take(TakingOver.steps[step], matter, staff["huang"], data, key=step, at=NOON)
    found = of("A1")
    assert (found.first_case, found.matter.state) == ("SC20260001", "in_use")
    with pytest.raises(Exception, match="已办“复函不同意”"):
        take(TakingOver.hand_over, of("A2").matter, staff["huang"], {}, key="no", at=NOON)


def client_of(name):
    client = Client()
    account = Account.objects.get(username=name)
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    return client


def hand_in(text):
    file = SimpleUploadedFile("权限.csv", text.encode())
    data = {**LETTER, "file": file, "key": str(hash(text))[:20]}
    return client_of("zhou").post("/desk/municipal/receive/", data)


def test_a_file_with_faults_changes_nothing_and_names_rows(staff):
    bad = hand_in(HEAD + "1,甲,市局,XX,,,\n2,乙,市局,SC,disagree,,\n2,丙,市局,SC,同意承接,,\n")
    text = bad.content.decode()
    assert bad.status_code == 422
    assert "第 2 行" in text and "“XX”不是本区部门" in text and "不同意承接要写明理由" in text
    assert not Matter.objects.filter(kind="municipal_letter").exists()


def test_a_file_with_answers_registers_them_all(staff):
    rows = "1,甲许可,市局,SC,agree,,\n2,乙许可,市局,市场监管局,不同意承接,没有设备,\n"
    rows += "3,丙许可,市局,GA,申请新增,群众要办,\n4,丁许可,市局,GA,迫切需要,急,设科室\n"
    rows += "5,戊,市局,GA,,,\n"
    answered = hand_in(HEAD + rows)
    assert answered.status_code == 302
    found = dict(MunicipalPower.objects.values_list("code", "answer"))
    wanted = {"1": "agree", "2": "disagree", "3": "request", "4": "urgent", "5": ""}
    assert found == wanted


def test_pages_show_each_person_their_own(staff, django_assert_max_num_queries):
    received(staff, [power("A1"), power("B1", "GA", "（市级）保安许可")])
    bureau = client_of("zhou")
    for path in ("", "powers/"):
        with django_assert_max_num_queries(12):
            page = bureau.get(f"/desk/municipal/{path}")
        assert page.status_code == 200
    mine = client_of("huang").get("/desk/municipal/powers/").content.decode()
    assert "食品生产" in mine and "保安许可" not in mine
    assert client_of("zhou").get("/desk/municipal/powers/?export=xlsx").content.startswith(b"PK")
    letter = Matter.objects.get(kind="municipal_letter")
    assert client_of("zhou").get(f"/desk/municipal_letter/{letter.number}/").status_code == 200
    own = of("A1").matter.number
    page = client_of("huang").get(f"/desk/municipal_power/{own}/").content.decode()
    assert "工作量估计" in page
    assert client_of("huang").get("/desk/municipal_power/new/request/").status_code == 200


def test_the_reference_file_is_registered_with_its_answers(staff):
    text = (FOLDER / "municipal_powers.csv").read_text(encoding="utf-8-sig")
    assert hand_in(text).status_code == 302
    found = Counter(MunicipalPower.objects.values_list("answer", flat=True))
    assert found == {"agree": 92, "disagree": 52, "request": 50, "urgent": 6}
