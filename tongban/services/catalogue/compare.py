"""Two versions of a list side by side, field by field."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import posts
from .documents import Document
from .elements import LISTED, element
from .models import Material

MISSING = "—"


@dataclass(frozen=True)
class Difference:
    """One field of one part. `before` and `after` as people read them."""

    part: str
    field: str
    before: str
    after: str


def differences(before: Document, after: Document) -> list[Difference]:
    """What changed, in the order of the elements; nothing for equal documents."""
    found = [
        Difference(
            _("要素"), label(name), shown(name, before["elements"].get(name)), shown(name, value)
        )
        for name, value in after["elements"].items()
        if before["elements"].get(name) != value
    ]
    found += _parts(_("材料"), _materials(before), _materials(after))
    found += _parts(_("情形"), _situations(before), _situations(after))
    return found + _parts(_("业务办理项"), _variants(before), _variants(after))


def label(name: str) -> str:
    return str(element(name).verbose_name)


def shown(name: str, value: Any) -> str:
    """A value of an element in words."""
    field = element(name)
    choices = dict(getattr(field, "choices", None) or [])
    if isinstance(value, str) and value and value in choices:
        return str(choices[value])
    if name in LISTED and value:
        return "\n".join(_line(row, LISTED[name]) for row in value)
    return _words(value)


def _line(row: dict[str, Any], keys: tuple[str, ...]) -> str:
    """A row of a list in the order of its parts; posts by their names, days with their unit."""
    cells = []
    for key in keys:
        value = row.get(key)
        if key == "post":
            cells.append(posts.words(str(value or "")))
        elif key == "days":
            cells.append(_("%d 个工作日") % value)
        elif value and key != "after":
            cells.append(str(value))
    return " ".join(cells)


def _words(value: Any) -> str:
    if value is None or value == "" or value == []:
        return MISSING
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return ";".join(_words(part) for part in value)
    if isinstance(value, dict):
        return " ".join(_words(part) for part in value.values() if part not in ("", None))
    return str(value)


def _parts(part: str, before: dict[str, str], after: dict[str, str]) -> list[Difference]:
    names = [*after, *(name for name in before if name not in after)]
    return [
        Difference(part, name, before.get(name, MISSING), after.get(name, MISSING))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _materials(of: Document) -> dict[str, str]:
    return {values["name"]: _material(values) for values in of["materials"]}


def _material(values: dict[str, Any]) -> str:
    row = Material(**values)
    words = [row.get_form_display(), row.get_source_display()]
    words.append(_("必要") if row.required else _("非必要"))
    if row.shortage_tolerant:
        words.append(_("可容缺"))
    words.append(_("%d 份") % row.copies)
    return ",".join(str(word) for word in words)


def _situations(of: Document) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for values in of["situations"]:
        name = f"{values['question']}：{values['option']}"
        found.setdefault(name, []).append(values["adds"] or values.get("excludes") or MISSING)
    return {name: "、".join(adds) for name, adds in found.items()}


def _variants(of: Document) -> dict[str, str]:
    return {values["suffix"]: values["name"] for values in of["variants"]}
