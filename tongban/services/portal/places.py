"""Where a service is given, drawn from the register's own coordinates: no outside map is asked, so
nobody learns who looked for what."""

from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import cos, radians

from django.utils.safestring import SafeString, mark_safe

from tongban.kernel.units.models import Unit

WIDTH, MARGIN = 320, 28
KM_A_DEGREE = 111.32
SCALE_KM = 5
PLACES = (Unit.Kind.TOWN, Unit.Kind.HALL)


@dataclass(frozen=True)
class Place:
    """One place among those of the district."""

    unit: Unit
    others: tuple[Unit, ...]

    @property
    def geo(self) -> str:
        """What a phone opens in its own map (RFC 5870)."""
        return f"geo:{self.unit.latitude},{self.unit.longitude}"

    @cached_property
    def picture(self) -> SafeString:
        return draw(self.unit, self.others)


def place_of(unit: Unit, *, in_hall: bool) -> Place | None:
    """The hall for what is given there, else the unit's own place; None when none is known."""
    known = Unit.objects.filter(kind__in=PLACES, latitude__isnull=False)
    others = tuple(known.order_by("code"))
    if unit.latitude is not None and not in_hall:
        return Place(unit, others)
    hall = next((other for other in others if other.kind == Unit.Kind.HALL), None)
    return Place(hall, others) if hall else None


def draw(target: Unit, others: tuple[Unit, ...]) -> SafeString:
    """SVG, north up: towns as points, the place filled, a bar of 5 km."""
    spots = {u.code: (u.longitude or 0.0, u.latitude or 0.0) for u in (*others, target)}
    west, east = min(x for x, _ in spots.values()), max(x for x, _ in spots.values())
    south, north = min(y for _, y in spots.values()), max(y for _, y in spots.values())
    shrink = cos(radians((south + north) / 2))
    a_degree = (WIDTH - 2 * MARGIN) / max((east - west) * shrink, (north - south) / 1.6, 0.01)
    height = (north - south) * a_degree + 2 * MARGIN + 16

    def at(code: str) -> tuple[float, float]:
        x, y = spots[code]
        return MARGIN + (x - west) * shrink * a_degree, MARGIN + (north - y) * a_degree

    marks = "".join(_mark(unit, *at(unit.code), unit.code == target.code) for unit in others)
    bar = SCALE_KM / KM_A_DEGREE * a_degree
    return mark_safe(  # noqa: S308 - names are escaped in _mark
        f'<svg class="place-map" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(target.name)}" xmlns="http://www.w3.org/2000/svg">{marks}'
        f'<path class="scale" d="M{MARGIN} {height - 8:.0f}h{bar:.0f}"/>'
        f'<text x="{MARGIN + bar + 6:.0f}" y="{height - 4:.0f}">{SCALE_KM} km</text></svg>'
    )


def _mark(unit: Unit, x: float, y: float, here: bool) -> str:
    look, size = ("here", 7) if here else ("", 4)
    end = x > WIDTH * 0.6
    anchor, shift = ("end", -10) if end else ("start", 10)
    return (
        f'<circle class="{look}" cx="{x:.0f}" cy="{y:.0f}" r="{size}"/>'
        f'<text class="{look}" x="{x + shift:.0f}" y="{y + 4:.0f}" text-anchor="{anchor}">'
        f"{escape(unit.short_name)}</text>"
    )
