"""From the rows of a spreadsheet to the changes they ask for: looked at before anything is done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tongban.kernel.files.spreadsheets import Table
from tongban.kernel.screens.sheets import Fault, Row, Sheet, read_rows
from tongban.kernel.units.models import Unit

from . import codes, documents
from .columns import ITEMS, MATERIALS
from .documents import Document
from .drafting import units_by_uscc
from .models import ImplementationList, ServiceItem
from .rules import faults_of

Lines = dict[str, dict[str, Any]]
BARS = ("不符合", "不能")  # in place of a material: why such a person cannot apply
SHARE = 500  # rows between two tellings of progress


@dataclass
class Plan:
    """creates, adjusts: lines by unit id. same: items that already are as the file says."""

    creates: dict[int, Lines] = field(default_factory=dict)
    adjusts: dict[int, Lines] = field(default_factory=dict)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "create": sum(len(lines) for lines in self.creates.values()),
            "adjust": sum(len(lines) for lines in self.adjusts.values()),
            "same": self.same,
        }


def plan(sheet: Sheet, table: Table, told: Callable[[int], None] = lambda done: None) -> Plan:
    """What the table asks for. `told` hears how many rows have been looked at."""
    found = Plan()
    rows, found.faults = read_rows(sheet, table)
    if sheet is ITEMS:
        wanted, where = _items(rows, found)
    else:
        wanted, where = _parts(sheet, rows, found)
    _compare(wanted, where, found, told)
    return found


def _items(rows: list[tuple[int, Row]], found: Plan) -> tuple[Lines, dict[str, int]]:
    """Elements by implementation code, and the row that says them."""
    wanted: Lines = {}
    where: dict[str, int] = {}
    units = units_by_uscc()
    for number, values in rows:
        code = values.pop("implementation_code", "")
        basic, unit = values.pop("basic_code", ""), values.pop("unit_code", "")
        if fault := _fault_of_code(code, basic, unit, units):
            found.faults.append(Fault(number, "", fault))
        elif code in wanted:
            text = _("实施编码与第 %d 行相同，请删去一行") % where[code]
            found.faults.append(Fault(number, "", text))
        else:
            wanted[code], where[code] = {"elements": values}, number
    return wanted, where


def _fault_of_code(code: str, basic: str, unit: str, units: dict[str, Unit]) -> str:
    try:
        parsed = codes.implementation_code(code)
    except codes.BadCode as error:
        return str(error)
    if basic and basic != parsed.basic.text:
        return _("基本编码“%(given)s”与实施编码里的“%(right)s”不一致，请改成一致") % {
            "given": basic,
            "right": parsed.basic.text,
        }
    known = units.get(parsed.uscc)
    if known is None:
        return _("实施编码的单位（%s）不在单位名录里，请先登记单位") % parsed.uscc
    if unit and unit != known.code:
        return _("单位代码“%(given)s”与实施编码的单位“%(right)s”不一致") % {
            "given": unit,
            "right": known.code,
        }
    return ""


def _parts(sheet: Sheet, rows: list[tuple[int, Row]], found: Plan) -> tuple[Lines, dict[str, int]]:
    """All materials, or all situations, of each item the file names: they replace what is."""
    part = "materials" if sheet is MATERIALS else "situations"
    wanted: Lines = {}
    where: dict[str, int] = {}
    for number, values in rows:
        code = values.pop("implementation_code", "")
        where.setdefault(code, number)
        of_item = wanted.setdefault(code, {part: []})[part]
        if part == "materials":
            if any(row["name"] == values.get("name") for row in of_item):
                continue  # listed twice for one item is one material
        else:
            adds = values.pop("adds_material", "")
            bars = adds.startswith(BARS)
            values |= {"adds": "" if bars else adds, "excludes": adds if bars else ""}
        of_item.append(values)
    known = set(
        ServiceItem.objects.filter(
            implementation_code__in=wanted, current__isnull=False
        ).values_list("implementation_code", flat=True)
    )
    for code in sorted(set(wanted) - known):
        text = _("没有事项 %s，请先导入事项或核对实施编码") % code
        found.faults.append(Fault(where[code], "", text))
        del wanted[code]
    return wanted, where


def _compare(
    wanted: Lines, where: dict[str, int], found: Plan, told: Callable[[int], None]
) -> None:
    """Against what is in force: new, changed, or the same."""
    rows = ServiceItem.objects.filter(implementation_code__in=wanted).select_related("current")
    items = {item.implementation_code: item for item in rows}
    base = documents.documents(i.current for i in items.values() if i.current)
    busy = _busy(items)
    units = units_by_uscc()
    for done, (code, changes) in enumerate(wanted.items(), start=1):
        item = items.get(code)
        current = base[item.current_id] if item and item.current_id else None
        result = documents.changed(current or documents.empty(), _complete(changes, current))
        if current == result:
            found.same += 1
        else:
            _keep(found, code, where[code], result, current, busy.get(code), units)
        if done % SHARE == 0:
            told(done)
    told(len(wanted))


def _keep(
    found: Plan,
    code: str,
    row: int,
    result: Document,
    current: Document | None,
    busy: str | None,
    units: dict[str, Unit],
) -> None:
    if busy:
        text = _("已有正在办理的变更 %s，请先办完或撤回它") % busy
        found.faults.append(Fault(row, "", text))
        return
    if faults := faults_of(code, result):
        found.faults += [Fault(row, _heading(name), text) for name, text in faults]
        return
    unit = units[codes.implementation_code(code).uscc].pk
    lines = found.adjusts if current else found.creates
    lines.setdefault(unit, {})[code] = (
        {part: value for part, value in result.items() if value != current[part]}
        if current
        else result
    )


def _complete(changes: Document, current: Document | None) -> dict[str, Any]:
    """What the columns do not say stays: files of a material, materials of a situation."""
    base = current or documents.empty()
    said: Document = {**base, **changes}
    known = {row["name"]: row for row in base["materials"]}
    materials = [
        {**known.get(row["name"], _plain_material("")), **row} for row in said["materials"]
    ]
    situations: list[Row] = said["situations"]
    listed = {row["name"] for row in materials}
    added = [s["adds"] for s in situations if s["adds"] and s["adds"] not in listed]
    more = [known.get(name) or _plain_material(name) for name in dict.fromkeys(added)]
    return {**changes, "materials": [*materials, *more]}


def _plain_material(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "document",
        "form": "copy",
        "copies": 1,
        "required": True,
        "shortage_tolerant": False,
        "e_certificate": "",
        "source": "applicant",
        "sample_id": None,
        "blank_form_id": None,
    }


def _busy(items: dict[str, ServiceItem]) -> dict[str, str]:
    drafts = ImplementationList.objects.filter(
        item__in=[i.pk for i in items.values()], number=None, change__matter__closed_at=None
    )
    return dict(drafts.values_list("item__implementation_code", "change__matter__number"))


def _heading(name: str) -> str:
    return next((str(c.title) for c in ITEMS.columns if c.name == name), "")
