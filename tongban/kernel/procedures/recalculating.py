"""Deadlines of open matters, computed again when the calendar changes.

A deadline is a function of events, calendar and rule; what stands in the row is kept for lists.
A year's holidays are known late in the year before (国务院办公厅放假通知), and move what was
provisional.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from ..clock import Calendar, Clock, Limit, deadline, published
from ..ledger.models import Event
from .models import CalendarInForce, Matter

BATCH = 1000
COLUMNS = {
    "id": "bigint",
    "head_seq": "int",
    "due_on": "date",
    "statutory_due_on": "date",
    "yellow_on": "date",
    "used_days": "int",
    "provisional": "boolean",
    "act_on": "date",
}
# A matter that moved in between was written by its step with the new calendar: left alone.
UPDATE = """update procedures_matter m set {sets} from unnest({arrays}) as v({names})
  where m.id = v.id and m.head_seq = v.head_seq and ({differs})"""


@dataclass
class Rows:
    """Columns of a batch, to be written by one statement."""

    values: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def add(self, **values: Any) -> None:
        for name in COLUMNS:
            self.values[name].append(values[name])


def recalculate(calendar: Calendar) -> int:
    """Returns how many deadlines moved. Batches are short: nobody waits for the whole."""
    moved, last = 0, 0
    waiting = Matter.objects.filter(Q(clock__isnull=False) | Q(act_on__isnull=False))
    waiting = waiting.filter(closed_at=None).order_by("pk")
    while True:
        batch = list(waiting.filter(pk__gt=last).only("pk", "head_seq", "clock", "act_on")[:BATCH])
        if not batch:
            return moved
        last = batch[-1].pk
        moved += _write(_computed(batch, calendar))


def _computed(batch: list[Matter], calendar: Calendar) -> Rows:
    limits = _limits([matter.pk for matter in batch if matter.act_on])
    rows = Rows()
    for matter in batch:
        found = deadline(Clock.from_json(matter.clock), calendar)
        within = limits.get(matter.pk)
        rows.add(
            id=matter.pk,
            head_seq=matter.head_seq,
            due_on=found.due_on,
            statutory_due_on=found.statutory_due_on,
            yellow_on=found.yellow_on,
            used_days=found.used_days,
            provisional=found.provisional,
            act_on=_ends(within, calendar) if within else matter.act_on,
        )
    return rows


def _limits(matters: list[int]) -> dict[int, dict[str, Any]]:
    """The limit for standing where each stands, from the event that set it last."""
    rows = Event.objects.filter(matter__in=matters, facts__has_key="within")
    latest = rows.order_by("matter", "-seq").distinct("matter")
    return {pk: within for pk, within in latest.values_list("matter", "facts__within") if within}


def _ends(within: dict[str, Any], calendar: Calendar) -> date:
    limit = Limit(within["days"], within["law"], within["unit"])
    return limit.ends(date.fromisoformat(within["from"]), calendar)


def _write(rows: Rows) -> int:
    names = [name for name in COLUMNS if name not in ("id", "head_seq")]
    sql = UPDATE.format(
        sets=", ".join(f"{name} = v.{name}" for name in names),
        arrays=", ".join(f"%s::{kind}[]" for kind in COLUMNS.values()),
        names=", ".join(COLUMNS),
        differs=" or ".join(f"m.{name} is distinct from v.{name}" for name in names),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, list(rows.values.values()))
        return int(cursor.rowcount)


def digest(calendar: Calendar) -> str:
    days = (f"{day} {one.kind}\n" for day, one in sorted(calendar.exceptions.items()))
    return hashlib.sha256("".join(days).encode()).hexdigest()


def keep_up(now: datetime) -> int | None:
    """Compute again when another calendar is in force than the last time; None when it is not.
    One that stops halfway begins anew: the calendar counts as applied only at the end."""
    calendar = published()
    known, current = CalendarInForce.objects.order_by("-pk").first(), digest(calendar)
    if known and known.digest == current:
        return None
    moved = recalculate(calendar)
    CalendarInForce.objects.create(digest=current, at=now, moved=moved)
    return moved


@app.periodic(cron="* * * * * */10")
@app.task(name="calendar", queueing_lock="calendar", lock="calendar")
def calendar_changed(timestamp: int) -> None:
    keep_up(timezone.now())
