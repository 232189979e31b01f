"""What an implementation list must satisfy before anybody may publish it.

Pure functions of a code and a document: the editor, bulk work, imports and the API share them.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, IntegerField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import codes
from .documents import Document
from .elements import ELEMENTS, LISTED, ItemKind, element
from .models import MaterialForm, MaterialKind, Source

LONGEST = 120  # characters of a text in a part
FILE = (int, type(None))
SHAPES: dict[str, dict[str, Any]] = {
    "materials": {
        "name": str,
        "kind": str,
        "form": str,
        "source": str,
        "e_certificate": str,
        "copies": int,
        "required": bool,
        "shortage_tolerant": bool,
        "sample_id": FILE,
        "blank_form_id": FILE,
    },
    "situations": dict.fromkeys(("question", "option", "adds", "excludes"), str),
    "variants": {"suffix": str, "name": str, "answers": dict},
}
EX_OFFICIO = frozenset({ItemKind.PENALTY, ItemKind.COERCION, ItemKind.INSPECTION})
LARGEST = 32767
LARGEST_ID = 2**63 - 1
MATERIAL_PARTS = {
    "kind": (MaterialKind, gettext_lazy("材料类型")),
    "form": (MaterialForm, gettext_lazy("材料形式")),
    "source": (Source, gettext_lazy("来源渠道")),
}
MOST_PARTS = 200
Faults = list[tuple[str, str]]  # field, what is wrong and how to mend it


def faults_of(code: str, wanted: Document) -> Faults:
    """Everything that forbids publishing, field by field; empty when all is well."""
    found: Faults = []
    try:
        kind = codes.implementation_code(code).basic.kind
    except codes.BadCode as error:
        return [("implementation_code", str(error))]
    elements = wanted["elements"]
    for name, value in elements.items():
        if name not in ELEMENTS:
            found.append((name, _("没有“%s”这个要素") % name))
        elif fault := _fault_of_value(name, value):
            found.append((name, fault))
    if found:
        return found
    if elements["kind"] != kind:
        found.append(
            (
                "kind",
                _("编码说这是“%(code)s”，类型填的是“%(given)s”，请改成一致")
                % {"code": kind.label, "given": ItemKind(elements["kind"]).label},
            )
        )
    if elements["by_application"] and elements["kind"] in EX_OFFICIO:
        found.append(("by_application", _("行政处罚、行政强制、行政检查是依职权事项，请改为“否”")))
    found += _limits(elements)
    parts = _parts(wanted)
    return found + (parts or _form(wanted))


def _form(wanted: Document) -> Faults:
    """A field asked under an answer needs that answer among the situations."""
    given = {(row["question"], row["option"]) for row in wanted["situations"]}
    found: Faults = []
    for row in wanted["elements"]["form_fields"]:
        if not all(isinstance(value, str) for value in row.values()):
            return [("form_fields", _("申请表字段的每一格应为文字"))]
        under = (row["question"], row["option"])
        if any(under) and under not in given:
            told = _("申请表字段“%(field)s”的情形“%(question)s：%(option)s”不在办理情形里") % row
            found.append(("form_fields", told))
    return found


def _limits(elements: dict[str, Any]) -> Faults:
    statutory, promised = elements["statutory_days"], elements["promised_days"]
    found: Faults = []
    if statutory is not None and promised is not None and promised > statutory:
        found.append(
            (
                "promised_days",
                _(
                    "承诺时限（%(promised)d）大于法定时限（%(statutory)d），"
                    "请改为不超过 %(statutory)d"
                )
                % {"promised": promised, "statutory": statutory},
            )
        )
    return found


def _fault_of_value(name: str, value: Any) -> str:
    """What a model field finds wrong with a value, in words."""
    field = element(name)
    if isinstance(field, BooleanField):
        return "" if isinstance(value, bool) else _("“%s”应为是或否") % field.verbose_name
    if isinstance(field, IntegerField):
        if value is None and field.null:
            return ""
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            return _("“%(name)s”应为 0 到 %(most)d 的整数，现为“%(given)s”") % {
                "name": field.verbose_name,
                "most": LARGEST,
                "given": value,
            }
        return ""
    if isinstance(field.default, type) and issubclass(field.default, list):
        keys = set(LISTED[name])
        good = isinstance(value, list) and len(value) <= MOST_PARTS
        if not good or not all(isinstance(row, dict) and set(row) == keys for row in value):
            return _("“%(name)s”应为列表，每行有且只有 %(keys)s") % {
                "name": field.verbose_name,
                "keys": "、".join(LISTED[name]),
            }
        return ""
    if not isinstance(value, str) or "\x00" in value:
        return _("“%s”应为文字") % field.verbose_name
    if not value.strip() and not field.blank:
        return _("请填写“%s”") % field.verbose_name
    try:
        field.clean(value, None)
    except ValidationError as error:
        return _("“%(name)s”不能是“%(given)s”：%(why)s") % {
            "name": field.verbose_name,
            "given": value[:40],
            "why": ";".join(error.messages),
        }
    return ""


def _parts(wanted: Document) -> Faults:
    found = [(part, fault) for part in SHAPES for fault in _strange(part, wanted[part])]
    if found:
        return found
    return [*_materials(wanted), *_situations(wanted), *_variants(wanted)]


def _strange(part: str, rows: list[dict[str, Any]]) -> list[str]:
    """Rows that are not made as rows of this part are."""
    shape = SHAPES[part]
    return [
        _("第 %(number)d 行应有且只有 %(names)s，各为相应类型的值")
        % {"number": number, "names": "、".join(shape)}
        for number, row in enumerate(rows, start=1)
        if set(row) != set(shape) or not all(_fits(row[name], shape[name]) for name in shape)
    ]


def _fits(value: Any, kind: Any) -> bool:
    if isinstance(value, bool):
        return kind is bool
    if isinstance(value, int):
        return isinstance(value, kind) and 0 <= value <= (LARGEST if kind is int else LARGEST_ID)
    return isinstance(value, kind) and len(value or "") <= LONGEST


def _materials(wanted: Document) -> Faults:
    found: Faults = []
    names: set[str] = set()
    for values in wanted["materials"]:
        name = values["name"]
        if not name:
            found.append(("materials", _("材料名称应为 1 到 120 个字")))
        elif name in names:
            found.append(("materials", _("材料“%s”列了两次，请合并") % name))
        names.add(name)
        for part, (declared, words) in MATERIAL_PARTS.items():
            known = dict(declared.choices)
            if values[part] not in known:
                found.append(
                    (
                        "materials",
                        _("材料“%(name)s”的“%(field)s”不能是“%(given)s”，应为 %(known)s 之一")
                        % {
                            "name": name,
                            "field": words,
                            "given": values[part],
                            "known": "、".join(str(label) for label in known.values()),
                        },
                    )
                )
    return found


def _situations(wanted: Document) -> Faults:
    found: Faults = []
    names = {values["name"] for values in wanted["materials"]}
    for values in wanted["situations"]:
        if not values["question"] or not values["option"]:
            found.append(("situations", _("情形要有问题和选项")))
        if values["adds"] and values["adds"] not in names:
            found.append(
                (
                    "situations",
                    _("情形“%(question)s：%(option)s”要加的材料“%(adds)s”不在材料清单里") % values,
                )
            )
    return found


def _variants(wanted: Document) -> Faults:
    suffixes = [values["suffix"] for values in wanted["variants"]]
    twice = len(set(suffixes)) < len(suffixes)
    if twice or any(len(s) != 2 or not s.isascii() or not s.isdigit() for s in suffixes):
        return [("variants", _("业务办理项的序号应为 2 位数字且不重复"))]
    return []
