"""The rush when slots are released: 5,000 people for 500 places in the same second.

Beside it, in the same run: a bare insert on the same server, the raw limit; and the usual way,
count then insert, the control, which oversells. Then the rush once more while web processes are
killed and everybody presses again with the same key until answered.
"""

import random
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from . import load
from .crash import kill
from .house import scratch, served, signed_in
from .report import Figure
from .rush import Rush, press
from .turns import BARE

PEOPLE, SEATS, SLOTS = 5_000, 500, 10
CONNECTIONS, SECOND = 5_000, 1.0
EARLIER = 60  # people who booked before the hour
KILLS, APART = 20, 0.5  # seconds between two kills
BOOKED, TOLD = 302, 409


def measure(scale: float) -> list[Figure]:
    people = int(PEOPLE * scale)
    with scratch() as folder:
        rush = _Rush(people, int(SEATS * scale))
        calm, first = rush.run(with_kills=None), rush.judged()
        killed, second = rush.run(with_kills=folder.path), rush.judged()
        bare, control = _bare(people), _control(people, int(SEATS * scale))
    return [
        Figure(
            "booking_rush",
            round(calm.rate, 1),
            "answers per second",
            round(bare.rate, 1),
            round(calm.rate / bare.rate, 3),
            {
                **first,
                "p50_ms": round(calm.percentile(0.5) * 1000),
                "p99_ms": round(calm.percentile(0.99) * 1000),
                "told_full": calm.statuses().get(TOLD, 0),
                "told_p50_ms": round(calm.percentile(0.5, TOLD) * 1000),
                "told_p90_ms": round(calm.percentile(0.9, TOLD) * 1000),
                "booked_p50_ms": round(calm.percentile(0.5, BOOKED) * 1000),
                "bare_p99_ms": round(bare.percentile(0.99) * 1000),
            },
        ),
        Figure("oversold", first["oversold"], "places"),
        Figure(
            "with_kills",
            round(killed.percentile(0.99) * 1000),
            "ms p99",
            details={**second, "kills": KILLS, "told_full": killed.statuses().get(TOLD, 0)},
        ),
        Figure("lost", first["lost"] + second["lost"], "bookings acknowledged and not there"),
        Figure("doubled", first["doubled"] + second["doubled"], "people booked twice"),
        Figure("control_oversold", control, "places sold twice by count-then-insert"),
    ]


class _Rush:
    """People signed in before the hour, and slots that are all released at it."""

    def __init__(self, people: int, seats: int):
        from django.utils import timezone

        from tongban.demo import people as demo
        from tongban.demo import reference

        today = timezone.localdate()
        reference.load(today)
        demo.load("bench", today)
        self.seats, self.round = seats, 0
        self.people = [_person(n) for n in range(people)]
        self.headers = [signed_in(account.username) for account in self.people]
        earlier = [_person(people + n) for n in range(EARLIER)]
        self.earlier = [signed_in(account.username) for account in earlier]
        self.source = random.Random(8)  # noqa: S311 - the same rush every time

    def run(self, *, with_kills: Path | None) -> Rush:
        self.round += 1
        self.slots = _slots(self.seats, self.round)
        messages = [
            self._press(n, headers, self.source.choice(self.slots))
            for n, headers in enumerate(self.headers)
        ]
        with served() as port:
            self._day_before_the_hour(port)
            if with_kills:
                killer = threading.Thread(target=kill, args=(with_kills, KILLS, APART))
                killer.start()
            spread = SECOND if not with_kills else KILLS * APART
            self.done = press(port, messages, within=spread, connections=CONNECTIONS)
            if with_kills:
                killer.join()
        return self.done

    def _day_before_the_hour(self, port: int) -> None:
        """A server that has booked before, as any has."""
        slot = _slots(EARLIER * SLOTS, EARLIER + self.round)[0]
        messages = [self._press(-n - 1, headers, slot) for n, headers in enumerate(self.earlier)]
        press(port, messages, within=SECOND / 10, connections=len(messages))

    def _press(self, n: int, headers: dict[str, str], slot: int) -> bytes:
        """As the page sends it."""
        body = f"key=rush-{self.round}-{n}&people=1&slot={slot}"
        return load.request("POST", "/book/?group=SC", headers, body)

    def judged(self) -> dict[str, Any]:
        """What the database says of the latest rush, beside what people were told."""
        from tongban.services.booking.models import Booking, Slot

        slots = Slot.objects.filter(pk__in=self.slots)
        rows = Booking.objects.filter(slot__in=slots, live=True)
        booked = Counter(rows.values_list("applicant", flat=True))
        told = [
            account.applicant_id
            for account, (status, _) in zip(self.people, self.done.answers, strict=True)
            if status == BOOKED
        ]
        by_slot = Counter(rows.values_list("slot", flat=True))
        over = sum(max(by_slot[s.pk] - s.capacity, 0) for s in slots)
        others = [s for s, _ in self.done.answers if s not in (BOOKED, TOLD)]
        return {
            "booked": sum(booked.values()),
            "oversold": over,
            "doubled": sum(1 for n in booked.values() if n > 1),
            "lost": sum(1 for pk in told if pk not in booked),
            "other_answers": len(others),
        }


def _person(n: int) -> Any:
    from tongban.demo.people import with_check
    from tongban.kernel.people.models import Account, Applicant

    applicant = Applicant(kind=Applicant.Kind.NATURAL, identity_level=2)
    applicant.set_name("李小明")
    applicant.set_id(with_check(f"440801{1950 + n // 1000}0101{n % 1000:03d}"))
    applicant.set_phone(str(15900000000 + n))
    applicant.save()
    return Account.objects.create_user_named(f"rush-{n}", applicant=applicant)


def _slots(seats: int, number: int) -> list[int]:
    from datetime import timedelta

    from django.utils import timezone

    from tongban.services.booking.models import Group, Slot

    now = timezone.now()
    group = Group.objects.get(code="SC")
    day = now + timedelta(days=2 * number)  # nobody has two visits on one day
    made = [
        Slot.objects.create(
            group=group,
            begins_at=day + timedelta(minutes=n),
            released_at=now,
            capacity=seats // SLOTS,
        )
        for n in range(SLOTS)
    ]
    return [slot.pk for slot in made]


def _bare(people: int) -> Rush:
    messages = [load.request("GET", "/insert/", {})] * people
    with served(BARE) as port:
        load.run(port, lambda _n: load.request("GET", "/one/", {}), seconds=1.0)
        return press(port, messages, within=SECOND, connections=CONNECTIONS)


def _control(people: int, seats: int) -> int:
    """The usual way: count what is taken, and insert when there is room. Everybody wants the
    earliest slot that is left, as people do."""
    from tongban.kernel.procedures.models import NumberCounter

    seats_each = seats // SLOTS
    messages = [
        load.request("GET", f"/unsafe/{n * SLOTS // people}/{seats_each}/", {})
        for n in range(people)
    ]
    with served(BARE) as port:
        press(port, messages, within=SECOND, connections=CONNECTIONS)
    sold = Counter(
        prefix.split("-")[1]
        for prefix in NumberCounter.objects.filter(prefix__startswith="unsafe-").values_list(
            "prefix", flat=True
        )
    )
    return sum(max(n - seats_each, 0) for n in sold.values())
