"""Booking: its rules, its channels, the waiting list, closing for a day, the calendar."""

from datetime import date, time, timedelta

import pytest
import vobject
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import district
from tongban.kernel.notices.models import Notice
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Agency, Applicant
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.refusals import Invalid, NotNow
from tongban.kernel.procedures.taking import CHINA, take
from tongban.services.booking import closing, jobs, places, slots
from tongban.services.booking.models import Booking, Group, Pace, Rules, Session, Slot
from tongban.services.booking.procedure import Visit
from tongban.services.booking.waiting_list import place_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db):
    district.load()
    return Group.objects.get(code="SC")


def citizen(n=0, **more):
    number = district.people.with_check(f"44080119850101{n + 2:03d}")
    return district.shopkeeper(f"王{n}", number, f"1390015{n:04d}", **more)


def acting(account):
    return actor_of(account, timezone.localdate())


def book(account, slot, key=None, step=Visit.book, **more):
    data = {"group": slot.group.code, "slot": slot.pk, **more}
    return take(step, None, acting(account), data, key=key or f"{account.pk}-{slot.pk}").matter


def in_days(days, hour=10, **more):
    at = timezone.localtime(timezone.now() + timedelta(days=days), CHINA)
    return district.slot(at=at.replace(hour=hour, minute=0, second=0, microsecond=0), **more)


def test_a_person_has_one_visit_a_day_and_three_at_once(hall):
    me = citizen()
    book(me, in_days(1))
    with pytest.raises(NotNow, match=r"这一天在.*已有预约"):
        book(me, in_days(1, 11))
    book(me, in_days(2))
    book(me, in_days(3))
    with pytest.raises(NotNow, match="3 个有效预约"):
        book(me, in_days(4))


def test_a_place_that_was_refused_is_not_lost(hall):
    me, slot = citizen(), in_days(1, 11)
    book(me, in_days(1))
    with pytest.raises(NotNow):
        book(me, slot)
    slot.refresh_from_db()
    assert slot.taken == 0


def test_nothing_is_sold_before_its_release(hall):
    slot = in_days(3, released_at=timezone.now() + timedelta(minutes=5))
    with pytest.raises(NotNow, match="约满或已经开始"):
        book(citizen(), slot)


def test_cancelling_is_for_who_leaves_time(hall):
    me = citizen()
    soon = book(me, district.slot(at=timezone.now() + timedelta(minutes=90)))
    with pytest.raises(NotNow, match="2 小时内不能再取消"):
        take(Visit.cancel, soon, acting(me), key="late")
    later = in_days(2)
    take(Visit.cancel, book(me, later), acting(me), key="in time")
    later.refresh_from_db()
    assert later.taken == 0


def missed(account, days_ago):
    slot = in_days(3 + days_ago)
    matter = book(account, slot)
    Booking.objects.filter(matter=matter).update(day=timezone.localdate() - timedelta(days_ago))
    return take(Visit.miss, matter, slots_system(), key=f"miss{matter.pk}").matter


def slots_system():
    from tongban.kernel.people.actor import the_system

    return the_system()


def test_who_stays_away_three_times_is_barred_until_an_appeal_is_granted(hall):
    me = citizen()
    matters = [missed(me, n + 1) for n in range(3)]
    with pytest.raises(NotNow, match="爽约 3 次") as refused:
        book(me, in_days(20))
    assert f"{timezone.localdate() + timedelta(29):%Y-%m-%d}" in refused.value.reason
    take(Visit.appeal, matters[0], acting(me), {"reason": "住院"}, key="appeal")
    clerk = district.person("chen")
    take(Visit.excuse, matters[0].number, clerk, {"reason": "有病历"}, key="excuse")
    assert book(me, in_days(21)).state == "booked"


def test_a_visit_for_an_item_asks_for_its_materials(hall):
    item = district.item()
    from tongban.services.booking.opening import needed

    names = needed(item)
    assert names
    data = {"item": item.implementation_code, "materials": names[1:]}
    with pytest.raises(Invalid, match=names[0]):
        book(citizen(), in_days(1), **data)
    made = book(citizen(1), in_days(1, 11), **data, incomplete=True)
    assert made.booking.lacking == [names[0]]
    assert made.title == item.name


def test_an_agent_books_for_the_company(hall):
    me = citizen()
    firm = Applicant(kind=Applicant.Kind.LEGAL, identity_level=2)
    firm.set_name("湛江海味有限公司")
    firm.set_id("91440800MA4UW0QT7D")
    firm.save()
    Agency.objects.create(principal=firm, agent=me.applicant, from_on=date(2020, 1, 1), to_on=None)
    made = book(me, in_days(1), behalf=firm.code)
    assert made.applicant == firm and made.booking.applicant == firm
    book(me, in_days(1, 11))  # and for oneself, the same day


