"""The week of a unit's counters: who is to sit where, copied from the week before, and who came."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.clock import published
from tongban.kernel.people.actor import Actor, colleagues
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Account
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.units.models import Unit

from .models import Counter, Duty, Shift

BEGINS = {Duty.Half.MORNING: time(9), Duty.Half.AFTERNOON: time(14, 30)}
ENDS = {Duty.Half.MORNING: time(12), Duty.Half.AFTERNOON: time(17, 30)}
GRACE = timedelta(minutes=5)  # who opens the counter so much later still came in time
CAME, LATE, ABSENT, AHEAD = "came", "late", "absent", "ahead"
WORDS = {
    CAME: gettext_lazy("到岗"),
    LATE: gettext_lazy("迟到"),
    ABSENT: gettext_lazy("缺岗"),
    AHEAD: gettext_lazy("未到"),
}


@dataclass(frozen=True)
class Cell:
    """One counter on one half day. chosen: code of who is to sit there, as planned or as typed.
    standing: how they came."""

    field: str
    chosen: str
    duty: Duty | None
    standing: str
    at: datetime | None

    @property
    def words(self) -> str:
        return str(WORDS.get(self.standing, ""))


def roster(request: HttpRequest) -> HttpResponse:
    person, today = actor(request), timezone.localdate()
    units = units_of(person)
    unit = next((u for u in units if u.code == request.GET.get("unit")), None)
    unit = unit or (units[0] if units else None)
    first = _monday(request.GET.get("week", ""), today)
    faults: list[str] = []
    if request.method == "POST" and unit:
        if request.POST.get("act") == "copy":
            copy_week(unit, first)
        else:
            faults = keep(unit, first, request.POST)
        if not faults:
            address = reverse("roster")
            return HttpResponseRedirect(f"{address}?unit={unit.code}&week={first}")
    days = [first + timedelta(n) for n in range(7)]
    now, week = timezone.now(), _Week(unit, first) if unit else None
    context = {
        "units": units,
        "unit": unit,
        "first": first,
        "before": first - timedelta(7),
        "after": first + timedelta(7),
        "days": [(day, published().is_working(day)) for day in days],
        "rows": list(grid(week, now, request.POST if faults else {})) if week else [],
        "people": colleagues(unit.pk, today) if unit else [],
        "faults": faults,
        "totals": attendance(week, now) if week else [],
    }
    return render(request, "hall/roster.html", context, status=422 if faults else 200)


def units_of(person: Actor) -> list[Unit]:
    """Whose counters the person plans: their own unit's, or everybody's."""
    rows = Unit.objects.filter(counters__isnull=False).distinct()
    if Role.OPERATOR not in person.roles:
        rows = rows.filter(pk__in=person.units_as(Role.UNIT_ADMIN))
    return list(rows)


def _monday(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    return day - timedelta(day.weekday())


class _Week:
    """What is planned and what came of it: two statements."""

    def __init__(self, unit: Unit, first: date):
        self.unit, self.first = unit, first
        self.duties = list(_duties(unit, first))
        self.opened = _opened(unit, first)


def grid(
    week: _Week, now: datetime, typed: Mapping[str, str]
) -> Iterator[tuple[Counter, str, list[Cell]]]:
    """Counters by half days. typed: a plan that was refused, which stays on the page."""
    duties = {(d.counter_id, d.day, d.half): d for d in week.duties}
    for counter in Counter.objects.filter(unit=week.unit):
        for half in Duty.Half:
            cells = []
            for n in range(7):
                field = f"{counter.number}-{n}-{half.value}"
                duty = duties.get((counter.pk, week.first + timedelta(n), half.value))
                standing, at = how(duty, week.opened, now) if duty else ("", None)
                chosen = typed.get(field, "") if typed else duty.account.code if duty else ""
                cells.append(Cell(field, chosen, duty, standing, at))
            yield counter, str(half.label), cells


def _duties(unit: Unit, first: date) -> Any:
    rows = Duty.objects.filter(counter__unit=unit, day__gte=first, day__lt=first + timedelta(7))
    return rows.select_related("account", "counter")


def _opened(unit: Unit, first: date) -> dict[tuple[int, date], list[tuple[datetime, Any]]]:
    """When each of the unit's people opened a counter, by day; any counter counts."""
    begins = datetime.combine(first, time(), CHINA)
    rows = Shift.objects.filter(began_at__gte=begins, began_at__lt=begins + timedelta(7))
    found: dict[tuple[int, date], list[tuple[datetime, Any]]] = {}
    for account, began, ended in (
        rows.filter(account__duties__counter__unit=unit)
        .distinct()
        .values_list("account", "began_at", "ended_at")
    ):
        day = timezone.localtime(began, CHINA).date()
        found.setdefault((account, day), []).append((began, ended))
    return found


