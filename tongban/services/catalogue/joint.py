"""One thing 一件事: order, joint limit, and what is handed in once. Pure functions of the parts.

A part waits for the parts named in `after`. The joint limit is the critical path over promised
days, beside the law's bound for joint handling: 45 days, 15 more when the head of government
approves (行政许可法 第四十二条第二款).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

BOUND_DAYS, LONGER_DAYS = 45, 15
SERIAL = "serial"


class Circular(ValueError):
    """Parts that wait for each other; `circle` names them in turn, the first again at the end."""

    def __init__(self, circle: list[str]):
        super().__init__(" → ".join(circle))
        self.circle = circle


@dataclass(frozen=True)
class Part:
    """code: implementation code. days: promised working days. after: codes it waits for."""

    code: str
    name: str
    days: int
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A part with the working days on which it begins and ends, and whether a day more of it
    would make the whole later. `column`: how many parts stand before it at least; `row`: its
    place among those of its column."""

    part: Part
    begins: int
    ends: int
    column: int
    row: int
    critical: bool


def waits(orders: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """From (code, serial|parallel) in order: a serial part waits for all before it, a parallel
    one for the last serial part."""
    found: dict[str, tuple[str, ...]] = {}
    before: list[str] = []
    last_serial: tuple[str, ...] = ()
    for code, order in orders:
        if order == SERIAL:
            found[code], last_serial = tuple(before), (code,)
        else:
            found[code] = last_serial
        before.append(code)
    return found


def place(parts: Iterable[Part]) -> list[Placed]:
    """Each part in its place, in an order in which nothing comes before what it waits for.

    Raises Circular with the circle.
    """
    by_code = {part.code: part for part in parts}
    order = _sorted(by_code)
    ends: dict[str, int] = {}
    column: dict[str, int] = {}
    for code in order:
        forerunners = [c for c in by_code[code].after if c in by_code]
        begins = max((ends[c] for c in forerunners), default=0)
        ends[code] = begins + by_code[code].days
        column[code] = max((column[c] + 1 for c in forerunners), default=0)
    taken = Counter[int]()
    row: dict[str, int] = {}
    for code in order:
        row[code] = taken[column[code]]
        taken[column[code]] += 1
    whole = max(ends.values(), default=0)
    latest: dict[str, int] = {}
    for code in reversed(order):
        followers = [c for c in order if code in by_code[c].after]
        latest[code] = min((latest[c] - by_code[c].days for c in followers), default=whole)
    return [
        Placed(
            by_code[code],
            ends[code] - by_code[code].days,
            ends[code],
            column[code],
            row[code],
            latest[code] == ends[code],
        )
        for code in order
    ]


def limit(placed: list[Placed]) -> int:
    """Working days of the whole: the critical path, not the sum."""
    return max((one.ends for one in placed), default=0)


def _sorted(by_code: dict[str, Part]) -> list[str]:
    order: list[str] = []
    state: dict[str, bool] = {}  # False while on the way, True when done
    for code in by_code:
        _visit(code, by_code, state, order, [])
    return order


def _visit(
    code: str, by_code: dict[str, Part], state: dict[str, bool], order: list[str], way: list[str]
) -> None:
    if state.get(code):
        return
    if code in state:
        circle = [*way[way.index(code) :], code]
        raise Circular([by_code[c].name for c in circle])
    state[code] = False
    for forerunner in by_code[code].after:
        if forerunner in by_code:
            _visit(forerunner, by_code, state, order, [*way, code])
    state[code] = True
    order.append(code)


def handed_in_once(materials: Iterable[list[Any]]) -> tuple[list[Any], int]:
    """The union by name over all parts, first listing first, and how many there were before."""
    seen: dict[str, Any] = {}
    total = 0
    for of_part in materials:
        total += len(of_part)
        for material in of_part:
            seen.setdefault(material.name, material)
    return list(seen.values()), total
