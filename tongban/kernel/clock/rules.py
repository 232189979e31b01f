"""The statutory clock: a deadline is a function of events, calendar and rule, nothing else.

Every clock event is a *fact*, a small JSON object kept in the event that moved the clock:

    {"action": "start",  "on": D, "promised": n|null, "statutory": n|null, "unit": U, "law": S}
    {"action": "pause",  "on": D, "rule": S, "law": S, "told_days": n}
    {"action": "resume", "on": D}
    {"action": "extend", "on": D, "days": n, "rule": S, "law": S}
    {"action": "stop",   "on": D}

D is an ISO date in China, U is "working" or "calendar". Counting begins on the day after the
event (行政许可法 第八十二条; 民法典 第二百零一条); a span counts (from, to]. Nothing here
reads today's date.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from .calendar import Calendar, LimitError

Fact = dict[str, Any]
WORKING, CALENDAR = "working", "calendar"
YELLOW_SHARE_PERCENT = 30  # yellow when so much of the limit, or one day, is left: configuration


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    BLUE = "blue"
    NONE = "none"


@dataclass(frozen=True)
class Limit:
    """A bound set by law: so many days, counted in working or calendar days."""

    days: int
    law: str
    unit: str = WORKING

    def ends(self, start: date, calendar: Calendar) -> date:
        return _end(start, self.days, self.unit, calendar)


@dataclass(frozen=True)
class Move:
    """A deadline that moved: from where to where, by which rule of which article."""

    on: str
    rule: str
    law: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Clock:
    """What the facts so far add up to. `spans` are the stretches that count, (from, to]."""

    unit: str
    law: str
    promised: int | None
    statutory: int | None
    extended: int = 0
    spans: tuple[tuple[str, str | None], ...] = ()
    pause: Fact | None = None
    stopped: str | None = None
    moves: tuple[Move, ...] = ()

    @property
    def running(self) -> bool:
        return self.stopped is None and self.pause is None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> "Clock | None":
        if not stored:
            return None
        spans = tuple((span[0], span[1]) for span in stored["spans"])
        moves = tuple(Move(**move) for move in stored["moves"])
        return cls(**{**stored, "spans": spans, "moves": moves})


@dataclass(frozen=True)
class Deadline:
    """Where a clock ends. `limit_days` and `used_days` are in the clock's own unit."""

    due_on: date | None = None
    statutory_due_on: date | None = None
    yellow_on: date | None = None
    limit_days: int | None = None
    used_days: int = 0
    paused_since: date | None = None
    ended_on: date | None = None
    provisional: bool = False


def fold(facts: Iterable[Fact], calendar: Calendar) -> Clock | None:
    clock: Clock | None = None
    for fact in facts:
        clock = apply(clock, fact, calendar)
    return clock


def apply(clock: Clock | None, fact: Fact, calendar: Calendar) -> Clock:
    """The clock after one more fact. Raises LimitError when the fact does not fit."""
    action, on = fact["action"], fact["on"]
    if action == "start":
        return _started(clock, fact, calendar)
    if clock is None or clock.stopped:
        raise LimitError(f"时钟未在运行，不能执行“{action}”")
    if on < _last_day(clock):
        raise LimitError(f"日期 {on} 早于时钟上一次变动 {_last_day(clock)}")
    if action == "pause":
        if clock.pause:
            raise LimitError("时钟已经暂停")
        since = clock.spans[-1][0]
        return replace(clock, spans=(*clock.spans[:-1], (since, on)), pause=fact)
    if action == "resume":
        if not clock.pause:
            raise LimitError("时钟没有暂停")
        resumed = replace(clock, spans=(*clock.spans, (on, None)), pause=None)
        return _moved(clock, resumed, on, clock.pause["rule"], clock.pause["law"], calendar)
    if action == "extend":
        if fact["days"] < 1:
            raise LimitError(f"延长天数应为正数，现为 {fact['days']}")
        longer = replace(clock, extended=clock.extended + fact["days"])
        return _moved(clock, longer, on, fact["rule"], fact["law"], calendar)
    if action == "stop":
        since, until = clock.spans[-1]
        return replace(clock, spans=(*clock.spans[:-1], (since, until or on)), stopped=on)
    raise LimitError(f"未知的时钟动作“{action}”")


