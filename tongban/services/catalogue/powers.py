"""Power and responsibility lists 权责清单: the published powers of a unit on a day, from the very
versions that guides and figures come from; and what changed between two days."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet

from tongban.kernel.units.models import Unit
from tongban.services.seals.typesetting import typeset

from . import documents
from .compare import Difference, differences
from .elements import ItemKind
from .models import ImplementationList
from .versions import published_on

POWERS = tuple(kind.value for kind in ItemKind if kind != ItemKind.PUBLIC_SERVICE)
TEMPLATE = Path(__file__).parent / "letters" / "powers.typ"


@dataclass(frozen=True)
class Moved:
    """A power added, cancelled or adjusted between two days, with who passed it and why."""

    how: str
    version: ImplementationList
    fields: list[Difference]


def powers(unit: Unit, on: date) -> QuerySet[ImplementationList]:
    """The unit's powers in force on the day, by type and code."""
    rows = ImplementationList.objects.filter(published_on(on), item__unit=unit, kind__in=POWERS)
    return rows.select_related("item").order_by("kind", "item__basic_code")


def counted(on: date) -> dict[int, dict[str, int]]:
    """Powers by unit id and type on the day, counted by the database."""
    rows = ImplementationList.objects.filter(published_on(on), kind__in=POWERS).order_by()
    found: dict[int, dict[str, int]] = {}
    for unit, kind, count in rows.values_list("item__unit", "kind").annotate(Count("pk")):
        found.setdefault(unit, {})[kind] = count
    return found


def moved(unit: Unit, first: date, second: date) -> list[Moved]:
    """The difference between the lists of two days, item by item."""
    before = {row.item_id: row for row in powers(unit, first)}
    after = {row.item_id: row for row in powers(unit, second).select_related("change__matter")}
    both = [i for i in after if i in before and before[i].pk != after[i].pk]
    held = documents.documents([*(before[i] for i in both), *(after[i] for i in both)])
    found = [Moved("added", after[i], []) for i in after if i not in before]
    found += [Moved("cancelled", before[i], []) for i in before if i not in after]
    found += [
        Moved("adjusted", after[i], lines)
        for i in both
        if (lines := differences(held[before[i].pk], held[after[i].pk]))
    ]
    return found


def facts(unit: Unit, on: date) -> dict[str, Any]:
    """What the paper of a list says: day, numbered rows, legal basis."""
    rows = [
        {
            "kind": str(ItemKind(row.kind).label),
            "name": row.name,
            "code": row.item.basic_code,
            "basis": _basis(row.legal_basis),
        }
        for row in powers(unit, on)
    ]
    return {"on": f"{on:%Y}年{on.month}月{on.day}日", "rows": rows}


def as_pdf(unit: Unit, on: date) -> bytes:
    """The list of any day for reading; the announced one is sealed (`announcing`)."""
    told = {"title": f"{unit.name}权责清单", "unit": unit.name, "number": "", **facts(unit, on)}
    return typeset(TEMPLATE, told, f"{settings.PUBLIC_ADDRESS}/powers/{unit.code}/?on={on}")


def _basis(rows: list[dict[str, Any]]) -> str:
    return ";".join(f"《{row['law']}》{row['article']}" for row in rows)
