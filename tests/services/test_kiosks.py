"""Kiosks: the register, silence and repair, the journal's uses, the month, the figures."""

import json
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import district
from tongban.demo import kiosks
from tongban.kernel.devices import heartbeat, silence
from tongban.kernel.devices.models import Silence
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import CHINA, take
from tongban.services.kiosks import care, jobs
from tongban.services.kiosks.models import Kiosk, KioskItem, SecurityCheck, Use
from tongban.services.kiosks.procedure import Repairing

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 28, 12, 0, tzinfo=CHINA)


@pytest.fixture
def zhou(db):
    district.load()
    kiosks.load()
    client = Client()
    client.force_login(
        Account.objects.get(username="zhou"), "tongban.kernel.people.signin.StaffBackend"
    )
    return client


def enrolled(zhou, code="KS01"):
    page = zhou.post(f"/desk/kiosks/{code}/", {"act": "invite"}).content.decode()
    told = re.search(r'class="code">([0-9A-Z]{10})<', page)[1]
    answer = say("enrol", code=told, software="2.1")
    return answer.json()["token"]


def say(path, token="", **told):
    return Client().post(
        f"/device/v1/{path}/",
        json.dumps(told),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Device {token}",
    )


def value(key):
    return metric(key).total(the_system(), Period()).value


def test_the_register_is_that_of_the_district(zhou):
    assert (value("kiosks_standard"), value("kiosks_enhanced")) == (35, 4)
    assert value("kiosk_items") >= 140 and value("kiosk_departments") >= 20
    assert value("kiosk_village_coverage") == 100 and not care.uncovered().exists()
    Kiosk.objects.filter(village__code="V002").delete()
    assert value("kiosk_village_coverage") < 100
    assert "没有自助机的行政村" in zhou.get("/desk/kiosks/").content.decode()
    assert KioskItem.objects.exclude(item=None).count() > 50  # all of them in the grown district


def test_a_kiosk_is_enrolled_from_the_page_and_its_uses_come_in_by_its_journal(zhou):
    token = enrolled(zhou)
    say("heartbeat", token, health={"paper": "ok"}, software="2.2")
    page = zhou.get("/desk/kiosks/KS01/").content.decode()
    assert "2.2" in page and "失联" not in page
    now = timezone.now().isoformat()
    entries = [
        {"counter": 1, "kind": "use", "at": now, "data": {"item": "KI001", "seconds": 90}},
        {"counter": 2, "kind": "use", "at": now, "data": {"item": "KI001", "helped": True}},
        {"counter": 3, "kind": "use", "at": now, "data": {"item": "KI999"}},
    ]
    for _ in range(2):
        answer = say("journal", token, sent=now, entries=entries).json()
    assert answer["saved"] == 3 and answer["results"]["3"]["refused"]
    assert Use.objects.count() == 2 == value("kiosk_uses")
    month = next(
        m
        for m in care.month_of(timezone.localdate().replace(day=1), timezone.localdate())
        if m.kiosk.device.code == "KS01"
    )
    assert (month.uses, month.helped, month.is_idle) == (2, 1, False)
    page = zhou.get("/desk/kiosks/bulletin/").content.decode()
    assert "共使用 2 次" in page and "KS02" in page


def test_long_silence_becomes_one_repair_order_within_two_days(zhou):
    token = enrolled(zhou)
    heartbeat.beat(token, {}, NOON)
    silence.notice_silence(NOON + timedelta(minutes=11))
    assert jobs.report_silent(NOON + timedelta(minutes=30)) == 0
    assert jobs.report_silent(NOON + timedelta(minutes=70)) == 1
    assert jobs.report_silent(NOON + timedelta(minutes=80)) == 0
    matter = Matter.objects.get(kind="repair")
    assert matter.unit.code == "T1" and matter.limit_days == 2 and matter.due_on
    zhou_ = district.person("zhou")
    with pytest.raises(NotNow, match="已有未完成的报修"):
        take(Repairing.report, None, zhou_, {"kiosk": "KS01", "what": "缺纸"}, key="again")
    at = NOON + timedelta(hours=3)
    take(Repairing.assign, matter, zhou_, {"company": "甲公司"}, key="a", at=at)
    take(Repairing.mend, matter.number, zhou_, {"done": "换了电源"}, key="m", at=at)
    take(Repairing.accept, matter.number, zhou_, key="c", at=at)
    matter.refresh_from_db()
    assert matter.state == "checked" and matter.closed_at
    assert not Silence.objects.filter(ended_at__isnull=False).exists()


def test_a_security_check_names_what_failed(zhou):
    passed = [key for key, _words in care.POINTS if key != "lock"]
    zhou.post("/desk/kiosks/KS01/", {"act": "check", "passed": passed, "remark": "锁坏了"})
    check = SecurityCheck.objects.get()
    assert check.failed == ["lock"] and check.by.username == "zhou"
    assert "机柜上锁，封条完整" in zhou.get("/desk/kiosks/KS01/").content.decode()


def test_uptime_counts_the_opening_minutes_of_working_days(zhou):
    token = enrolled(zhou)
    for minute in range(270):
        heartbeat.beat(token, {}, NOON + timedelta(minutes=minute))
    month = care.month_of(NOON.date().replace(day=28), NOON.date())
    mine = next(m for m in month if m.kiosk.device.code == "KS01")
    assert mine.uptime == 50.0  # 270 of 540 minutes of that one day
