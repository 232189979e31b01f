"""The load that taking over a power would bring: people from cases and time, and what our own
like items say."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q
from django.utils import timezone

from tongban.services.catalogue.models import ServiceItem

# 人社部发〔2025〕2号: 365 − 104 days of rest − 13 holidays
WORKING_DAYS_A_YEAR, HOURS_A_DAY = 248, 8
MINUTES_A_YEAR = WORKING_DAYS_A_YEAR * HOURS_A_DAY * 60
CITY = "（市级）"


@dataclass(frozen=True)
class Likeness:
    """Our own items of the same name: how many there are, and cases of them in a year."""

    items: int
    cases: int


def staff_for(cases_per_year: int, minutes_per_case: int) -> Decimal:
    """Persons, to two places. *Example:* 1,984 cases of an hour are one person."""
    needed = Decimal(cases_per_year * minutes_per_case) / MINUTES_A_YEAR
    return needed.quantize(Decimal("0.01"), ROUND_HALF_UP)


def likeness(name: str) -> Likeness:
    """A power of the city named (市级)食品生产许可·新办 is like our items 食品生产许可-…"""
    stem = name.removeprefix(CITY).partition("·")[0].partition("-")[0].strip()
    if len(stem) < 2:
        return Likeness(0, 0)
    since = timezone.now() - timedelta(days=365)
    recent = Count("cases", filter=Q(cases__matter__opened_at__gte=since))
    rows = ServiceItem.objects.filter(name__startswith=stem, unit__kind="department")
    found = rows.aggregate(items=Count("pk", distinct=True), cases=recent)
    return Likeness(found["items"], found["cases"])