def how(
    duty: Duty, opened: dict[tuple[int, date], list[tuple[datetime, Any]]], now: datetime
) -> tuple[str, datetime | None]:
    """By the first counter they had open within the half day."""
    half = Duty.Half(duty.half)
    begins = datetime.combine(duty.day, BEGINS[half], CHINA)
    ends = datetime.combine(duty.day, ENDS[half], CHINA)
    mine = opened.get((duty.account_id, duty.day), [])
    there = sorted(began for began, ended in mine if began < ends and (ended or ends) > begins)
    if there:
        return (CAME if there[0] <= begins + GRACE else LATE), there[0]
    return (AHEAD if now <= begins + GRACE else ABSENT), None


def attendance(week: _Week, now: datetime) -> list[tuple[str, dict[str, int]]]:
    """The week of each person: half days planned, came, late, absent."""
    found: dict[str, dict[str, int]] = {}
    for duty in week.duties:
        row = found.setdefault(
            duty.account.name, {"planned": 0, CAME: 0, LATE: 0, ABSENT: 0, AHEAD: 0}
        )
        row["planned"] += 1
        row[how(duty, week.opened, now)[0]] += 1
    return sorted(found.items())


@transaction.atomic
def keep(unit: Unit, first: date, told: Any) -> list[str]:
    """The whole week as the grid says it; nothing is changed when somebody is in two places."""
    people = {a.code: a for a in colleagues(unit.pk, timezone.localdate())}
    wanted, faults = [], []
    seen: dict[tuple[str, date, str], int] = {}
    for counter in Counter.objects.filter(unit=unit):
        for half in Duty.Half:
            for n in range(7):
                day, code = first + timedelta(n), told.get(f"{counter.number}-{n}-{half.value}", "")
                if code not in people:
                    continue
                other = seen.setdefault((code, day, half.value), counter.number)
                if other != counter.number:
                    faults.append(_twice(people[code], day, str(half.label), other, counter.number))
                duty = Duty(counter=counter, account=people[code], day=day, half=half.value)
                wanted.append(duty)
    if not faults:
        _duties(unit, first).delete()
        Duty.objects.bulk_create(wanted)
    return faults


def _twice(account: Account, day: date, half: str, one: int, other: int) -> str:
    told = {"who": account.name, "day": f"{day:%m-%d}", "half": half, "one": one, "other": other}
    return _("%(who)s %(day)s %(half)s同时排在 %(one)d 号和 %(other)d 号窗口，请留一个") % told


@transaction.atomic
def copy_week(unit: Unit, first: date) -> int:
    """The week before, on the working days of this one; what is planned already stays."""
    there = set(_duties(unit, first).values_list("day", "half"))
    calendar = published()
    copied = []
    for duty in _duties(unit, first - timedelta(7)):
        day = duty.day + timedelta(7)
        if calendar.is_working(day) and (day, duty.half) not in there:
            copied.append(Duty(counter=duty.counter, account=duty.account, day=day, half=duty.half))
    return len(Duty.objects.bulk_create(copied, ignore_conflicts=True))
