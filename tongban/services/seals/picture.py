"""The round picture of a seal: ring, star, the unit's name along the arc (国发〔1999〕25 号)."""

import math
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from .fonts import SERIF

SIZE, RED = 640, (200, 16, 46, 225)
RING, CENTRE = 14, SIZE / 2
MOST_DEGREES = 270


@lru_cache(maxsize=64)
def picture(name: str) -> Image.Image:
    """RGBA, transparent ground. Name and kind of seal are split at “章”'s own words."""
    image = Image.new("RGBA", (SIZE, SIZE), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    edge = RING // 2 + 2
    draw.ellipse((edge, edge, SIZE - edge, SIZE - edge), outline=RED, width=RING)
    draw.polygon(_star(SIZE * 0.15), fill=RED)
    unit, kind = split(name)
    _along_arc(image, unit)
    if kind:
        font = ImageFont.truetype(SERIF, 50)
        draw.text((CENTRE, SIZE * 0.755), kind, font=font, fill=RED, anchor="mm")
    return image


def as_png(name: str) -> bytes:
    out = BytesIO()
    picture(name).save(out, "PNG")
    return out.getvalue()


def as_svg(name: str) -> str:
    """The same seal as lines and letters, sharp at every size."""
    unit, kind = split(name)
    size, radius, step, begin = _arc(unit)
    letters = "".join(
        f'<text transform="translate({x:.1f} {y:.1f}) rotate({angle + 90:.2f})">{escape(c)}</text>'
        for c, angle, x, y in _along(unit, radius, step, begin)
    )
    star = " ".join(f"{x:.1f},{y:.1f}" for x, y in _star(SIZE * 0.15))
    edge = SIZE / 2 - RING / 2 - 2
    below = f'<text x="{CENTRE}" y="{SIZE * 0.755}" font-size="50">{escape(kind)}</text>'
    return (
        f'<svg class="seal" viewBox="0 0 {SIZE} {SIZE}" role="img" aria-label="{escape(name)}" '
        f'xmlns="http://www.w3.org/2000/svg"><g fill="#c8102e" font-family="serif" '
        f'font-size="{size}" text-anchor="middle" dominant-baseline="central">'
        f'<circle cx="{CENTRE}" cy="{CENTRE}" r="{edge}" fill="none" stroke="#c8102e" '
        f'stroke-width="{RING}"/><polygon points="{star}"/>{letters}{below}</g></svg>'
    )


def split(name: str) -> tuple[str, str]:
    """湛江…局 + 行政审批专用章: the kind of a special seal stands below the star."""
    for kind in ("政务服务专用章", "行政审批专用章"):
        if name.endswith(kind):
            return name.removesuffix(kind), kind
    return name, ""


def _star(radius: float) -> list[tuple[float, float]]:
    points = []
    for n in range(10):
        reach = (
            radius
            if n % 2 == 0
            else radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
        )
        angle = math.radians(36 * n - 90)
        points.append((CENTRE + reach * math.cos(angle), CENTRE + reach * math.sin(angle)))
    return points


def _arc(text: str) -> tuple[int, float, float, float]:
    """Size of the letters, radius of their middle, degrees between them, where they begin."""
    size = 66 if len(text) <= 16 else 52 if len(text) <= 21 else 44
    radius = CENTRE - RING - size * 0.85
    step = min(math.degrees(size * 1.12 / radius), MOST_DEGREES / max(len(text) - 1, 1))
    return size, radius, step, -90 - step * (len(text) - 1) / 2


def _along(
    text: str, radius: float, step: float, begin: float
) -> Iterator[tuple[str, float, float, float]]:
    """Each letter with its angle and the place of its middle."""
    for place, character in enumerate(text):
        angle = begin + step * place
        x = CENTRE + radius * math.cos(math.radians(angle))
        yield character, angle, x, CENTRE + radius * math.sin(math.radians(angle))


def _along_arc(image: Image.Image, text: str) -> None:
    size, radius, step, begin = _arc(text)
    font = ImageFont.truetype(SERIF, size)
    for character, angle, x, y in _along(text, radius, step, begin):
        glyph = Image.new("RGBA", (size * 2, size * 2), (255, 255, 255, 0))
        ImageDraw.Draw(glyph).text((size, size), character, font=font, fill=RED, anchor="mm")
        turned = glyph.rotate(-angle - 90, resample=Image.Resampling.BICUBIC)
        image.alpha_composite(turned, (round(x - size), round(y - size)))
