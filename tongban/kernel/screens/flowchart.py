"""The flow chart of a procedure, drawn as SVG: main road straight, side roads below,
where the matter stands filled, what has passed solid, what may come dashed."""

from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from ..procedures.declare import State

Declared = Any  # type[Procedure], which mypy does not take for hashable
BOX_W, BOX_H, GAP, ROW = 92, 34, 38, 62
NOW, PASSED, AHEAD = "now", "passed", "ahead"


@dataclass(frozen=True)
class Box:
    name: str
    title: str
    x: float
    y: float
    look: str
    note: str


def draw(procedure: Declared, state: str, passed: dict[str, str], *, whole: bool) -> str:
    """SVG text. passed: state name → the day it was first entered, as shown. whole: with every
    end a matter could meet; else only those it has met, so that the road ahead stays readable.
    """
    shown = [
        s
        for s in procedure.states.values()
        if whole or not (s.side and s.final) or s.name in passed
    ]
    boxes = _place(procedure, shown, state, passed)
    width = max(b.x for b in boxes.values()) + BOX_W + 2
    height = max(b.y for b in boxes.values()) + BOX_H + 24
    lines = [_line(boxes[a], boxes[b]) for a, b in _edges(procedure) if a in boxes and b in boxes]
    title = escape(str(procedure.title))
    return (
        f'<svg class="flow" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{title}" '
        f'xmlns="http://www.w3.org/2000/svg">'
        f"<title>{title}</title>{''.join(lines)}{''.join(_box(b) for b in boxes.values())}</svg>"
    )


def _place(
    procedure: Declared, shown: list[State], state: str, passed: dict[str, str]
) -> dict[str, Box]:
    place = _places(procedure, tuple(s.name for s in shown))
    return {
        s.name: Box(
            s.name,
            str(s.title),
            1 + place[s.name][0] * (BOX_W + GAP),
            1 + place[s.name][1] * ROW,
            NOW if s.name == state else PASSED if s.name in passed else AHEAD,
            passed.get(s.name, ""),
        )
        for s in shown
    }


@cache
def _places(procedure: Declared, shown: tuple[str, ...]) -> dict[str, tuple[float, int]]:
    """Main road left to right; a side state half a place behind where its road begins."""
    states = [procedure.states[name] for name in shown]
    place = {s.name: (float(n), 0) for n, s in enumerate(s for s in states if not s.side)}
    for side in (s for s in states if s.side):
        begins = [place[a][0] for a, b in _edges(procedure) if b == side.name and a in place]
        here, row = min(begins, default=0.0) + (1.0 if side.final else 0.5), 1
        while any((x, row) in place.values() for x in (here - 0.5, here, here + 0.5)):
            row += 1
        place[side.name] = (here, row)
    return place


@cache
def _edges(procedure: Declared) -> list[tuple[str, str]]:
    found = []
    for step in procedure.steps.values():
        for source in step.path.sources:
            if source.name and step.path.to and step.path.to.name != source.name:
                found.append((source.name, step.path.to.name))
    return list(dict.fromkeys(found))


def _line(a: Box, b: Box) -> str:
    forward = b.x > a.x and a.look == PASSED and b.look in (PASSED, NOW)
    look = PASSED if forward else AHEAD  # that a road back exists does not say it was taken
    ax, ay, bx = a.x + BOX_W, a.y + BOX_H / 2, b.x
    if a.y == b.y and bx >= ax and bx - ax <= GAP + 1:
        path = f"M{ax:.0f} {ay:.0f}H{bx:.0f}"
    elif a.y == b.y:
        left, right = (0.8, 0.2) if b.x < a.x else (0.2, 0.8)  # beside the day below a box
        path = f"M{a.x + BOX_W * left:.0f} {a.y + BOX_H:.0f}v17H{b.x + BOX_W * right:.0f}v-17"
    else:
        middle = a.x + BOX_W * (0.65 if b.x > a.x else 0.35)
        start = a.y + BOX_H if b.y > a.y else a.y
        target = b.y if b.y > a.y else b.y + BOX_H
        reach = b.x + BOX_W * (0.35 if b.x > a.x else 0.65)
        path = f"M{middle:.0f} {start:.0f}V{(start + target) / 2:.0f}H{reach:.0f}V{target:.0f}"
    return f'<path class="flow-{look}" d="{path}"/>'


def _box(box: Box) -> str:
    center = box.x + BOX_W / 2
    note = (
        f'<text class="flow-note" x="{center:.0f}" y="{box.y + BOX_H + 12:.0f}">'
        f"{escape(box.note)}</text>"
        if box.note
        else ""
    )
    return (
        f'<g class="flow-{box.look}"><rect x="{box.x:.0f}" y="{box.y:.0f}" width="{BOX_W}" '
        f'height="{BOX_H}" rx="6"/><text x="{center:.0f}" y="{box.y + 22:.0f}">'
        f"{escape(box.title)}</text></g>{note}"
    )
