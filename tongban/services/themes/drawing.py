"""The road of a theme as SVG."""

from collections.abc import Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe

from tongban.services.catalogue import joint

BOX_W, BOX_H, GAP_X, GAP_Y = 176, 56, 34, 16
LINE = 11  # characters in a line of a box


def draw(
    title: str, placed: list[joint.Placed], looks: Mapping[str, str] | None = None
) -> SafeString:
    """SVG: time runs left to right, what runs beside each other stands below each other; the
    critical path is drawn bold, or each part as `looks` says by its code: passed, now, ahead,
    failed."""
    spots = {
        one.part.code: (2 + one.column * (BOX_W + GAP_X), 2 + one.row * (BOX_H + GAP_Y))
        for one in placed
    }
    width = max((x for x, _ in spots.values()), default=0) + BOX_W + 2
    height = max((y for _, y in spots.values()), default=0) + BOX_H + 2
    lines = [
        _line(spots[code], spots[one.part.code])
        for one in placed
        for code in one.part.after
        if code in spots
    ]
    boxes = [
        _box(one, *spots[one.part.code], (looks or {}).get(one.part.code, "")) for one in placed
    ]
    return mark_safe(  # noqa: S308 - names are escaped in _box
        f'<svg class="flow joint" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(lines)}{''.join(boxes)}</svg>"
    )


def _line(source: tuple[int, int], target: tuple[int, int]) -> str:
    ax, ay = source[0] + BOX_W, source[1] + BOX_H // 2
    bx, by = target[0], target[1] + BOX_H // 2
    middle = bx - GAP_X // 2
    return f'<path class="flow-ahead" d="M{ax} {ay}H{middle}V{by}H{bx}"/>'


def _box(one: joint.Placed, x: int, y: int, told: str) -> str:
    look = f"flow-{told}" if told else "flow-now" if one.critical else "flow-passed"
    name = one.part.name
    text = [name[:LINE], name[LINE : 2 * LINE - 1] + ("…" if len(name) > 2 * LINE - 1 else "")]
    words = "".join(
        f'<tspan x="{x + BOX_W // 2}" dy="{0 if n == 0 else 18}">{escape(part)}</tspan>'
        for n, part in enumerate(text)
        if part
    )
    top = y + (24 if text[1] else 33)
    return (
        f'<g class="{look}"><title>{escape(name)}</title><rect x="{x}" y="{y}" width="{BOX_W}" '
        f'height="{BOX_H}" rx="6"/><text x="{x + BOX_W // 2}" y="{top}">{words}</text></g>'
    )
