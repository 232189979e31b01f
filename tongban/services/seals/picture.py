"""The round picture of a seal: ring, star, the unit's name along the arc (国发〔1999〕25 号)."""

import math
from functools import lru_cache

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


def _along_arc(image: Image.Image, text: str) -> None:
    size = 66 if len(text) <= 16 else 52 if len(text) <= 21 else 44
    font = ImageFont.truetype(SERIF, size)
    radius = CENTRE - RING - size * 0.85
    step = min(math.degrees(size * 1.12 / radius), MOST_DEGREES / max(len(text) - 1, 1))
    begin = -90 - step * (len(text) - 1) / 2
    for place, character in enumerate(text):
        angle = begin + step * place
        glyph = Image.new("RGBA", (size * 2, size * 2), (255, 255, 255, 0))
        ImageDraw.Draw(glyph).text((size, size), character, font=font, fill=RED, anchor="mm")
        turned = glyph.rotate(-angle - 90, resample=Image.Resampling.BICUBIC)
        x = CENTRE + radius * math.cos(math.radians(angle)) - size
        y = CENTRE + radius * math.sin(math.radians(angle)) - size
        image.alpha_composite(turned, (round(x), round(y)))
