"""The film of a matter: how it stood after each of its events, for review of how it was handled.

Everything is folded again from the events, with the calendar of today: nothing stored is shown.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ..clock import Clock, Deadline, deadline, fold, published
from ..ledger.models import Event, LogEntry
from ..procedures.models import Matter
from . import present
from .flowchart import draw
from .views import matter_or_404


@dataclass(frozen=True)
class Frame:
    """waited: working days since the event before. moved: the limit's move by this event."""

    passed: present.Passed
    title: Any
    light: present.LightShown
    deadline: Deadline
    flow: str
    waited: int
    moved: Any
    hash: str


def film(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """One frame, by its number; without it the first."""
    matter = matter_or_404(request, kind, number)
    events = list(matter.events.order_by("seq"))
    wanted = request.GET.get("at", "1")
    at = min(max(int(wanted), 1), len(events)) if wanted.isdecimal() and len(wanted) < 6 else 1
    entry = LogEntry.objects.filter(event=events[at - 1]).first()
    context = {
        "matter": matter,
        "kind": matter.procedure,
        "frame": frame(matter, events[:at]),
        "at": at,
        "all": len(events),
        "place": entry and entry.index,
        "spans": _spans(events),
    }
    return render(request, "screens/film.html", context)


def frame(matter: Matter, events: list[Event]) -> Frame:
    """After the last of these events."""
    last, calendar = events[-1], published()
    today = _day(last.at)
    clock = _clock(events)
    found = deadline(clock, calendar)
    then = Matter(kind=matter.kind, procedure_version=matter.procedure_version, state=last.to_state)
    then.keep_deadline(found)
    then.closed_at = last.at if then.stands_in.final else None
    before = events[-2] if len(events) > 1 else last
    earlier = _clock(events[:-1])
    moves = clock.moves if clock else ()
    return Frame(
        passed=present.history(matter, [last])[0],
        title=then.stands_in.title,
        light=present.light_of(then, today),
        deadline=found,
        flow=draw(matter.procedure, last.to_state, present.entered(events), whole=False),
        waited=calendar.between(_day(before.at), today),
        moved=moves[-1] if len(moves) > len(earlier.moves if earlier else ()) else None,
        hash=bytes(last.hash).hex(),
    )


def _clock(events: list[Event]) -> Clock | None:
    return fold([e.facts["clock"] for e in events if e.facts.get("clock")], published())


def _spans(events: list[Event]) -> list[tuple[int, datetime, bool]]:
    """The strip below: each event, when, and whether it begins a new day."""
    days: set[date] = set()
    strip = []
    for event in events:
        strip.append((event.seq, event.at, _day(event.at) not in days))
        days.add(_day(event.at))
    return strip


def _day(at: datetime) -> date:
    return timezone.localdate(at)
