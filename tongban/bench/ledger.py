"""A step costs the same whatever the ledger holds already."""

import time
from datetime import datetime
from typing import Any

from .house import scratch
from .report import Figure

SIZES = (1_000, 100_000, 1_000_000)
SAMPLE = 400
COPY = """
insert into ledger_event (matter_id, seq, step, from_state, to_state, actor, role, unit,
  on_behalf_of, at, facts, key, prev_hash, hash)
select e.matter_id, e.seq + g * %s, e.step, e.from_state, e.to_state, e.actor, e.role, e.unit,
  e.on_behalf_of, e.at, e.facts, e.key || ':' || g || ':' || %s, e.prev_hash, e.hash
from ledger_event e, generate_series(1, %s) g where e.id <= %s
"""


def measure(scale: float) -> list[Figure]:
    with scratch():
        from django.db import connection
        from django.utils import timezone

        from tongban.demo import bulk, people, reference
        from tongban.kernel.ledger.models import Event

        now = timezone.now()
        reference.load(now.date())
        people.load("bench", now.date())
        cases = bulk.Bulk("SC", now.date())
        cases.write(int(1000 * scale), now, roads=((),))
        seconds: dict[int, float] = {}
        for size in (int(n * scale) for n in SIZES):
            _grow(size)
            with connection.cursor() as cursor:
                cursor.execute("vacuum analyze ledger_event")
            seconds[Event.objects.count()] = _step_seconds(cases, now)
    small, *_, large = seconds.values()
    return [
        Figure(
            "step_at_a_million_events",
            round(large * 1000, 3),
            "ms",
            raw=round(small * 1000, 3),
            ratio=round(small / large, 3),
            details={f"ms_at_{n}": round(s * 1000, 3) for n, s in seconds.items()},
        )
    ]


def _grow(size: int) -> None:
    """Copies of events: they stand in every index a step touches."""
    from django.db import connection

    from tongban.kernel.ledger.models import Event

    have = Event.objects.count()
    if have >= size:
        return
    with connection.cursor() as cursor:
        cursor.execute("select max(id), max(seq) + 1 from ledger_event")
        last, width = cursor.fetchone()
        cursor.execute(COPY, [width, str(size), size // have, last])


def _step_seconds(cases: Any, now: datetime) -> float:
    """Median time of taking `accept` on fresh cases."""
    from tongban.kernel.people.actor import actor_of
    from tongban.kernel.people.models import Account
    from tongban.kernel.procedures.taking import take
    from tongban.services.cases.procedure import Handling

    numbers = cases.write(SAMPLE, now, roads=((),))
    account = Account.objects.get(username="chen")
    clerk = actor_of(account, now.date())
    times = []
    for number in numbers:
        began = time.perf_counter()
        take(Handling.accept, number, clerk, key=f"bench:{number}")
        times.append(time.perf_counter() - began)
    return sorted(times)[len(times) // 2]
