"""The lines of the hall: who is next and why, how long it takes, where somebody stands.

The order inside a line: an ordinary ticket that has been overtaken BOUND times goes next; else by
priority, then by place in line. A counter with several lines takes the urgent first, else the line
whose turn it is by weight (start-time fair queueing: an empty line saves nothing up).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import CHINA
from tongban.services.booking.models import Group, Pace

from .models import Counter, Priority, Serving, Shift, Ticket

BOUND = 3
MINUTES = 8.0  # of a visit, where nothing is measured yet
RECENT = 20
NEXT = """
with mine as (
  select s.id as serving, s.group_id, s.weight, greatest(s.turn, c.turn) as turn
  from hall_serving s join hall_counter c on c.id = s.counter_id
  where c.id = %(counter)s
), first as (
  select distinct on (t.group_id)
    t.matter_id, t.group_id, t.priority, t.overtaken, t.queued_at, m.serving, m.turn, m.weight
  from hall_ticket t join mine m on m.group_id = t.group_id
  where t.waits and t.queued_at >= %(today)s
  order by t.group_id, (t.priority = %(ordinary)s and t.overtaken >= %(bound)s) desc,
    t.priority, t.queued_at, t.matter_id
), chosen as (
  select * from first order by priority = %(urgent)s desc, turn, group_id limit 1
), passed as (
  update hall_ticket t set overtaken = t.overtaken + 1 from chosen c
  where t.group_id = c.group_id and t.waits and t.priority = %(ordinary)s
    and t.queued_at >= %(today)s and t.matter_id <> c.matter_id
    and (t.queued_at, t.matter_id) < (c.queued_at, c.matter_id)
  returning t.matter_id
), served as (
  update hall_serving s set turn = c.turn + 1.0 / c.weight from chosen c where s.id = c.serving
), counted as (
  update hall_counter k set turn = c.turn from chosen c where k.id = %(counter)s
)
select c.matter_id, c.priority, c.overtaken, (select count(*) from passed) from chosen c
"""


CYCLE = """
select avg(extract(epoch from finished_at - greatest(free_at, queued_at)) / 60), count(*) from (
  select * from (
    select group_id, queued_at, finished_at, coalesce(
      lag(finished_at) over (partition by counter_id order by finished_at), called_at) as free_at
    from hall_ticket
    where finished_at >= %(today)s and counter_id in (
      select counter_id from hall_serving where group_id = %(group)s)
  ) done where group_id = %(group)s order by finished_at desc limit %(recent)s
) latest
"""


@dataclass(frozen=True)
class Next:
    """overtaken: how often others went before it. passed: how many ordinary ones it passes."""

    matter: int
    priority: Priority
    overtaken: int
    passed: int

    def why(self) -> dict[str, Any]:
        bound = self.priority == Priority.ORDINARY and self.overtaken >= BOUND
        rule = "bound" if bound else self.priority.name.lower()
        return {"rule": rule, "overtaken": self.overtaken, "passed": self.passed}


def lock(counter: Counter) -> None:
    """The lines this counter calls from, one counter at a time: the bound is exact only so."""
    lines = Group.objects.filter(counters=counter).order_by("pk")
    list(lines.select_for_update(no_key=True, of=("self",)).values_list("pk"))


def next_ticket(counter: Counter, now: datetime) -> Next | None:
    """Who is next for this counter, by one statement; the lines must be locked."""
    told: dict[str, Any] = {
        "counter": counter.pk,
        "today": start_of_day(now),
        "ordinary": Priority.ORDINARY.value,
        "urgent": Priority.URGENT.value,
        "bound": BOUND,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEXT, told)
        row = cursor.fetchone()
    return Next(row[0], Priority(row[1]), row[2], row[3]) if row else None


def start_of_day(now: datetime) -> datetime:
    return timezone.localtime(now, CHINA).replace(hour=0, minute=0, second=0, microsecond=0)


def today(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(queued_at__gte=start_of_day(now))


def in_line(now: datetime) -> QuerySet[Ticket]:
    """Who waits today, in all lines."""
    return today(now).filter(waits=True)


def ahead(group_id: int, priority: int, queued_at: datetime, now: datetime) -> int:
    """How many of a line stand before a place in it."""
    line = in_line(now).filter(group=group_id)
    sooner = Q(priority__lt=priority) | Q(priority=priority, queued_at__lt=queued_at)
    return line.filter(sooner).count()


def behind(group_id: int, places: int, now: datetime) -> datetime:
    """The place in line behind so many of those who wait; the end when there are fewer."""
    line = in_line(now).filter(group=group_id, priority=Priority.ORDINARY)
    found = list(line.order_by("queued_at", "pk").values_list("queued_at", flat=True)[:places])
    return found[-1] + timedelta(microseconds=1) if len(found) == places else now


def pace(group: Group, now: datetime) -> float:
    """Minutes a counter needs for one ticket, from the latest of today: from when it was free and
    somebody waited until that one was finished, so the clerk's own work between two counts too.
    Where too few are done today, what was measured before."""
    told: dict[str, Any] = {
        "group": group.pk,
        "today": start_of_day(now),
        "recent": RECENT,
    }
    with connection.cursor() as cursor:
        cursor.execute(CYCLE, told)
        mean, done = cursor.fetchone()
    if done >= RECENT / 4:
        return max(float(mean), 0.01)
    kept = Pace.objects.filter(group=group, item=None).values_list("minutes", flat=True).first()
    return kept or MINUTES


def hands(group: Group) -> float:
    """How many counters work for a line: one that serves three lines counts a part in each."""
    open_now = Shift.objects.filter(ended_at=None, counter__servings__group=group)
    weights: dict[int, dict[int, int]] = {}
    rows = Serving.objects.filter(counter__in=open_now.values("counter"))
    for counter, line, weight in rows.values_list("counter", "group", "weight"):
        weights.setdefault(counter, {})[line] = weight
    return sum(lines[group.pk] / sum(lines.values()) for lines in weights.values())


def estimate(group: Group, priority: int, now: datetime) -> float:
    """Minutes until a ticket drawn now is called."""
    return wait_behind(group, ahead(group.pk, priority, now, now), now)


def wait_behind(group: Group, before: int, now: datetime) -> float:
    """Minutes until so many of a line are called; nothing is asked about an empty one."""
    return before / (hands(group) or 1.0) * pace(group, now) if before else 0.0


def explained(matter: Matter) -> list[str]:
    """Why this ticket was called when it was, in words."""
    calls = matter.events.filter(step="call").order_by("seq")
    words = (in_words(event.facts.get("form", {}).get("why") or {}) for event in calls)
    return [word for word in words if word]


def in_words(why: dict[str, Any]) -> str:
    rules = {
        "bound": _("普通号已被越过 %(overtaken)d 次，达到上限，轮到它"),
        "urgent": _("紧急号，先叫；越过 %(passed)d 个普通号"),
        "first": _("优先号，先叫；越过 %(passed)d 个普通号"),
        "ordinary": _("按取号先后；此前被越过 %(overtaken)d 次"),
    }
    found = rules.get(str(why.get("rule")), "")
    return found % why if found else ""
