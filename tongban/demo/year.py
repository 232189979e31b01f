"""A year of a district: 50,000 cases of all its units, handled in time, on the days they were open.

They are brought in as cases from before the platform are: by the same steps, each with its own
clock, so that every figure and every list has something of its real size to show.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tongban.kernel.clock import Calendar, published
from tongban.kernel.people.actor import Actor
from tongban.services.cases.bringing_in import bring_in
from tongban.services.cases.models import Case
from tongban.services.catalogue.models import ServiceItem

from .people import persons

CASES, DAYS, PEOPLE = 50_000, 365, 9_000
LAST = 3  # days before today: nothing of the year is still under way
ONLINE = 4_453  # of the year, by the unified platform and decided; all others through the hall
CHANNELS = ("counter",) * 7 + ("agent", "post", "kiosk")
DECIDED = ("准予",) * 46 + ("不予",) * 3
RESULTS = (*DECIDED, "撤回", "终止")
BUSY = (1.0, 0.6, 1.1, 1.1, 1.0, 1.0, 0.9, 1.0, 1.1, 0.8, 1.1, 1.2)  # by month


def rows(today: date, count: int = CASES) -> Iterator[dict[str, Any]]:
    """The same every time for one day; numbered from 1."""
    source = random.Random(2022)  # noqa: S311 - demonstration data
    calendar = published()
    items = list(
        ServiceItem.objects.filter(by_application=True, current__isnull=False).order_by("pk")
    )
    weights = [1 / (1 + n % 97) for n in range(len(items))]  # a few items are most of the work
    days = [today - timedelta(n + LAST) for n in range(DAYS)]
    open_days = [day for day in days if calendar.is_working(day)]
    busy = [BUSY[day.month - 1] for day in open_days]
    people = list({number: (name, number) for name, number in reversed(persons(PEOPLE))}.values())
    chosen = source.choices(items, weights, k=count)
    begun = source.choices(open_days, busy, k=count)
    online = set(source.sample(range(1, count + 1), ONLINE * count // CASES))
    for number, (item, first) in enumerate(zip(chosen, begun, strict=True), start=1):
        person = source.choice(people)
        row = _row(source, calendar, item, person, first, number, today)
        if number in online:
            row |= {"channel": "online", "result": source.choice(DECIDED)}
        yield row


def _row(
    source: random.Random,
    calendar: Calendar,
    item: ServiceItem,
    person: tuple[str, str],
    first: date,
    number: int,
    today: date,
) -> dict[str, Any]:
    """In time: at most the days promised, and not after today."""
    limit = item.promised_days if item.promised_days is not None else item.statutory_days or 5
    used = min(int(source.betavariate(2, 4) * limit), calendar.between(first, today))
    return {
        "old_number": f"Y{first.year}-{number:06d}",
        "item": item.implementation_code,
        "applicant_name": person[0],
        "applicant_id": person[1],
        "applicant_phone": "",
        "channel": source.choice(CHANNELS),
        "accepted_on": first,
        "ended_on": calendar.add(first, used),
        "promised_days": item.promised_days,
        "statutory_days": item.statutory_days,
        "result": source.choice(RESULTS),
    }


def load(today: date, by: Actor, count: int = CASES) -> Iterator[int]:
    """How many are there after each; what an earlier run brought in is left as it is."""
    known = set(Case.objects.exclude(old_number="").values_list("old_number", flat=True))
    codes = dict(ServiceItem.objects.values_list("implementation_code", "unit__code"))
    for done, row in enumerate(rows(today, count), start=1):
        if f"{codes[row['item']]}/{row['old_number']}" not in known:
            bring_in(row, by)
        yield done
