"""A hundred at once: no slot over its capacity, no ticket called twice, no number given twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from tests import district
from tongban.demo import people
from tongban.kernel.people.actor import actor_of
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow, Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.units.models import Unit
from tongban.services.booking.models import Booking
from tongban.services.booking.procedure import Visit
from tongban.services.catalogue.models import Change
from tongban.services.catalogue.procedure import Publishing
from tongban.services.certificates.models import type_of
from tongban.services.hall import queue
from tongban.services.hall.models import Counter, Ticket
from tongban.services.hall.procedure import Queueing

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 100
HANDS = 12  # connections, as many as a small server gives to pages


def in_parallel(act, many):
    """Call act(0) … act(many - 1) from some threads that start together; their results."""
    results, lock, numbers = [], threading.Lock(), iter(range(many))
    gate = threading.Barrier(HANDS)

    def work():
        gate.wait()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            try:
                found = act(number)
            except Refusal as refusal:
                found = refusal
            with lock:
                results.append(found)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def hall(transactional_db):
    district.load()


def citizens(count):
    found = []
    for n in range(count):
        number = people.with_check(f"44080119850101{n:03d}")
        found.append(district.shopkeeper(f"王{n}", number, f"1390014{n:04d}"))
    return found


def test_a_hundred_book_one_slot_and_only_its_capacity_gets_it(hall):
    crowd = citizens(AT_ONCE)
    cases = [district.applied(c, key=f"c{n}") for n, c in enumerate(crowd)]
    slot = district.slot(7)

    def book(n):
        data = {"slot": slot.pk, "about": cases[n].number}
        return take(Visit.book, None, actor_of(crowd[n], district.TODAY), data, key=f"b{n}")

    results = in_parallel(book, AT_ONCE)
    refused = [r for r in results if isinstance(r, Refusal)]
    assert len(results) - len(refused) == 7
    assert {str(r) for r in refused} == {"这个时段刚刚约满或已经开始，请换一个时段"}
    slot.refresh_from_db()
    assert slot.taken == Booking.objects.filter(slot=slot, live=True).count() == 7


def test_a_cancelled_place_is_free_again_and_a_case_has_one_booking(hall):
    (citizen,) = citizens(1)
    case, actor = district.applied(citizen), actor_of(citizen, district.TODAY)
    slot = district.slot(at=timezone.now() + timedelta(hours=3))
    data = {"slot": slot.pk, "about": case.number}
    booking = take(Visit.book, None, actor, data, key="one").matter
    with pytest.raises(NotNow, match="已有预约"):
        take(Visit.book, None, actor, data, key="two")
    take(Visit.cancel, booking, actor, key="three")
    take(Visit.book, None, actor, data, key="four")
    slot.refresh_from_db()
    assert slot.taken == 1


def test_a_hundred_calls_never_call_the_same_ticket(hall):
    clerks = [district.person("chen"), district.person("luo")]
    counters = list(Counter.objects.filter(unit__code="SC"))
    for n in range(60):
        take(
            Queueing.draw,
            None,
            queue.HALL_MACHINE,
            {"group": "SC", "reason": "booked" if n % 3 == 0 else ""},
            key=f"d{n}",
        )

    def call(n):
        return queue.call_next(counters[n % 2], clerks[n % 2], key=f"call{n}")

    called = [m.pk for m in in_parallel(call, AT_ONCE) if isinstance(m, Matter)]
    assert len(called) == len(set(called)) == 60
    assert Ticket.objects.filter(calls=1).count() == 60
    assert not Matter.objects.filter(kind="ticket", state="waiting").exists()


def test_checking_in_a_hundred_times_draws_one_ticket(hall):
    (citizen,) = citizens(1)
    case, actor = district.applied(citizen), actor_of(citizen, district.TODAY)
    ten = district.tomorrow(10)
    slot = district.slot(at=ten + timedelta(minutes=9))
    code = take(
        Visit.book, None, actor, {"slot": slot.pk, "about": case.number}, key="b"
    ).matter.query_code
    found = {m.pk for m in in_parallel(lambda n: queue.check_in(code, ten), AT_ONCE)}
    assert len(found) == 1
    assert Ticket.objects.get().booked


def test_one_submission_gives_one_number_however_often_it_is_sent(hall):
    (citizen,) = citizens(1)
    found = in_parallel(lambda n: district.applied(citizen, key="same").number, AT_ONCE)
    assert len(set(found)) == 1
    assert Matter.objects.filter(kind="case").count() == 1


def test_a_unit_that_issues_its_first_certificate_stops_nobody(hall):
    """Whoever opens a matter only names the unit; waiting for it, numbers and units taken in the
    other order ended in a deadlock."""

    def apply(n):
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '2s'")
        return district.applied(crowd[n], key=f"a{n}").number

    crowd = citizens(5)
    with transaction.atomic():
        type_of(Unit.objects.get(code="SC"), "会员证")
        numbers = in_parallel(apply, len(crowd))
    assert len(set(numbers)) == 5


def test_the_first_come_is_called_first_and_bookings_before(hall):
    clerk, counter = district.person("chen"), Counter.objects.filter(unit__code="SC").first()
    for n, booked in enumerate((False, False, True)):
        take(
            Queueing.draw,
            None,
            queue.HALL_MACHINE,
            {"group": "SC", "reason": "booked" if booked else ""},
            key=f"d{n}",
        )
    labels = [queue.call_next(counter, clerk, key=f"c{n}").title for n in range(3)]
    assert labels == ["E003", "E001", "E002"]
    assert queue.call_next(counter, clerk, key="c9") is None


def test_of_many_who_propose_for_one_list_one_wins_and_the_others_are_told(hall):
    clerk = district.person("chen")
    data = {
        "kind": "adjust",
        "reason": "压减时限",
        "legal_basis": "国发〔2022〕5号",
        "effective_on": timezone.localdate(),
        "lines": {district.PLAIN_ITEM: {"elements": {"visits": 1}}},
    }
    results = in_parallel(
        lambda n: take(Publishing.propose, None, clerk, data, key=f"race{n}"), AT_ONCE
    )
    refused = [r for r in results if isinstance(r, Refusal)]
    assert len(results) - len(refused) == 1
    number = Change.objects.get().matter.number
    assert all(number in refusal.reason for refusal in refused)
