"""A document's data and template to PDF/A, with embedded Chinese fonts."""

import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from .fonts import FOLDER

PACKAGE = Path(__file__).resolve().parents[2]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[FOLDER])


def drawn(address: str) -> str:
    """The QR code of an address as an SVG for a sheet."""
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, scale=4)
    return out.getvalue().decode()


def typeset(source: Path, facts: dict[str, Any], verify_at: str) -> bytes:
    """PDF/A-2b. `facts` reach the template as JSON, never as markup: a name with typesetting
    commands in it stays a name. `verify_at` becomes the QR code."""
    told = {"data": json.dumps({**facts, "qr": drawn(verify_at)}, ensure_ascii=False)}
    made = typst.compile(
        str(source),
        root=str(PACKAGE),
        font_paths=_fonts(),
        sys_inputs=told,
        pdf_standards=["a-2b"],
        format="pdf",
    )
    assert isinstance(made, bytes)
    return made
