"""A typeset paper as OFD (GB/T 33190—2016 电子文件存储与交换格式 版式文档).

The pages are read from the PDF, which is already laid out: every letter keeps its place, so both
formats show the same. Letters stay letters: they can be searched and copied; the shapes of those
that are drawn are carried along (ofd_fonts.py).
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from itertools import count, pairwise
from typing import Any
from xml.etree import ElementTree as Tree

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTCurve, LTFigure, LTPage
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

from .ofd_fonts import Fonts

NAMESPACE = "http://www.ofdspec.org/2016"
MILLIMETRE = 25.4 / 72  # of a point
ASCENT = 0.88  # of the size of a letter: from the top of its box to the line it stands on
HAIR = 1.0  # points
Tree.register_namespace("ofd", NAMESPACE)


@dataclass
class Package:
    """Files of an OFD by their path inside it."""

    parts: dict[str, bytes] = field(default_factory=dict)

    def add(self, path: str, root: Tree.Element) -> None:
        self.parts[path] = Tree.tostring(root, encoding="UTF-8", xml_declaration=True)

    def packed(self) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for path, content in self.parts.items():
                package.writestr(path, content)
        return out.getvalue()


def package_of(pdf: bytes, title: str, code: str, made_at: datetime) -> Package:
    """code: of the paper, the id of the document."""
    made, pages = Package(), list(_pages(pdf))
    ids = count(len(pages) + 1)  # pages are 1, 2 …; all ids of a document differ
    fonts = Fonts(ids)
    for number, page in enumerate(pages):
        made.add(f"Doc_0/Pages/Page_{number}/Content.xml", _content(page, fonts, ids))
    width, height = _mm(pages[0].width), _mm(pages[0].height)
    made.add("Doc_0/PublicRes.xml", _resources(fonts, made))
    made.add("Doc_0/Document.xml", _document(len(pages), f"0 0 {width} {height}", next(ids)))
    made.add("OFD.xml", _entry(title, code, made_at))
    return made


def element(name: str, text: str = "", **attributes: str) -> Tree.Element:
    made = Tree.Element(f"{{{NAMESPACE}}}{name}", attributes)
    made.text = text or None
    return made


def tree(name: str, *children: Tree.Element, **attributes: str) -> Tree.Element:
    made = element(name, **attributes)
    made.extend(children)
    return made


def _entry(title: str, code: str, made_at: datetime) -> Tree.Element:
    info = tree(
        "DocInfo",
        element("DocID", code.encode().hex().ljust(32, "0")[:32]),
        element("Title", title),
        element("CreationDate", made_at.date().isoformat()),
    )
    body = tree("DocBody", info, element("DocRoot", "Doc_0/Document.xml"))
    return tree("OFD", body, Version="1.0", DocType="OFD")


def _document(pages: int, box: str, last: int) -> Tree.Element:
    common = tree(
        "CommonData",
        element("MaxUnitID", str(last)),
        tree("PageArea", element("PhysicalBox", box)),
        element("PublicRes", "PublicRes.xml"),
    )
    listed = [
        element("Page", ID=str(n + 1), BaseLoc=f"Pages/Page_{n}/Content.xml") for n in range(pages)
    ]
    return tree("Document", common, tree("Pages", *listed))


def _resources(fonts: Fonts, made: Package) -> Tree.Element:
    listed = []
    for key, name, file, content in fonts.carried():
        made.parts[f"Doc_0/Res/{file}"] = content
        font = element("FontFile", file)
        listed.append(tree("Font", font, ID=key, FontName=name, FamilyName=name))
    return tree("Res", tree("Fonts", *listed), BaseLoc="Res")


def _pages(pdf: bytes) -> Iterator[LTPage]:
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=None)
    interpreter = PDFPageInterpreter(manager, device)
    for page in PDFPage.get_pages(BytesIO(pdf)):
        interpreter.process_page(page)
        yield device.get_result()


def _content(page: LTPage, fonts: Fonts, ids: "count[int]") -> Tree.Element:
    layer = tree("Layer", ID=str(next(ids)), Type="Body")
    parts = list(_flat(page))
    for run in _runs([part for part in parts if isinstance(part, LTChar)]):
        font = fonts.drawn(run[0].fontname, "".join(letter.get_text() for letter in run))
        layer.append(_text(run, page.height, font, str(next(ids))))
    curves = [part for part in parts if isinstance(part, LTCurve)]
    rows = [curve for curve in curves if not curve.linewidth and curve.y0 == curve.y1]
    apart = _apart(rows)
    for curve in curves:
        width = curve.linewidth or (apart if curve.y0 == curve.y1 else HAIR)
        layer.append(_path(curve, page.height, width, str(next(ids))))
    return tree("Page", tree("Content", layer))


def _flat(parts: Any) -> Iterator[Any]:
    for part in parts:
        if isinstance(part, LTFigure):
            yield from _flat(part)
        else:
            yield part


def _runs(letters: list[LTChar]) -> Iterator[list[LTChar]]:
    """Letters that stand in one line, in one font and size, from left to right."""
    run: list[LTChar] = []
    for letter in letters:
        if run and not _goes_on(run[-1], letter):
            yield run
            run = []
        run.append(letter)
    if run:
        yield run


def _goes_on(before: LTChar, letter: LTChar) -> bool:
    same = before.fontname == letter.fontname and abs(before.size - letter.size) < 0.01
    upright = letter.matrix[1] == before.matrix[1] == 0
    return same and upright and before.matrix[5] == letter.matrix[5] and letter.x0 >= before.x0


def _text(run: list[LTChar], height: float, font: str, name: str) -> Tree.Element:
    first, size = run[0], run[0].size
    base = first.matrix[5]
    top = height - base - size * ASCENT
    box = f"{_mm(first.x0)} {_mm(top)} {_mm(run[-1].x1 - first.x0)} {_mm(size * 1.2)}"
    places = [place for letter in run for place in _places(letter)]
    apart = [_mm(b - a) for (_a, a), (_b, b) in pairwise(places)]
    code = element("TextCode", "".join(c for c, _x in places), X="0", Y=_mm(size * ASCENT))
    if apart:
        code.set("DeltaX", " ".join(apart))
    colour = element("FillColor", Value=_colour(first.graphicstate.ncolor))
    return tree("TextObject", colour, code, ID=name, Boundary=box, Font=font, Size=_mm(size))


def _places(letter: LTChar) -> list[tuple[str, float]]:
    """Each character and where it begins: two joined to one shape (fi) share its width."""
    text = letter.get_text()
    step = (letter.x1 - letter.x0) / len(text)
    return [(character, letter.x0 + step * n) for n, character in enumerate(text)]


def _apart(rows: list[LTCurve]) -> float:
    """Lines of no stated width are rows of a code to scan: each is as wide as they are apart."""
    heights = sorted({round(row.y0, 3) for row in rows})
    return min((b - a for a, b in pairwise(heights)), default=HAIR)


def _path(curve: LTCurve, height: float, width: float, name: str) -> Tree.Element:
    """The box holds half a line beyond the line's own middle, or readers cut it off."""
    left, top = curve.x0 - width / 2, height - curve.y1 - width / 2
    drawn = []
    steps: Any = curve.original_path or ()
    for operator, *points in steps:
        places = [f"{_mm(x - left)} {_mm(height - y - top)}" for x, y in points]
        drawn.append(" ".join([{"m": "M", "l": "L", "c": "B", "h": "C"}[operator], *places]))
    box = f"{_mm(left)} {_mm(top)} {_mm(curve.width + width)} {_mm(curve.height + width)}"
    flags = {"Stroke": _yes(curve.stroke), "Fill": _yes(curve.fill)}
    made = element("PathObject", ID=name, Boundary=box, LineWidth=_mm(width), **flags)
    if curve.stroke:
        made.append(element("StrokeColor", Value=_colour(curve.stroking_color)))
    if curve.fill:
        made.append(element("FillColor", Value=_colour(curve.non_stroking_color)))
    made.append(element("AbbreviatedData", " ".join(drawn)))
    return made


def _colour(value: Any) -> str:
    """Grey, RGB or CMYK of the PDF, 0 to 1, as RGB of 0 to 255."""
    parts = list(value) if isinstance(value, list | tuple) else [value or 0]
    if len(parts) == 4:
        *inks, black = parts
        parts = [(1 - ink) * (1 - black) for ink in inks]
    if len(parts) != 3:
        parts = parts[:1] * 3
    return " ".join(str(round(255 * part)) for part in parts)


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _mm(points: float) -> str:
    return f"{points * MILLIMETRE:.3f}"