def test_the_telephone_has_places_of_its_own(hall):
    slot = in_days(1, capacity=0, phone=1)
    told = {
        "group": "SC",
        "slot": slot.pk,
        "applicant_name": "王芳",
        "applicant_phone": "13900139002",
    }
    told |= {"applicant_id": district.people.with_check("44080119850101002")}
    agent = district.person("he")
    made = take(Visit.book_by_phone, None, agent, told, key="p").matter
    assert made.booking.channel == "phone"
    told |= {"applicant_id": district.people.with_check("44080119850101055")}
    with pytest.raises(NotNow, match="约满"):
        take(Visit.book_by_phone, None, agent, told | {"applicant_phone": "13900139003"}, key="q")


def test_rebooking_keeps_its_history_and_the_old_place_until_the_new_is_had(hall):
    me, first, full, free = citizen(), in_days(2), in_days(3), in_days(4)
    book(citizen(1), full)
    matter = book(me, first)
    with pytest.raises(NotNow, match="约满"):
        take(Visit.rebook, matter, acting(me), {"slot": full.pk}, key="r1")
    first.refresh_from_db()
    assert first.taken == 1
    take(Visit.rebook, matter.number, acting(me), {"slot": free.pk}, key="r2")
    first.refresh_from_db()
    free.refresh_from_db()
    assert (first.taken, free.taken) == (0, 1)
    assert [e.step for e in matter.events.order_by("seq")] == ["book", "rebook"]


def wish(account, day, people=1):
    data = {"group": "SC", "day": day, "people": people}
    return take(Visit.wish, None, acting(account), data, key=f"w{account.pk}").matter


def workday():
    day = timezone.localdate() + timedelta(1)
    while not slots.published().is_working(day):
        day += timedelta(1)
    return day


def test_the_waiting_list_goes_by_order_and_says_why_a_family_was_passed_over(hall):
    day = workday()
    at = timezone.datetime.combine(day, time(10), CHINA)
    slot = district.slot(1, at=at)
    holder = citizen()
    held = book(holder, slot)
    family, first, second = (
        wish(citizen(n), day, people) for n, people in ((1, 3), (2, 1), (3, 1))
    )
    assert place_waiting(hall, day, timezone.now()) == 0
    take(Visit.cancel, held, acting(holder), key="c")
    assert place_waiting(hall, day, timezone.now()) == 1
    for matter in (family, first, second):
        matter.refresh_from_db()
    assert [family.state, first.state, second.state] == ["wished", "booked", "wished"]
    why = first.events.get(step="place").facts["form"]["why"]
    assert "第 2 位" in why and "前面 1 位需要的名额比空出的多" in why
    bigger = district.slot(4, at=at + timedelta(hours=1))
    assert place_waiting(hall, day, timezone.now()) == 2
    bigger.refresh_from_db()
    assert bigger.taken == 4


@pytest.mark.parametrize("gives_up", ["cancel", "cancel_for", "rebook"])
def test_a_place_given_up_goes_to_who_waits_without_anybody_asking(hall, gives_up):
    day, holder = workday(), citizen()
    at = timezone.datetime.combine(day, time(10), CHINA)
    held = book(holder, district.slot(1, at=at))
    other = district.slot(1, at=at + timedelta(days=1))
    waiting = wish(citizen(1), day)
    by = district.person("chen") if gives_up == "cancel_for" else acting(holder)
    data = {"slot": other.pk, "reason": "来电取消"}
    event = take(Visit.steps[gives_up], held.number, by, data, key="gives up")
    job = ProcrastinateJob.objects.get(args__event_id=event.pk)
    run_work(**job.args)
    waiting.refresh_from_db()
    assert waiting.state == "booked"


def test_a_closed_day_moves_everybody_and_can_be_gone_on_with(hall):
    day = workday()
    at = timezone.datetime.combine(day, time(10), CHINA)
    full = district.slot(5, at=at)
    matters = [book(citizen(n), full) for n in range(5)]
    other = district.slot(3, at=at + timedelta(days=1))
    district.slot(9, at=at + timedelta(hours=2))  # of the closed day itself: not an answer
    closed = closing.close(None, day, "台风")
    zhou = district.person("zhou")
    moving = closing.move_all(closed, zhou, timezone.now())
    next(moving)
    assert closing.affected(closed).count() == 4
    assert len(list(closing.move_all(closed, zhou, timezone.now()))) == 4
    for matter in matters:
        matter.refresh_from_db()
    assert sorted(m.state for m in matters) == ["booked"] * 3 + ["cancelled"] * 2
    other.refresh_from_db()
    full.refresh_from_db()
    assert (other.taken, full.taken) == (3, 0)
    told = Notice.objects.filter(context__reason="台风", channel="in_app")
    assert told.count() == 5
    with pytest.raises(NotNow):
        book(citizen(9), full)
    assert not slots.open_slots([hall], day - timedelta(1)) or not Slot.objects.filter(
        group=hall, begins_at__date=day, closed=False
    )


