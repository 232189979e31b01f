"""Blank forms and filled-in samples for the items of two themes, typeset like the real ones."""

from pathlib import Path

from django.conf import settings

from tongban.kernel.files.store import keep
from tongban.services.catalogue.documents import Document
from tongban.services.seals.typesetting import typeset

from .rows import rows

THEMES = ("TH01", "TH24")
TEMPLATE = Path(__file__).parent / "letters" / "form.typ"
FIELDS = ("name", "kind", "number", "contact", "phone", "address", "sign")
EXAMPLE = {
    "name": "某某海味饭店（示例）",
    "kind": "营业执照",
    "number": "92440800XXXXXXXXXX",
    "contact": "张三（示例）",
    "phone": "138XXXXXXXX",
    "address": "东简街道某某路 1 号（示例）",
    "sign": "张三",
}


def add(wanted: dict[str, Document]) -> None:
    """To every application form of these items; before their lists are kept."""
    for row in rows("theme_items"):
        if row["theme_code"] not in THEMES:
            continue
        code = row["implementation_code"]
        for material in wanted[code]["materials"]:
            if material["kind"] == "form":
                name = wanted[code]["elements"]["name"]
                material["blank_form_id"] = _paper(code, name, dict.fromkeys(FIELDS, ""))
                material["sample_id"] = _paper(code, name, EXAMPLE)


def _paper(code: str, item: str, values: dict[str, str]) -> int:
    address = f"{settings.PUBLIC_ADDRESS}/items/{code}/"
    facts = {"title": "申请表", "item": item, "values": values}
    return keep([typeset(TEMPLATE, facts, address)], "申请表.pdf").pk
