"""Opening the slots of the coming working days, and reading what is free."""

from datetime import date, datetime, time, timedelta

from django.db.models import F, QuerySet

from tongban.kernel.clock import published
from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.units.models import Unit

from .models import Slot

SESSIONS = ((time(9, 0), time(12, 0)), (time(14, 30), time(17, 30)))
MINUTES, CAPACITY, DAYS_AHEAD = 30, 4, 7


def open_slots(units: list[Unit], today: date) -> int:
    """Slots of every unit for the next working days; those that exist stay as they are."""
    calendar = published()
    days = [calendar.add(today, n) for n in range(1, DAYS_AHEAD + 1)]
    if calendar.is_working(today):
        days.insert(0, today)
    rows = [
        Slot(unit=unit, begins_at=begins, minutes=MINUTES, capacity=CAPACITY)
        for unit in units
        for day in days
        for begins in _beginnings(day)
    ]
    return len(Slot.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000))


def _beginnings(day: date) -> list[datetime]:
    found = []
    for opens, closes in SESSIONS:
        at = datetime.combine(day, opens, CHINA)
        while at < datetime.combine(day, closes, CHINA):
            found.append(at)
            at += timedelta(minutes=MINUTES)
    return found


def free_slots(unit_id: int, now: datetime) -> QuerySet[Slot]:
    return Slot.objects.filter(unit=unit_id, begins_at__gt=now, taken__lt=F("capacity"))
