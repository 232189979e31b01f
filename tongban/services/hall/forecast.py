"""When people come: hour by weekday, tomorrow from it, and how wrong the same guess was before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Avg, Count, F, QuerySet
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone

from tongban.kernel.clock import published
from tongban.kernel.procedures.taking import CHINA

from .lines import MINUTES
from .models import Ticket

WEEKS, BUSY = 8, 0.85  # looked back; how busy a counter may be before waits grow long
JUDGED = 20  # working days whose own forecast is compared with what came

Arrivals = Mapping[date, Mapping[int, float]]  # day → hour → tickets drawn, or minutes waited


@dataclass(frozen=True)
class Hour:
    """expected: arrivals; counters: how many keep waits short at the measured pace; wait: minutes
    as at this hour of this weekday before, None where nobody was called."""

    hour: int
    expected: float
    counters: int
    wait: float | None = None


@dataclass(frozen=True)
class Tomorrow:
    """error: mean absolute percent by which the days before were missed; None: too few days."""

    day: date
    hours: list[Hour]
    error: float | None
    judged: int
    wait_error: float | None = None

    @property
    def expected(self) -> float:
        return sum(hour.expected for hour in self.hours)


def arrivals(now: datetime, groups: Sequence[int] = ()) -> Arrivals:
    """One statement for all that is shown."""
    rows = Ticket.objects.filter(group__in=groups) if groups else Ticket.objects.all()
    return _by_hour(rows, now, Count("pk"), float)


def waits(now: datetime) -> Arrivals:
    """Minutes waited in the mean."""
    rows = Ticket.objects.filter(called_at__isnull=False)
    waited = Avg(F("called_at") - F("matter__opened_at"))
    return _by_hour(rows, now, waited, lambda mean: mean.total_seconds() / 60)


def _by_hour(
    rows: QuerySet[Ticket], now: datetime, value: Any, read: Callable[[Any], float]
) -> Arrivals:
    """What is made of the tickets of each day and hour of drawing, of all the weeks looked at."""
    since = now - timedelta(weeks=WEEKS, days=JUDGED * 2)
    counted = rows.filter(matter__opened_at__gte=since).annotate(
        day=TruncDate("matter__opened_at", tzinfo=CHINA),
        hour=ExtractHour("matter__opened_at", tzinfo=CHINA),
    )
    found: dict[date, dict[int, float]] = {}
    for row in counted.values("day", "hour").annotate(value=value):
        found.setdefault(row["day"], {})[row["hour"]] = read(row["value"])
    return found


def wait_error(waited: Arrivals, today: date) -> float | None:
    """Minutes by which the same guess missed the hours of the days before, in the mean."""
    missed: list[float] = []
    for day in _judged(today):
        guess, real = expected(waited, day), waited.get(day, {})
        missed += [abs(guess[hour] - real[hour]) for hour in real if hour in guess]
    return sum(missed) / len(missed) if missed else None


def heat(came: Arrivals, today: date) -> dict[int, dict[int, float]]:
    """Weekday → hour → mean arrivals of the working days looked back on."""
    return {weekday: _mean(came, _alike(came, weekday, today)) for weekday in range(7)}


def _alike(came: Arrivals, weekday: int, before: date) -> list[date]:
    """The working days of this weekday in the weeks before a day on which anybody came."""
    calendar = published()
    days = (before - timedelta(n) for n in range(1, WEEKS * 7 + 1))
    return [d for d in days if d.weekday() == weekday and d in came and calendar.is_working(d)]


def _mean(came: Arrivals, days: list[date]) -> dict[int, float]:
    hours = {hour for day in days for hour in came[day]}
    return {h: sum(came[day].get(h, 0) for day in days) / len(days) for h in sorted(hours)}


def expected(came: Arrivals, day: date) -> dict[int, float]:
    """By hour: the mean of the same weekday in the weeks before; nothing of the day itself."""
    return _mean(came, _alike(came, day.weekday(), day))


def tomorrow(came: Arrivals, waited: Arrivals, now: datetime) -> Tomorrow:
    calendar, today = published(), timezone.localtime(now, CHINA).date()
    day = calendar.add(today, 1)
    pace = _pace(now)
    minutes = expected(waited, day)
    hours = [
        Hour(hour, n, max(ceil(n * pace / 60 / BUSY), 1), minutes.get(hour))
        for hour, n in expected(came, day).items()
    ]
    errors = [error for d in _judged(today) if (error := _error(came, d)) is not None]
    mean = sum(errors) / len(errors) if errors else None
    return Tomorrow(day, hours, mean, len(errors), wait_error(waited, today))


def _judged(today: date) -> list[date]:
    calendar = published()
    days = (today - timedelta(n) for n in range(1, JUDGED * 2))
    return [day for day in days if calendar.is_working(day)][:JUDGED]


def _error(came: Arrivals, day: date) -> float | None:
    """Percent by which a past day was missed by the forecast that would have been made for it."""
    real = sum(came.get(day, {}).values())
    guess = sum(expected(came, day).values())
    return 100 * abs(guess - real) / real if real and guess else None


def _pace(now: datetime) -> float:
    done = Ticket.objects.filter(finished_at__gte=now - timedelta(weeks=WEEKS))
    mean = done.aggregate(mean=Avg(F("finished_at") - F("called_at")))["mean"]
    return mean.total_seconds() / 60 if mean else MINUTES
