"""Presses of one moment booked as one set: the same bookings as one by one, by few statements."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string
from django.test.utils import CaptureQueriesContext

from tests import district
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.verify import verify
from tongban.kernel.notices.models import Notice
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.people.sessions import SessionStore
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.services.booking.models import Booking, Slot
from tongban.services.booking.procedure import Visit
from tongban.services.booking.rush import FULL, Answer
from tongban.services.booking.together import book_together

from .test_races import citizens, in_parallel

pytestmark = pytest.mark.django_db(transaction=True)
CSRF = _get_new_csrf_string()


@pytest.fixture
def hall(transactional_db):
    district.load()


def signed_in(account):
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "tongban.kernel.people.signin.PhoneBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return session.session_key


def press(session, slot, key, *, csrf=CSRF, cookies="", query=b"group=SC", **more):
    """As a browser sends the form of slots."""
    body = urlencode({"csrfmiddlewaretoken": csrf, "key": key, "people": 1, "slot": slot.pk} | more)
    headers = [
        (b"host", b"localhost"),
        (b"cookie", f"sessionid={session}; csrftoken={CSRF}{cookies}".encode()),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", str(len(body)).encode()),
    ]
    scope = {"type": "http", "method": "POST", "path": "/book/", "query_string": query}
    return scope | {"headers": headers}, body.encode()


def number_in(answer):
    return re.fullmatch(r"/my/([\w-]+)/booked/", answer.location)[1]


def test_a_set_makes_what_single_bookings_make(hall, verifiable):
    *crowd, alone = citizens(4)
    slot = district.slot(9)
    data = {"slot": slot.pk, "group": "SC", "people": 1}
    single = take(Visit.book, None, actor_of(alone, district.TODAY), data, key="alone")
    answers = book_together([press(signed_in(c), slot, f"k{n}") for n, c in enumerate(crowd)])
    numbers = [number_in(answer) for answer in answers]
    assert numbers == sorted(numbers) and len(set(numbers)) == 3
    slot.refresh_from_db()
    assert slot.taken == 4
    for account, number in zip(crowd, numbers, strict=True):
        matter = Matter.objects.get(number=number)
        assert _shape(matter) == _shape(single.matter)
        assert matter.applicant_id == matter.detail.applicant_id == account.applicant_id
    verify(lambda *_: None)


def _shape(matter):
    """All that is the same for everybody who books this slot."""
    event, own = matter.events.get(), ("id", "number", "query_code", "applicant_id", "head_hash")
    rows = Matter.objects.filter(pk=matter.pk).values().get()
    told = [
        (n.channel, n.words, n.context["when"], n.state) for n in event.notices.order_by("channel")
    ]
    booked = Booking.objects.filter(pk=matter.pk).values("slot", "day", "channel", "places").get()
    times = ("opened_at", "changed_at")
    return (
        {name: value for name, value in rows.items() if name not in (*own, *times)},
        (event.step, event.role, event.facts, event.from_state, event.to_state),
        told,
        booked,
    )


def test_what_is_not_plain_is_left_to_the_page_and_changes_nothing(hall):
    slot = district.slot(9)
    mine, others, thirds = (signed_in(account) for account in citizens(3))
    clerk = signed_in(Account.objects.get(username="chen"))
    assert book_together([press(mine, slot, "k")])[0].location
    presses = [
        press(mine, slot, "k"),  # sent before
        press(others, slot, "a", csrf="x" * 32),
        press("nobody", slot, "b"),
        press(clerk, slot, "c"),
        press(others, slot, "d", cookies="; kiosk=1"),
        press(others, slot, "e", behalf="1"),
        press(others, slot, "f", people=9),
        press(thirds, slot, "g", query=b"group=NONE"),
        press(thirds, slot, "h"),
        press(thirds, slot, "i"),
    ]
    answers = book_together(presses)
    assert [isinstance(answer, Answer) for answer in answers] == [False] * 8 + [True, False]
    assert Booking.objects.count() == Event.objects.filter(step="book").count() == 2


def test_the_last_place_goes_to_one_and_the_others_are_told(hall):
    crowd = citizens(5)
    slot = district.slot(2)
    answers = book_together([press(signed_in(c), slot, f"k{n}") for n, c in enumerate(crowd)])
    assert answers.count(FULL) == 3
    slot.refresh_from_db()
    assert slot.taken == Booking.objects.count() == 2
    assert Notice.objects.count() == 4


def test_sets_of_two_processes_never_oversell_and_give_each_number_once(hall):
    crowd = citizens(48)
    slots = [district.slot(5), district.slot(5, at=district.tomorrow(15))]
    sent = [press(signed_in(c), slots[n % 2], f"k{n}") for n, c in enumerate(crowd)]
    answers = in_parallel(lambda n: book_together(sent[n::4]), 4)
    told = [answer for found in answers for answer in found]
    booked = {number_in(answer) for answer in told if answer != FULL}
    assert len(booked) == 10 and told.count(FULL) == 38
    assert set(Slot.objects.filter(pk__in=[s.pk for s in slots]).values_list("taken")) == {(5,)}
    assert set(Matter.objects.filter(kind="booking").values_list("number", flat=True)) == booked


@pytest.mark.parametrize("of_item", [False, True])
def test_a_set_costs_as_many_statements_whatever_its_size(hall, of_item):
    crowd = citizens(12)
    slot = district.slot(20)
    what = {"item": district.PLAIN_ITEM, "query": b""} if of_item else {}
    sent = [press(signed_in(c), slot, f"k{n}", **what) for n, c in enumerate(crowd)]
    counts = []
    for part in (sent[:2], sent[2:]):
        with CaptureQueriesContext(connection) as seen:
            assert all(book_together(part))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20 + 6 * of_item
    assert Booking.objects.filter(item__isnull=not of_item).count() == 12
