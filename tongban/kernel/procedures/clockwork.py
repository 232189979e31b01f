"""What a step does to the clock: each action makes one fact of `kernel.clock.rules`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..clock import Fact, Limit
from ..clock.rules import CALENDAR, WORKING

if TYPE_CHECKING:
    from .taking import Taking


def until(field: str, law: str) -> "Callable[[Taking], Limit]":
    """Standing in a state to the eve of a day that the detail names: on that day the state's
    `otherwise` is taken by itself."""

    def to_the_eve(taking: "Taking") -> Limit:
        day: date = getattr(taking.detail, field)
        return Limit(max((day - taking.today).days - 1, 0), law, CALENDAR)

    return to_the_eve


def through(field: str, law: str) -> "Callable[[Taking], Limit | None]":
    """Standing in a state through a day that the detail names, the last on which it holds: on the
    day after it the state's `otherwise` is taken by itself. No limit where there is no such day."""

    def to_the_last_day(taking: "Taking") -> Limit | None:
        last: date | None = getattr(taking.detail, field)
        return Limit(max((last - taking.today).days, 0), law, CALENDAR) if last else None

    return to_the_last_day


@dataclass(frozen=True)
class Limits:
    """What a started clock must keep: days promised and by statute; None where there is none."""

    promised: int | None
    statutory: int | None
    unit: str = WORKING


@dataclass(frozen=True)
class Start:
    """Counting begins after today, or after the day the present state was entered."""

    limits: "Callable[[Taking], Limits]"
    law: str
    from_entry: bool = False

    def fact(self, taking: "Taking") -> Fact:
        limits = self.limits(taking)
        began = taking.matter.entered_on if self.from_entry else taking.today
        return {
            "action": "start",
            "on": began.isoformat(),
            "promised": limits.promised,
            "statutory": limits.statutory,
            "unit": limits.unit,
            "law": self.law,
        }


def start(promised: int, law: str, statutory: int | None = None) -> Start:
    """A clock whose limits are the same for every matter of the kind, in working days."""
    return Start(lambda taking: Limits(promised, statutory), law)


@dataclass(frozen=True)
class Pause:
    """The clock stands still; the applicant is told for how long (行政许可法 第四十五条)."""

    rule: "Callable[[Taking], str]"
    law: str
    told_days: "Callable[[Taking], int]"

    def fact(self, taking: "Taking") -> Fact:
        return {
            "action": "pause",
            "on": taking.today.isoformat(),
            "rule": self.rule(taking),
            "law": self.law,
            "told_days": self.told_days(taking),
        }


@dataclass(frozen=True)
class Resume:
    def fact(self, taking: "Taking") -> Fact:
        return {"action": "resume", "on": taking.today.isoformat()}


@dataclass(frozen=True)
class Extend:
    days: "Callable[[Taking], int]"
    rule: str
    law: str

    def fact(self, taking: "Taking") -> Fact:
        return {
            "action": "extend",
            "on": taking.today.isoformat(),
            "days": self.days(taking),
            "rule": self.rule,
            "law": self.law,
        }


@dataclass(frozen=True)
class Stop:
    """The clock ends; nothing happens when it never started."""

    def fact(self, taking: "Taking") -> Fact | None:
        clock = taking.matter.running_clock()
        if clock is None or clock.stopped:
            return None
        return {"action": "stop", "on": taking.today.isoformat()}


ClockAction = Start | Pause | Resume | Extend | Stop