def test_slots_follow_the_measured_pace(hall):
    Session.objects.filter(group=hall).delete()
    Session.objects.create(
        group=hall, opens=time(9), closes=time(11), minutes=60, phone=1, reserved=2
    )
    Pace.objects.create(group=hall, item=None, minutes=10, visits=50, counters=2)
    day = workday()
    slots.open_slots([hall], day)
    found = Slot.objects.filter(group=hall, begins_at__date=day)
    assert [s.capacity for s in found] == [9, 9]  # 2 counters × 60 / 10 minutes − 3 kept
    item = district.item()
    Pace.objects.create(group=hall, item=item, minutes=30, visits=20)
    assert places.places_for(hall, item.pk, 1) == 3


def test_everybody_is_reminded_once_the_day_before(hall):
    tomorrow = district.tomorrow(10)
    me = citizen()
    book(me, district.slot(at=tomorrow))
    noon = timezone.localtime(timezone.now(), CHINA).replace(hour=12)
    later = max(noon, timezone.now() + timedelta(seconds=5))
    if timezone.localtime(later, CHINA).date() != tomorrow.date() - timedelta(days=1):
        pytest.skip("midnight in China while the test runs")
    if timezone.localtime(later, CHINA).hour < jobs.REMIND_FROM:
        later = timezone.localtime(later, CHINA).replace(hour=10)
    assert jobs.remind(later) == 1
    assert jobs.remind(later) == 0


def test_the_calendar_is_read_by_another_reader(hall, client):
    me = citizen()
    first, second = in_days(2), in_days(3)
    kept, gone = book(me, first), book(me, second)
    take(Visit.cancel, gone, acting(me), key="c")
    client.force_login(me, "tongban.kernel.people.signin.StaffBackend")
    page = client.get(f"/my/{kept.number}/booked/").content.decode()
    token = me.applicant.calendar_feed.token
    assert token in page
    answer = Client().get(f"/calendar/{token}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    read = vobject.readOne(answer.content.decode())
    events = {e.uid.value: e for e in read.vevent_list}
    assert len(events) == 2
    shown = events[f"{kept.number}@tongban"]
    assert shown.dtstart.value == first.begins_at
    assert shown.status.value == "CONFIRMED" and shown.valarm.trigger.value == timedelta(hours=-2)
    assert events[f"{gone.number}@tongban"].status.value == "CANCELLED"
    client.post("/my/calendar/renew/")
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_a_slot_found_full_is_said_above_those_that_are_free(hall, client):
    me, slot, free = citizen(), in_days(1), in_days(2)
    book(citizen(1), slot)
    client.force_login(me, "tongban.kernel.people.signin.StaffBackend")
    told = {"key": "k", "slot": slot.pk}
    answer = client.post("/book/?group=SC", told)
    page = answer.content.decode()
    assert answer.status_code == 409 and "刚刚约满" in page and f'value="{free.pk}"' in page
    told = {"key": "k2", "slot": free.pk}
    assert client.post("/book/?group=SC", told).status_code == 302


def test_the_page_books_without_script_and_keeps_what_was_ticked(hall, client):
    me, slot, item = citizen(), in_days(1), district.item()
    client.force_login(me, "tongban.kernel.people.signin.StaffBackend")
    page = client.get(f"/book/?item={item.implementation_code}").content.decode()
    assert f'value="{slot.pk}"' in page and "要带的材料" in page
    told = {"item": item.implementation_code, "has_list": "1", "slot": slot.pk, "key": "k"}
    refused = client.post("/book/", told)
    assert refused.status_code == 422 and "还缺" in refused.content.decode()
    made = client.post("/book/", told | {"incomplete": "1", "key": "k3"})
    assert made.status_code == 302 and made["Location"].endswith("/booked/")


def test_the_rules_are_set_on_the_halls_page(hall, client):
    account = district.Account.objects.get(username="zhou")
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    assert client.get("/desk/visits/groups/").status_code == 200
    rules = {f.name: getattr(Rules(), f.name) for f in Rules._meta.fields if f.name != "id"}
    told = {**rules, "form": "rules", "live_at_once": 1}
    assert client.post("/desk/visits/groups/", told).status_code == 302
    me = citizen()
    book(me, in_days(1))
    with pytest.raises(NotNow, match="1 个有效预约"):
        book(me, in_days(2))
    told = {"form": "session", "opens": "12:00", "closes": "09:00", "minutes": 30, "phone": 1}
    answer = client.post(f"/desk/visits/groups/{hall.code}/", told | {"reserved": 1, "wave": 0})
    assert answer.status_code == 422 and "结束应晚于开始" in answer.content.decode()