def deadline(clock: Clock | None, calendar: Calendar) -> Deadline:
    """The deadline a clock leads to; empty when nothing was ever started or limited."""
    if clock is None:
        return Deadline()
    limit = clock.promised if clock.promised is not None else clock.statutory
    due = _due(clock, limit, calendar)
    statutory = _due(clock, clock.statutory, calendar)
    latest = max((day for day in (due, statutory) if day), default=None)
    return Deadline(
        due_on=due,
        statutory_due_on=statutory,
        yellow_on=_yellow(due, limit, clock, calendar),
        limit_days=None if limit is None else limit + clock.extended,
        used_days=sum(_length(span, clock.unit, calendar) for span in clock.spans if span[1]),
        paused_since=date.fromisoformat(clock.pause["on"]) if clock.pause else None,
        ended_on=date.fromisoformat(clock.stopped) if clock.stopped else None,
        provisional=latest is not None and calendar.is_provisional(latest),
    )


def light(at: date, due: Deadline, closed_on: date | None) -> Light:
    """Green; yellow near the end; red when overdue; grey paused; blue ended in time.

    The clock ends with the decision; making and delivering the paper has limits of its own
    (行政许可法 第四十二、四十四条).
    """
    if ended := due.ended_on or closed_on:
        late = due.due_on is not None and due.paused_since is None and ended > due.due_on
        return Light.RED if late else Light.BLUE
    if due.paused_since:
        return Light.GREY
    if due.due_on is None:
        return Light.NONE
    if at > due.due_on:
        return Light.RED
    return Light.YELLOW if due.yellow_on and at >= due.yellow_on else Light.GREEN


def _started(before: Clock | None, fact: Fact, calendar: Calendar) -> Clock:
    fresh = Clock(
        unit=fact["unit"],
        law=fact["law"],
        promised=fact["promised"],
        statutory=fact["statutory"],
        spans=((fact["on"], None),),
        moves=before.moves if before else (),
    )
    if before is None:
        return fresh
    return _moved(before, fresh, fact["on"], fact.get("rule", "重新计算"), fact["law"], calendar)


def _moved(before: Clock, after: Clock, on: str, rule: str, law: str, calendar: Calendar) -> Clock:
    was, becomes = deadline(before, calendar).due_on, deadline(after, calendar).due_on
    if was == becomes:
        return after
    move = Move(on, rule, law, _text(was), _text(becomes))
    return replace(after, moves=(*after.moves, move))


def _due(clock: Clock, limit: int | None, calendar: Calendar) -> date | None:
    """The day on which the limit is used up, walking the spans that count."""
    if limit is None:
        return None
    left = limit + clock.extended
    for since, until in clock.spans:
        start = date.fromisoformat(since)
        here = _length((since, until), clock.unit, calendar) if until else left
        if left <= here:
            return _end(start, left, clock.unit, calendar)
        left -= here
    last = clock.spans[-1][1]
    assert last is not None  # an open span always ends the walk
    return _end(date.fromisoformat(last), left, clock.unit, calendar)


def _length(span: tuple[str, str | None], unit: str, calendar: Calendar) -> int:
    since, until = span
    if until is None:
        return 0
    start, end = date.fromisoformat(since), date.fromisoformat(until)
    return calendar.between(start, end) if unit == WORKING else (end - start).days


def _end(start: date, days: int, unit: str, calendar: Calendar) -> date:
    if unit == WORKING:
        return calendar.add(start, days)
    return calendar.next_working(start + timedelta(days)) if days else start


def _yellow(due: date | None, limit: int | None, clock: Clock, calendar: Calendar) -> date | None:
    if due is None or limit is None:
        return None
    left = max(1, (limit + clock.extended) * YELLOW_SHARE_PERCENT // 100)
    return calendar.back(due, left) if clock.unit == WORKING else due - timedelta(left)


def _last_day(clock: Clock) -> str:
    since, until = clock.spans[-1]
    return until or since


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
