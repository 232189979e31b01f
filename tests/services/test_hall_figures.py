"""Figures of the hall: shares, hours, the forecast and how wrong it was."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests import district
from tongban.kernel.clock import published
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.taking import CHINA, take
from tongban.services.booking.models import Booking, Pace
from tongban.services.booking.procedure import Visit
from tongban.services.hall import forecast, jobs, queue
from tongban.services.hall.models import Counter, Shift
from tongban.services.hall.procedure import Queueing

from .test_booking import acting, book, citizen, in_days

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 9, 14, 9, 0, tzinfo=CHINA)


@pytest.fixture
def hall(db):
    district.load()
    return Counter.objects.filter(unit__code="SC")[0]


def draw(at, key, group="SC"):
    return take(Queueing.draw, None, queue.HALL_MACHINE, {"group": group}, key=key, at=at).matter


def value(key, by=""):
    found = metric(key)
    if not by:
        return found.total(the_system(), Period()).value
    return {cell.key: cell.value for cell in found.parts(the_system(), Period(), by)}


def test_waits_services_and_those_who_left_are_figures_that_open(hall):
    chen = district.person("chen")
    for n in range(4):
        draw(MONDAY + timedelta(minutes=n), f"d{n}")
    for n, minutes in enumerate((10, 20)):
        at = MONDAY + timedelta(minutes=minutes)
        called = queue.call_next(hall, chen, f"c{n}", at)
        take(Queueing.finish, called.number, chen, key=f"f{n}", at=at + timedelta(minutes=6))
    queue.end_day(MONDAY + timedelta(hours=9), "当天结束")
    assert value("tickets_drawn") == 4 and value("tickets_called") == 2
    assert value("mean_wait") == pytest.approx((10 + 19) / 2)
    assert value("mean_service") == pytest.approx(6)
    assert value("tickets_abandoned") == 50
    assert value("tickets_drawn", "hour") == {"9": 4}
    assert value("tickets_called", "counter") == {str(hall.number): 2}
    rows = metric("tickets_drawn").cell_rows(the_system(), Period(), "hour", "9")
    assert rows.count() == 4


def test_a_booking_nobody_came_to_is_missed_and_one_excused_is_not(hall):
    people = [citizen(n) for n in range(3)]
    matters = [book(p, in_days(n + 1)) for n, p in enumerate(people)]
    for n, matter in enumerate(matters[:2]):
        take(Visit.miss, matter, the_system(), key=f"m{n}")
    take(Visit.check_in, matters[2], queue.HALL_MACHINE, key="in")
    assert value("bookings_missed") == pytest.approx(200 / 3)
    take(Visit.appeal, matters[0].number, acting(people[0]), {"reason": "住院"}, key="a")
    take(Visit.excuse, matters[0].number, district.person("chen"), {"reason": "有病历"}, key="e")
    assert value("bookings_missed") == 50 and Booking.objects.count() == 3


def busy(first, weeks, count):
    """So many at nine each Monday, twice as many on each Tuesday."""
    for week in range(weeks):
        for day, times in ((0, 1), (1, 2)):
            at = first + timedelta(weeks=week, days=day)
            if published().is_working(at.date()):
                for n in range(count * times):
                    draw(at + timedelta(minutes=n), f"{at:%m%d}-{n}")


def test_tomorrow_is_what_the_same_weekday_was_and_its_past_error_is_shown(hall):
    busy(MONDAY - timedelta(weeks=7), 8, 3)
    now = MONDAY + timedelta(hours=8)  # a Monday, after closing
    came = forecast.arrivals(now)
    told = forecast.tomorrow(came, forecast.waits(now), now)
    assert told.day == MONDAY.date() + timedelta(1)
    assert [(h.hour, h.expected, h.counters) for h in told.hours] == [(9, 6.0, 1)]
    assert told.error == 0 and told.judged > 3
    table = forecast.heat(came, now.date())
    assert table[0] == {9: 3.0} and table[1] == {9: 6.0} and table[3] == {}


def test_a_guess_that_was_wrong_says_by_how_much(hall):
    busy(MONDAY - timedelta(weeks=7), 7, 2)
    for n in range(4):  # this Monday twice as many came
        draw(MONDAY + timedelta(minutes=n), f"more{n}")
    now = MONDAY + timedelta(days=1, hours=8)
    came = forecast.arrivals(now)
    assert forecast._error(came, MONDAY.date()) == 50
    assert 0 < forecast.tomorrow(came, {}, now).error < 50


def test_the_wait_of_tomorrow_is_told_with_what_the_same_guess_missed_before(hall):
    chen = district.person("chen")
    for week, minutes in enumerate((10, 10, 10, 16)):
        at = MONDAY - timedelta(weeks=4 - week)
        draw(at, f"w{week}")
        called = queue.call_next(hall, chen, f"c{week}", at + timedelta(minutes=minutes))
        take(Queueing.finish, called.number, chen, key=f"f{week}", at=at + timedelta(minutes=40))
    now = MONDAY - timedelta(hours=14)  # Sunday evening
    told = forecast.tomorrow(forecast.arrivals(now), forecast.waits(now), now)
    assert told.day == MONDAY.date()
    assert [(h.hour, h.wait) for h in told.hours] == [(9, pytest.approx(11.5))]
    assert told.wait_error == pytest.approx(2)  # missed by 0, 0 and 6 minutes


def test_waits_are_shared_out_and_counters_judged_by_their_open_minutes(hall):
    chen = district.person("chen")
    for n in range(10):
        draw(MONDAY, f"d{n}")
    shift = Shift.objects.create(
        counter=hall,
        account_id=chen.account_id,
        began_at=MONDAY,
        ended_at=MONDAY + timedelta(minutes=200),
    )
    for n in range(10):
        at = MONDAY + timedelta(minutes=10 * (n + 1))
        called = queue.call_next(hall, chen, f"c{n}", at)
        take(Queueing.finish, called.number, chen, key=f"f{n}", at=at + timedelta(minutes=6))
    assert value("wait_p50") == pytest.approx(55) and value("wait_p90") == pytest.approx(91)
    assert value("counter_utilisation") == pytest.approx(30)
    assert value("counter_utilisation", "clerk") == {chen.code: pytest.approx(30)}
    assert value("tickets_served") == 10 and value("wait_told_error") > 10
    rows = metric("tickets_served").cell_rows(district.person("chen"), Period(), "", "")
    assert list(rows) == [shift]
    assert not metric("tickets_served").cell_rows(district.person("ye"), Period(), "", "")


def test_the_page_of_hours_is_there_with_and_without_tickets(hall):
    client = Client()
    client.force_login(
        Account.objects.get(username="zhou"), "tongban.kernel.people.signin.StaffBackend"
    )
    assert "还没有取号记录" in client.get("/desk/hall/rhythm/").content.decode()


def test_the_pace_is_measured_from_two_months_of_visits(hall):
    chen = district.person("chen")
    for n in range(jobs.ENOUGH):
        at = MONDAY + timedelta(minutes=10 * n)
        draw(at, f"d{n}")
        called = queue.call_next(hall, chen, f"c{n}", at)
        take(Queueing.finish, called.number, chen, key=f"f{n}", at=at + timedelta(minutes=7))
    assert jobs.measure_pace(MONDAY + timedelta(days=1)) == 1
    pace = Pace.objects.get()
    assert (round(pace.minutes, 3), pace.visits, pace.group.code) == (7, jobs.ENOUGH, "SC")
