"""The working-day calendar of the People's Republic of China.

A year's calendar is known once the State Council has published its holiday notice;
before that, only weekends are known and every date reached is *provisional*.
"""

import csv
import os
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from time import monotonic

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
PUBLISHED_FILE = Path(__file__).parent / "holidays.csv"
HOLIDAY, WORKDAY = "holiday", "workday"


class LimitError(ValueError):
    """A limit or date that no deadline can be computed from."""


@dataclass(frozen=True)
class Exceptional:
    """A day that differs from the plain week: a holiday, or a moved workday (调休)."""

    kind: str
    name: str


class Calendar:
    """Counts working days in constant time between 2000 and 2100.

    exceptions: the published days that differ from the plain week.
    published: years whose notice is out; dates in any other year are provisional.
    """

    def __init__(self, exceptions: Mapping[date, Exceptional], published: Iterable[int]):
        self.exceptions = dict(exceptions)
        self.published = frozenset(published)
        days = ((FIRST + timedelta(n)) for n in range((LAST - FIRST).days + 1))
        working = [self.is_working(day) for day in days]
        self._count = list(accumulate(working))  # working days up to and including day n
        self._working = [n for n, works in enumerate(working) if works]

    def is_working(self, day: date) -> bool:
        exceptional = self.exceptions.get(day)
        return exceptional.kind == WORKDAY if exceptional else day.weekday() < 5

    def reason(self, day: date) -> str:
        """Why the day counts or does not, in a clerk's words."""
        if exceptional := self.exceptions.get(day):
            return (
                f"调休上班（{exceptional.name}）"
                if exceptional.kind == WORKDAY
                else exceptional.name
            )
        return "周末" if day.weekday() >= 5 else "工作日"

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.published

    def between(self, start: date, end: date) -> int:
        """Working days in (start, end]: the day of the event itself does not count."""
        return self._count[self._index(end)] - self._count[self._index(start)]

    def add(self, start: date, days: int) -> date:
        """The last day of a limit of `days` working days that begins after `start`.

        The day of the event does not count; the next working day is day 1
        (行政许可法 第八十二条). Zero days end on `start` itself.
        """
        if days < 0:
            raise LimitError(f"期限不能为负数（{days}）")
        if days == 0:
            return start
        position = self._count[self._index(start)] + days - 1
        if position >= len(self._working):
            raise LimitError(f"期限超出日历范围（{FIRST.year}–{LAST.year} 年）")
        return FIRST + timedelta(self._working[position])

    def back(self, end: date, days: int) -> date:
        """The first day on which no more than `days` working days are left until `end`."""
        wanted = max(self._count[self._index(end)] - days, 1)
        return FIRST + timedelta(bisect_left(self._count, wanted))

    def next_working(self, day: date) -> date:
        """`day` itself when it is a working day, else the next one (民法典 第二百零三条)."""
        return day if self.is_working(day) else self.add(day, 1)

    def _index(self, day: date) -> int:
        if not FIRST <= day <= LAST:
            raise LimitError(f"日期 {day} 超出日历范围（{FIRST.year}–{LAST.year} 年）")
        return (day - FIRST).days


def read(path: Path) -> dict[date, Exceptional]:
    """Days of a calendar file with the columns date, kind (holiday/workday), name."""
    found: dict[date, Exceptional] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for line, row in enumerate(csv.DictReader(lines), start=2):
            kind, day = row.get("kind"), day_of(row.get("date") or "")
            if kind not in (HOLIDAY, WORKDAY):
                raise LimitError(
                    f"日历文件第 {line} 行 kind 应为 holiday 或 workday，现为 {kind!r}"
                )
            if day is None or day in found:
                raise LimitError(
                    f"日历文件第 {line} 行日期应写作 2022-09-28 且不重复，现为 {row.get('date')!r}"
                )
            found[day] = Exceptional(kind, row.get("name") or "")
    return found


def published() -> Calendar:
    """The calendar in force: what ships with the product, and the years that the district has
    published since (`tongban clock publish`). A new one is seen by every process in a second."""
    return _calendar(_added(int(monotonic())))


def folder() -> Path:
    return Path(os.environ.get("TONGBAN_DATA", "data")) / "calendar"


@lru_cache(maxsize=1)
def _added(_second: int) -> tuple[tuple[Path, int], ...]:
    """The added years and when each was written."""
    files = sorted(folder().glob("*.csv")) if folder().is_dir() else []
    return tuple((path, path.stat().st_mtime_ns) for path in files)


@lru_cache(maxsize=2)
def _calendar(added: tuple[tuple[Path, int], ...]) -> Calendar:
    """A year that was added stands in place of the same year as shipped."""
    exceptions = read(PUBLISHED_FILE)
    for path, _ in added:
        fresh = read(path)
        years = {day.year for day in fresh}
        kept = {day: one for day, one in exceptions.items() if day.year not in years}
        exceptions = {**kept, **fresh}
    return Calendar(exceptions, {day.year for day in exceptions})


def publish(exceptions: Mapping[date, Exceptional]) -> Path:
    """Keep one year's notice for this installation. Raises LimitError."""
    years = {day.year for day in exceptions}
    if len(years) != 1:
        raise LimitError(f"一个文件应当是一年的放假安排，现有 {len(years)} 年")
    if not any(one.kind == HOLIDAY for one in exceptions.values()):
        raise LimitError("文件里没有放假的日子，请核对放假通知")
    folder().mkdir(parents=True, exist_ok=True)
    place = folder() / f"{years.pop()}.csv"
    waiting = place.with_suffix(".new")
    write(exceptions, waiting)
    waiting.replace(place)
    forget()
    return place


def write(exceptions: Mapping[date, Exceptional], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("date", "kind", "name"))
        rows.writerows((day, one.kind, one.name) for day, one in sorted(exceptions.items()))


def forget() -> None:
    """Look at the files again at once, not within a second."""
    _added.cache_clear()


def day_of(text: str) -> date | None:
    """A day as an address or a form says it, YYYY-MM-DD; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
