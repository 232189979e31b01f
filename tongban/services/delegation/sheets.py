"""The spreadsheet of batches, in the columns of the reference file, checked row by row."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.clock.calendar import day_of
from tongban.kernel.files.spreadsheets import Table
from tongban.kernel.screens.sheets import BadCell, Column, Fault, Sheet, one_of, read_rows, text
from tongban.kernel.units.models import Unit
from tongban.services.catalogue.models import ServiceItem

from .batches import fault_of
from .forms import Wanted
from .models import Kind


def day(value: str) -> date | None:
    if not value:
        return None
    if found := day_of(value):
        return found
    raise BadCell(_("“%s”不是日期，请写成 2026-03-01") % value)


DELEGATIONS = Sheet(
    "delegations",
    gettext_lazy("下放事项"),
    (
        Column("batch", gettext_lazy("批次"), text(40)),
        Column("document_number", gettext_lazy("文号"), text(60)),
        Column("implementation_code", gettext_lazy("实施编码"), text(31), required=True),
        Column("from_unit", gettext_lazy("原实施单位"), text(60)),
        Column("to_town", gettext_lazy("承接镇街"), text(60), required=True),
        Column("kind", gettext_lazy("方式"), one_of(Kind, empty="delegated")),
        Column("effective_date", gettext_lazy("生效日期"), day),
    ),
)


@dataclass
class Asked:
    """What a file asks for: the lines of each batch it names, and the batch's own facts."""

    lines: dict[str, Wanted] = field(default_factory=dict)
    about: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def asked(table: Table) -> Asked:
    """Towns by code or by name; every fault is told with its row."""
    rows, faults = read_rows(DELEGATIONS, table)
    found = Asked(faults=faults)
    codes = {values.get("implementation_code", "") for _, values in rows}
    matching = ServiceItem.objects.filter(implementation_code__in=codes).select_related("unit")
    items = {item.implementation_code: item for item in matching}
    towns = {
        name: unit
        for unit in Unit.objects.filter(kind=Unit.Kind.TOWN)
        for name in (unit.code, unit.name, unit.short_name)
    }
    seen: dict[tuple[str, str], int] = {}
    for number, values in rows:
        code, place = values.get("implementation_code", ""), values.get("to_town", "")
        item, town = items.get(code), towns.get(place)
        if fault := fault_of(item, town, code, place) or _other_unit(item, values):
            found.faults.append(Fault(number, "", fault))
            continue
        assert town is not None
        if first := seen.get((code, town.code)):
            found.faults.append(Fault(number, "", _("和第 %d 行重复，请删去一行") % first))
            continue
        seen[code, town.code] = number
        batch = values.get("batch", "")
        line = {"implementation_code": code, "to_town": town.code}
        found.lines.setdefault(batch, []).append(line)
        found.about.setdefault(batch, {k: values.get(k) for k in ("kind", "effective_date")})
    return found


def _other_unit(item: ServiceItem | None, values: dict[str, Any]) -> str:
    given = values.get("from_unit", "")
    if not given or item is None or given in (item.unit.code, item.unit.name, item.unit.short_name):
        return ""
    return _("“%(name)s”是%(unit)s的事项，不是 %(given)s 的，请改正") % {
        "name": item.name,
        "unit": item.unit.short_name,
        "given": given,
    }
