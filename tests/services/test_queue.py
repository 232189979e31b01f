"""The queue: random days keep its promises, and each act of a counter does what it says."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import district
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotAllowed, NotNow, Refusal
from tongban.kernel.procedures.taking import CHINA, take
from tongban.kernel.units.models import Unit
from tongban.services.booking.models import Channel, Group
from tongban.services.booking.procedure import Visit
from tongban.services.booking.slots import group_of
from tongban.services.evaluation.models import Evaluation
from tongban.services.hall import duty, lines, queue
from tongban.services.hall.models import Counter, Serving, Shift, Ticket
from tongban.services.hall.procedure import Queueing

from .test_booking import acting, book, citizen

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 9, 28, 9, 0, tzinfo=CHINA)


@pytest.fixture
def hall(db):
    district.load()
    return Group.objects.get(code="SC")


def draw(n, at, group="SC", reason="", **more):
    data = {"group": group, "reason": reason, **more}
    return take(Queueing.draw, None, queue.HALL_MACHINE, data, key=f"draw{n}", at=at).matter


def counter(n=0, unit="SC"):
    return Counter.objects.filter(unit__code=unit)[n]


def called(which, at, n=0, who="chen"):
    found = queue.call_next(which, district.person(who), f"{which.pk}-{at}-{n}", at)
    return found and Ticket.objects.get(matter=found)


class Day:
    """A random day, and the book that is kept of it to judge the queue by."""

    def __init__(self, seed):
        self.source, self.at, self.n = random.Random(seed), MORNING, 0
        self.counters = [counter(0), counter(1), counter(0, "GA")]
        Serving.objects.create(
            counter=self.counters[0], group=Group.objects.get(code="GA"), weight=2
        )
        self.clerks = [
            queue.on_duty(district.person(who), c)
            for who, c in zip(("chen", "luo", "ye"), self.counters, strict=True)
        ]
        self.drawn, self.calls = {}, defaultdict(int)
        self.place, self.passed = {}, defaultdict(int)
        self.ordinary = set()

    def run(self, acts):
        for _ in range(acts):
            self.n += 1
            self.at += timedelta(seconds=self.source.randrange(1, 90))
            act = self.source.choice(
                (self.draws, self.draws, self.calls_one, self.calls_one, self.acts)
            )
            act()

    def draws(self):
        reason = self.source.choice(("", "", "", "elderly", "booked", "urgent"))
        group = self.source.choice(("SC", "SC", "GA"))
        matter = draw(self.n, self.at, group, reason)
        self.drawn[matter.pk] = group
        self.stands(matter.pk)

    def stands(self, pk):
        ticket = Ticket.objects.get(pk=pk)
        self.place[pk] = (ticket.group_id, ticket.queued_at)
        self.passed[pk] = 0
        self.ordinary.discard(pk)
        if ticket.priority == 2:
            self.ordinary.add(pk)

    def calls_one(self):
        which = self.source.randrange(3)
        if Ticket.objects.filter(
            counter=self.counters[which], matter__state__in=("called", "serving")
        ):
            return
        found = queue.call_next(self.counters[which], self.clerks[which], f"c{self.n}", self.at)
        if found is None:
            groups = [g.pk for g in self.counters[which].groups.all()]
            assert not any(line in groups for line, _ in self.place.values())
            return
        self.calls[found.pk] += 1
        line, place = self.place.pop(found.pk)
        forced = [
            pk
            for pk, (g, at) in self.place.items()
            if g == line and pk in self.ordinary and self.passed[pk] >= lines.BOUND and at < place
        ]
        assert not forced, "an ordinary ticket was overtaken once too often"
        for pk, (g, at) in self.place.items():
            if g == line and at < place and pk in self.ordinary:
                self.passed[pk] += 1
        assert lines.explained(found)

    def acts(self):
        which = self.source.randrange(3)
        mine = Ticket.objects.filter(counter=self.counters[which]).exclude(
            matter__closed_at__isnull=False
        )
        ticket = mine.select_related("matter").order_by("?").first()
        if ticket is None:
            return
        step = self.source.choice(
            (
                "begin",
                "finish",
                "finish",
                "pass_over",
                "rejoin",
                "hold",
                "resume",
                "recall",
                "transfer",
            )
        )
        data = {"group": "GA", "reason": "等材料"}
        try:
            take(
                Queueing.steps[step],
                ticket.matter.number,
                self.clerks[which],
                data,
                key=f"a{self.n}",
                at=self.at,
            )
        except Refusal:
            return
        if step in ("rejoin", "transfer"):
            self.stands(ticket.pk)


@pytest.mark.parametrize("seed", range(6))
def test_on_random_days_nobody_is_lost_called_twice_or_overtaken_too_often(hall, seed):
    day = Day(seed)
    day.run(160)
    for pk, times in day.calls.items():
        again = Matter.objects.get(pk=pk).events.filter(step__in=("rejoin", "transfer")).count()
        assert times <= 1 + again
    assert set(Ticket.objects.filter(waits=True).values_list("pk", flat=True)) == set(day.place)
    assert all(n <= lines.BOUND for n in day.passed.values())
    queue.end_day(day.at + timedelta(hours=1), "当天结束")
    assert not Matter.objects.filter(kind="ticket", closed_at=None).exists()
    assert Matter.objects.filter(kind="ticket").count() == len(day.drawn)
    gone = Matter.objects.filter(kind="ticket", state="gone").first()
    assert gone is None or gone.events.get(step="end_of_day").facts["form"]["reason"] == "当天结束"


def test_two_lines_are_called_by_their_weights(hall):
    both = counter()
    Serving.objects.create(counter=both, group=Group.objects.get(code="GA"), weight=3)
    for n in range(40):
        draw(n, MORNING + timedelta(seconds=n), "SC" if n % 2 else "GA")
    groups = [called(both, MORNING + timedelta(minutes=9, seconds=n)).group.code for n in range(20)]
    assert groups.count("GA") == 15 and groups.count("SC") == 5
    idle = [called(both, MORNING + timedelta(minutes=20, seconds=n)) for n in range(20)]
    assert all(idle)


def test_who_is_absent_rejoins_once_behind_three(hall):
    which, clerk = counter(), district.person("chen")
    matters = [draw(n, MORNING + timedelta(seconds=n)) for n in range(6)]
    at = MORNING + timedelta(minutes=5)
    first = called(which, at)
    take(Queueing.pass_over, first.matter, clerk, key="p", at=at)
    take(Queueing.rejoin, first.matter.number, clerk, key="r", at=at)
    order = [called(which, at + timedelta(minutes=n)).label for n in range(1, 7)]
    labels = [m.title for m in matters]
    assert order == [*labels[1:4], labels[0], *labels[4:]]
    take(Queueing.pass_over, matters[0].number, clerk, key="p2")
    with pytest.raises(NotNow, match="已经重新排过一次"):
        take(Queueing.rejoin, matters[0].number, clerk, key="r2")


def test_a_transfer_keeps_the_waiting_time(hall):
    police = [draw(n, MORNING + timedelta(minutes=n), "GA") for n in (2, 4)]
    mine = draw(9, MORNING + timedelta(minutes=3))
    at = MORNING + timedelta(minutes=10)
    called(counter(), at)
    take(Queueing.transfer, mine.number, district.person("chen"), {"group": "GA"}, key="t", at=at)
    order = [called(counter(0, "GA"), at + timedelta(minutes=n), who="ye").label for n in (1, 2, 3)]
    assert order == [police[0].title, mine.title, police[1].title]


def test_a_ticket_goes_on_to_its_next_counter_before_those_who_wait_there(hall):
    mine = draw(1, MORNING, route=["GA"])
    draw(2, MORNING - timedelta(minutes=30), "GA")
    at = MORNING + timedelta(minutes=10)
    called(counter(), at)
    clerk = district.person("chen")
    with pytest.raises(NotNow, match="还要去下一个窗口"):
        take(Queueing.finish, mine.number, clerk, key="f", at=at)
    take(Queueing.go_on, mine.number, clerk, key="g", at=at)
    found = called(counter(0, "GA"), at + timedelta(minutes=1), who="ye")
    assert found.matter_id == mine.pk and found.reason == "following"
    take(Queueing.finish, mine.number, district.person("ye"), key="f2")


def test_a_wave_place_moves_up_when_somebody_stays_away(hall):
    slot = district.slot(1, at=district.tomorrow(10), wave=2)
    book(citizen(), slot)
    waves = [book(citizen(n), slot, channel=Channel.WAVE) for n in (1, 2)]
    soon = slot.begins_at - timedelta(minutes=10)
    tickets = [
        queue.check_in(w.query_code, soon + timedelta(seconds=n)) for n, w in enumerate(waves)
    ]
    assert queue.move_up_waves(slot.begins_at) == 0  # not late yet
    late = slot.begins_at + timedelta(minutes=11)
    assert queue.move_up_waves(late) == 1 and queue.move_up_waves(late) == 0
    assert [Ticket.objects.get(matter=t).reason for t in tickets] == ["wave", ""]


def test_too_late_is_an_ordinary_ticket_and_the_wrong_day_is_told(hall):
    now = district.tomorrow(10)
    slot = district.slot(1, at=now + timedelta(minutes=1))
    booking = book(citizen(), slot)
    with pytest.raises(NotNow, match="请在当天签到"):
        queue.check_in(booking.query_code, now + timedelta(days=1))
    ticket = queue.check_in(booking.query_code, slot.begins_at + timedelta(minutes=11)).ticket
    assert ticket.priority == 2 and not ticket.booked and ticket.matter.applicant


def test_a_counter_is_opened_by_one_and_left_for_a_reason(hall):
    which, chen, luo = counter(), district.person("chen"), district.person("luo")
    with pytest.raises(NotNow, match="还没有打开"):
        duty.must_sit(which, chen)
    duty.open_counter(which, chen, MORNING)
    with pytest.raises(NotNow, match="由 陈敏 使用"):
        duty.open_counter(which, luo, MORNING)
    with pytest.raises(NotNow, match="别的窗口"):
        duty.open_counter(counter(1), chen, MORNING)
    draw(1, MORNING)
    at_hand = called(which, MORNING + timedelta(minutes=1))
    with pytest.raises(NotNow, match=at_hand.label):
        duty.leave_counter(which, "用餐", MORNING + timedelta(minutes=2))
    take(Queueing.finish, at_hand.matter.number, chen, key="f", at=MORNING + timedelta(minutes=6))
    duty.leave_counter(which, "用餐", MORNING + timedelta(minutes=30))
    day = duty.summary(which, chen, MORNING + timedelta(hours=1))
    assert (day.served, day.mean, day.open) == (1, 5.0, 30.0)
    assert Shift.objects.get().why == "用餐"


def test_a_comprehensive_counter_serves_other_units_and_nobody_else_does(hall):
    mine = draw(1, MORNING, "GA")
    which = counter()
    Serving.objects.create(counter=which, group=Group.objects.get(code="GA"))
    chen = district.person("chen")
    with pytest.raises(NotAllowed):
        take(Queueing.call, mine.number, chen, {"counter": which.number}, key="no")
    assert called(which, MORNING + timedelta(minutes=1)).matter_id == mine.pk


def test_the_wait_that_is_told_follows_hands_and_pace(hall):
    for n in range(6):
        draw(n, MORNING)
    duty.open_counter(counter(), district.person("chen"), MORNING)
    assert lines.estimate(hall, 2, MORNING + timedelta(minutes=1)) == 6 * lines.MINUTES
    duty.open_counter(counter(1), district.person("luo"), MORNING)
    assert lines.estimate(hall, 2, MORNING + timedelta(minutes=1)) == 3 * lines.MINUTES
    assert lines.estimate(hall, 0, MORNING + timedelta(minutes=1)) == 0


def test_a_served_ticket_is_judged_once(hall):
    mine = draw(1, MORNING)
    called(counter(), MORNING + timedelta(minutes=1))
    take(Queueing.finish, mine.number, district.person("chen"), key="f")
    me = citizen()
    with pytest.raises(NotAllowed):
        take(Queueing.judge, mine.number, acting(me), {"level": 5}, key="j")
    take(Queueing.judge, mine.number, queue.HALL_MACHINE, {"level": 2}, key="j2")
    assert Evaluation.objects.get().level == 2
    with pytest.raises(NotNow, match="已经评价过"):
        take(Queueing.judge, mine.number, queue.HALL_MACHINE, {"level": 5}, key="j3")


def test_the_counter_page_is_worked_by_keys_and_shows_the_person(hall, client):
    me = citizen()
    district.applied(me)
    draw(1, timezone.now(), person=me.applicant.code)
    client.force_login(
        district.Account.objects.get(username="chen"), "tongban.kernel.people.signin.StaffBackend"
    )
    number = counter().number
    answer = client.post(f"/hall/counter/{number}/next/", {"key": "a"}, follow=True)
    assert "窗口还没有打开" in answer.content.decode()
    client.post(f"/hall/counter/{number}/sit/", {"act": "open"})
    page = client.post(f"/hall/counter/{number}/next/", {"key": "b"}, follow=True).content.decode()
    label = Ticket.objects.get().label
    assert label in page and "这位群众的" in page and 'data-hotkey="f"' in page
    assert "按取号先后" in page
    code = Matter.objects.get(kind="ticket").query_code
    assert f"请到 {number} 号窗口" in Client().get(f"/hall/my/{code}/").content.decode()


def test_a_unit_that_sets_nothing_up_has_one_line(hall):
    assert group_of(Unit.objects.get(code="SC"), "E") == hall
    assert Visit.book.is_opening
