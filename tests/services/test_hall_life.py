"""What a hall does beside calling: counts, facilities, extended hours, the roster, the wall."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from pdfminer.high_level import extract_text

from tests import district
from tests.services.test_outreach import client_of
from tongban.demo import hall_life
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.taking import CHINA
from tongban.services.booking.models import Group, Slot
from tongban.services.booking.slots import open_slots
from tongban.services.hall.models import Counter, Duty, Facility, Shift, Tap, Topic

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 9, 21)


@pytest.fixture
def hall(db):
    district.load()


def signed_in(name):
    return client_of(Account.objects.get(username=name))


def value(key, period=None):
    return metric(key).total(the_system(), period or Period()).value


def test_a_question_is_counted_by_one_tap_and_a_slip_is_taken_back(hall):
    chen = signed_in("chen")
    for _ in range(3):
        chen.post("/desk/tally/tap/", {"topic": "社保"}, headers={"HX-Request": "true"})
    answer = chen.post(
        "/desk/tally/tap/", {"topic": "复印", "number": "10"}, headers={"HX-Request": "true"}
    )
    assert "今天咨询 3 人次" in answer.content.decode()
    assert "今天复印打印 10 张" in answer.content.decode()
    assert signed_in("luo").post("/desk/tally/tap/", {"undo": "1"}).status_code == 302
    assert Tap.objects.count() == 4  # nobody takes back another's
    chen.post("/desk/tally/tap/", {"undo": "1"})
    chen.post("/desk/tally/tap/", {"topic": "打印", "number": "99999"})
    assert value("consultations") == 3 and value("copies") == 1
    Tap.objects.update(at=timezone.now() - timedelta(minutes=11))
    chen.post("/desk/tally/tap/", {"undo": "1"})
    assert Tap.objects.count() == 4
    assert chen.post("/desk/tally/tap/", {"topic": "没有"}).status_code == 404
    zhou = signed_in("zhou")
    zhou.post("/desk/tally/", {"act": "topic", "name": "公积金", "kind": "question"})
    assert "公积金" in zhou.get("/desk/tally/").content.decode()
    zhou.post("/desk/tally/", {"act": "end", "topic": "公积金"})
    assert not Topic.objects.get(name="公积金").active


def test_the_year_counts_nearly_what_the_report_says(hall):
    days = 0
    for days in hall_life.load_year(date(2026, 9, 28)):
        if days == 30:
            break
    assert 285 < value("consultations_per_day") < 315
    assert 140 < value("copies_per_day") < 160
    assert metric("consultations").parts(the_system(), Period(), "topic")
    assert list(hall_life.load_year(date(2026, 9, 28))) == [] and days == 30


def test_extended_hours_open_on_a_day_nobody_works_and_only_then_by_that_session(hall):
    group = Group.objects.get(code="GA")
    group.release_days = 7
    group.save()
    Slot.objects.all().delete()
    open_slots([Group.objects.prefetch_related("sessions").get(code="GA")], MONDAY)
    saturday = Slot.objects.filter(begins_at__date=MONDAY + timedelta(5))
    assert saturday.count() == 6 and all(slot.extended for slot in saturday)
    assert not Slot.objects.filter(begins_at__date=MONDAY + timedelta(6)).exists()
    monday = Slot.objects.filter(begins_at__date=MONDAY)
    assert monday.count() == 12 and not any(slot.extended for slot in monday)


def plan(client, **cells):
    data = {name.replace("_", "-"): code for name, code in cells.items()}
    return client.post(f"/desk/roster/?unit=SC&week={MONDAY}", data)


def code(name):
    return Account.objects.get(username=name).code


def test_a_week_is_planned_copied_and_shows_who_came(hall):
    huang, (one, two) = signed_in("huang"), Counter.objects.filter(unit__code="SC")[:2]
    monday = {f"{one.number}-0-am": code("chen"), f"{two.number}-0-am": code("luo")}
    answer = huang.post(f"/desk/roster/?unit=SC&week={MONDAY}", monday)
    assert answer.status_code == 302 and Duty.objects.count() == 2
    twice = {**monday, f"{two.number}-0-am": code("chen")}
    answer = huang.post(f"/desk/roster/?unit=SC&week={MONDAY}", twice)
    assert answer.status_code == 422 and "请留一个" in answer.content.decode()
    assert Duty.objects.count() == 2  # nothing was changed
    chosen = f'<option value="{code("chen")}" selected>'
    assert answer.content.decode().count(chosen) == 2  # and what was chosen stays on the page
    came = datetime.combine(MONDAY, datetime.min.time(), CHINA) + timedelta(hours=9, minutes=20)
    Shift.objects.create(
        counter=two, account=Account.objects.get(username="chen"), began_at=came, ended_at=None
    )
    page = huang.get(f"/desk/roster/?unit=SC&week={MONDAY}").content.decode()
    assert "迟到 09:20" in page and "缺岗" in page
    week = MONDAY - timedelta(7)
    Duty.objects.all().delete()
    Duty.objects.create(
        counter=one, account=Account.objects.get(username="chen"), day=week, half="am"
    )
    huang.post(f"/desk/roster/?unit=SC&week={MONDAY}", {"act": "copy"})
    assert Duty.objects.filter(day=MONDAY).count() == 1
    assert "没有窗口" not in huang.get("/desk/roster/").content.decode()
    other = huang.get("/desk/roster/?unit=GA").content.decode()
    assert "· 公安" not in other  # only one's own unit
    assert "· 公安" in signed_in("zhou").get("/desk/roster/?unit=GA").content.decode()


def test_the_wall_is_one_sheet_with_a_code_for_each_item(hall, tmp_path):
    zhou = signed_in("zhou")
    assert "打印件" in zhou.get("/desk/hall/walls/").content.decode()
    answer = zhou.get("/desk/hall/walls/SC/")
    (tmp_path / "wall.pdf").write_bytes(answer.content)
    from tongban.services.catalogue.models import ServiceItem

    items = ServiceItem.objects.filter(unit__code="SC", in_hall=True, status="published")
    words = extract_text(tmp_path / "wall.pdf")
    assert items.count() and all(item.name[:6] in words.replace("\n", "") for item in items)
    assert zhou.get("/desk/hall/walls/T1/").status_code == 404


def test_everybody_sees_whether_the_hall_is_open_and_what_is_there(hall):
    zhou = signed_in("zhou")
    zhou.post(
        "/desk/hall/facilities/", {"name": "饮水机", "place": "一楼", "number": "2", "works": "on"}
    )
    chair = Facility.objects.get(name="轮椅")
    zhou.post("/desk/hall/facilities/", {"facility": chair.pk, "act": "remove"})
    page = client_of(district.shopkeeper()).get("/hall/").content.decode()
    assert "饮水机" in page and "轮椅" not in page
    assert "企业服务专区" in page and "上门服务" in page
    assert "09:00–12:00" in page or "不办公" in page
