"""Service that goes to people: home visits, company visits, helpers, what could not be done."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import district
from tests.services.test_booking import workday
from tongban.demo import enterprise
from tongban.demo.people import MORE, Staff
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import actor_of, the_system
from tongban.kernel.people.models import AccessLog, Account, EnterpriseRecord
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotNow, Refusal
from tongban.kernel.procedures.taking import take
from tongban.services.outreach.companies import Visiting
from tongban.services.outreach.forms import POINTS
from tongban.services.outreach.helping import Helping
from tongban.services.outreach.home import GoingHome
from tongban.services.outreach.models import CompanyNeed, Going
from tongban.services.outreach.reflecting import Reflecting

pytestmark = pytest.mark.django_db
SIGNED = "M10 10" + "".join(f"L{n} {n}" for n in range(20, 120, 10))
HOME = {"item": district.PLAIN_ITEM, "need": "elderly", "address": "调文村 3 号"}
HOME |= {"phone": "13900139001"}


@pytest.fixture
def grandmother(db):
    district.load()
    return actor_of(district.shopkeeper(), timezone.localdate())


def staff(name):
    return actor_of(Account.objects.get(username=name), timezone.localdate())


def code(name):
    return Account.objects.get(username=name).code


def client_of(account):
    client = Client()
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    return client


def arranged(grandmother, key="v", day=None, **changes):
    event = take(GoingHome.request, None, grandmother, HOME, key=key)
    data = {"day": day or workday(), "half": "am", "first": code("chen"), "second": code("luo")}
    take(GoingHome.arrange, event.matter, staff("chen"), {**data, **changes}, key=f"a{key}")
    return event.matter.number


def test_two_go_with_a_list_and_the_person_signs(grandmother):
    number = arranged(grandmother)
    matter = Matter.objects.get(number=number)
    page = client_of(Account.objects.get(username="chen")).get(f"/desk/home_visit/{number}/")
    assert "调文村 3 号" in page.content.decode()
    assert AccessLog.objects.filter(purpose__startswith=number).exists()
    other = client_of(Account.objects.get(username="deng")).get(f"/desk/home_visit/{number}/")
    assert "调文村" not in other.content.decode()
    done = {"checked": [k for k, _ in POINTS][:-1], "outcome": "已收件", "signature": SIGNED}
    with pytest.raises(Invalid, match="清单还有没做的"):
        take(GoingHome.visit, matter, staff("chen"), done, key="1")
    done["checked"] = [k for k, _ in POINTS]
    with pytest.raises(NotNow, match="只有安排上门的两名"):
        take(GoingHome.visit, number, staff("deng"), done, key="2")
    with pytest.raises(Invalid, match="签名"):
        take(GoingHome.visit, number, staff("chen"), {**done, "signature": ""}, key="3")
    case = take_case(grandmother)
    take(GoingHome.visit, number, staff("luo"), {**done, "about": case}, key="4")
    matter.refresh_from_db()
    assert matter.state == "visited" and matter.home_visit.about.number == case
    assert metric("home_visits").total(the_system(), Period()).value == 1
    take(GoingHome.evaluate, number, grandmother, {"level": 5, "words": ""}, key="5")


def take_case(grandmother):
    account = Account.objects.get(pk=grandmother.account_id)
    return district.applied(account, at=timezone.now()).number


def test_nobody_is_at_two_homes_at_once_and_one_alone_never_goes(grandmother):
    arranged(grandmother)
    with pytest.raises(Refusal, match="已有别的上门"):
        arranged(grandmother, key="w", second=code("deng"))
    assert Going.objects.count() == 2
    with pytest.raises(Refusal, match="请选另一位"):
        arranged(grandmother, key="x", half="pm", second=code("chen"))
    with pytest.raises(Refusal, match="请选明天起"):
        arranged(grandmother, key="y", day=timezone.localdate())
    assert arranged(grandmother, key="z", half="pm")


def test_who_is_not_at_home_is_asked_again_twice_and_the_staff_is_free_again(grandmother):
    number = arranged(grandmother)
    for n in range(2):
        take(GoingHome.not_met, number, staff("chen"), {"reason": "没人"}, key=f"n{n}")
        assert not Going.objects.filter(live=True).exists()
        data = {"day": workday(), "half": "am", "first": code("chen"), "second": code("luo")}
        take(GoingHome.arrange, number, staff("chen"), data, key=f"r{n}")
    with pytest.raises(NotNow, match="2 次上门无人"):
        take(GoingHome.not_met, number, staff("chen"), {"reason": "没人"}, key="n3")
    take(GoingHome.cancel, number, grandmother, key="c")
    assert not Going.objects.exclude(live=False).exists()


def test_the_village_asks_for_somebody_who_cannot(grandmother):
    told = {"applicant_name": "王芳", "applicant_phone": "13900139002"}
    told["applicant_id"] = district.people.with_check("44080119850101002")
    event = take(GoingHome.request_for, None, staff("wu"), {**HOME, **told}, key="f")
    facts = str(event.facts)
    assert event.matter.unit.code == "SC" and "调文村" not in facts and "王芳" not in facts


def test_applicants_ask_from_a_page_of_their_own(grandmother):
    client = client_of(Account.objects.get(pk=grandmother.account_id))
    page = client.get("/my/new/home_visit/request/")
    assert page.status_code == 200 and "不收费" in page.content.decode()
    bad = client.post("/my/new/home_visit/request/", {**HOME, "phone": "123"})
    assert bad.status_code == 422 and "11 位手机号" in bad.content.decode()
    assert client.post("/my/new/home_visit/request/", HOME).status_code == 302
    assert client.get("/my/new/home_visit/request_for/").status_code == 404
    assert client.get("/my/new/case/apply/").status_code == 404  # pages of its own
    assert client.get("/my/new/booking/book/").status_code == 404


def test_what_a_company_asks_for_goes_to_the_units_and_the_visit_waits_for_all(grandmother):
    zhou, firm = staff("zhou"), EnterpriseRecord.objects.first()
    plan = {"company": "别名", "uscc": firm.uscc, "topic": "用工", "day": timezone.localdate()}
    plan["visitors"] = "周平"
    with pytest.raises(Invalid, match="18 位"):
        take(Visiting.plan, None, zhou, {**plan, "uscc": "1" * 18}, key="p0")
    visit = take(Visiting.plan, None, zhou, plan, key="p").matter
    assert visit.title == firm.name  # as the register has it
    with pytest.raises(Invalid, match="第 2 条诉求的单位“税务所”没有找到"):
        said = {"said": "好", "needs": "人社局：招工\n税务所：退税"}
        take(Visiting.hold, visit, zhou, said, key="h0")
    needs = "人社局\uff1a招工\n税务局：退税"
    take(Visiting.hold, visit, zhou, {"said": "好", "needs": needs}, key="h")
    found = list(CompanyNeed.objects.order_by("pk").select_related("matter__unit"))
    assert [n.matter.unit.code for n in found] == ["RS", "SW"]
    assert all(n.matter.limit_days == 5 and n.matter.part_of == visit for n in found)
    from tongban.services.outreach.companies import Answering

    for place, (name, need) in enumerate(zip(("head-rs", "head-sw"), found, strict=True)):
        visit.refresh_from_db()
        assert visit.state == "followed"
        data = {"answer": "已办", "solved": ("yes", "no")[place]}
        take(Answering.answer, need.matter, staff(name), data, key=f"n{place}")
        told = {"part": need.matter.number, "ended_as": "answered"}
        take(Visiting.part_ended, visit, the_system(), told, key=f"part:{place}")
    visit.refresh_from_db()
    assert visit.state == "closed"
    assert metric("company_visits").total(the_system(), Period()).value == 1
    assert metric("company_needs_solved").total(the_system(), Period()).value == 50


def test_the_demonstrations_visits_are_all_followed_to_their_end(grandmother):
    day = timezone.localdate() - timedelta(days=20)
    for firm in EnterpriseRecord.objects.order_by("pk")[:4]:
        enterprise.visit(firm, day, [enterprise.NEEDS[0]], Staff(timezone.localdate()))
    assert metric("company_visits").total(the_system(), Period()).value == 4
    assert len(MORE) == 5


def test_a_helper_stays_until_it_is_done(grandmother):
    wish = {"item": district.PLAIN_ITEM, "wish": "不会填表"}
    help_ = take(Helping.wish, None, grandmother, wish, key="w").matter
    take(Helping.assign, help_, staff("chen"), {"helper": code("luo")}, key="a")
    with pytest.raises(NotNow, match="由这件的帮办员记录"):
        take(Helping.record, help_.number, staff("chen"), {"did": "打电话"}, key="r0")
    take(Helping.record, help_.number, staff("luo"), {"did": "一起填了表"}, key="r")
    with pytest.raises(Refusal, match="没有这个编号"):
        take(Helping.finish, help_.number, staff("luo"), {"did": "完", "about": "X"}, key="f0")
    number = take_case(grandmother)
    take(Helping.finish, help_.number, staff("luo"), {"did": "完", "about": number}, key="f")
    assert Matter.objects.get(number=help_.number).help.about.number == number
    nothing = {"item": "", "wish": "不知道找谁"}
    assert take(Helping.wish, None, grandmother, nothing, key="z").matter.unit.code == "ZS"


def test_what_could_not_be_done_goes_to_the_bureau_not_to_the_counter_it_is_about(grandmother):
    number = take_case(grandmother)
    told = {"words": "跑了三次都说缺材料", "about": number}
    matter = take(Reflecting.tell, None, grandmother, told, key="t").matter
    assert matter.unit.code == "ZS" and matter.limit_days == 5
    settled = {"cause": "shunted", "answer": "已当场受理"}
    with pytest.raises(Refusal):
        take(Reflecting.settle, matter, staff("chen"), settled, key="s0")
    take(Reflecting.settle, matter, staff("zhou"), settled, key="s")
    assert metric("reflections_settled").total(the_system(), Period()).value == 100
