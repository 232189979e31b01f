"""What happens in the hall by the clock: standby moves up, the day ends, the pace is measured."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tongban.kernel.procedures.taking import CHINA
from tongban.services.booking.models import Pace

from . import lines, queue
from .models import Shift, Ticket

CLOSES = 21  # o'clock: who still stands in a line then is let go
MEASURED_DAYS, ENOUGH = 60, 20


@app.periodic(cron="* * * * *")
@app.task(name="move_up_waves", queueing_lock="move_up_waves")
def move_up(timestamp: int) -> None:
    queue.move_up_waves(timezone.now())


@app.periodic(cron="10 * * * *")
@app.task(name="end_hall_day", queueing_lock="end_hall_day")
def end_hall_day(timestamp: int) -> None:
    """After closing everybody; in the morning whoever a stopped server left from yesterday."""
    now = timezone.now()
    until = now if timezone.localtime(now, CHINA).hour >= CLOSES else lines.start_of_day(now)
    queue.end_day(until, _("当天结束"))
    measure_pace(now)


def measure_pace(now: datetime) -> int:
    """How long a visit takes, by group and by item, from the tickets of two months. Returns how
    many were measured."""
    since = now - timedelta(days=MEASURED_DAYS)
    done = Ticket.objects.filter(finished_at__gte=since, called_at__isnull=False)
    spent = Avg(F("finished_at") - F("called_at"))
    hands = _counters_a_day(since)
    of_items = done.filter(item__isnull=False)
    rows: list[Any] = [
        *done.values("group").annotate(mean=spent, n=Count("pk")),
        *of_items.values("group", "item").annotate(mean=spent, n=Count("pk")),
    ]
    measured = [row for row in rows if row["n"] >= ENOUGH]
    for row in measured:
        Pace.objects.update_or_create(
            group_id=row["group"],
            item_id=row.get("item"),
            defaults={
                "minutes": row["mean"].total_seconds() / 60,
                "visits": row["n"],
                "counters": max(round(hands.get(row["group"], 1)), 1),
            },
        )
    return len(measured)


def _counters_a_day(since: datetime) -> dict[int, float]:
    """How many counters of each group are open on a day, in the mean."""
    shifts = Shift.objects.filter(began_at__gte=since).annotate(day=TruncDate("began_at"))
    rows = shifts.values("counter__servings__group", "day").annotate(
        n=Count("counter", distinct=True)
    )
    found: dict[int, list[int]] = {}
    for group, n in rows.values_list("counter__servings__group", "n"):
        if group is not None:
            found.setdefault(group, []).append(n)
    return {group: sum(days) / len(days) for group, days in found.items()}
