"""What the page of a change shows: every list with what changes in it."""

from typing import Any

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter

from . import documents
from .compare import Difference, differences
from .models import Change, ImplementationList

MOST_SHOWN = 40


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    change: Change = matter.detail
    lines = change.lines.select_related("item").order_by("item__implementation_code")
    shown = list(lines[:MOST_SHOWN])
    return {
        "change": change,
        "lines": _compared(shown),
        "total": lines.count(),
        "undone_by": change.undone_by.select_related("matter").first(),
    }


def _compared(lines: list[ImplementationList]) -> list[tuple[ImplementationList, list[Difference]]]:
    before = {row.item_id: row for row in previous(lines)}
    found = documents.documents([*lines, *before.values()])
    return [
        (line, differences(found[before[line.item_id].pk], found[line.pk]))
        if line.item_id in before
        else (line, [])
        for line in lines
    ]


def previous(lines: list[ImplementationList]) -> list[ImplementationList]:
    """The version each line follows: the one before it, or the one in force for a draft."""
    numbered = {(line.item_id, line.number - 1) for line in lines if line.number}
    drafts = [line.item.current_id for line in lines if line.number is None]
    rows = list(ImplementationList.objects.filter(pk__in=[pk for pk in drafts if pk]))
    earlier = ImplementationList.objects.filter(
        item__in=[item for item, _ in numbered], number__in={n for _, n in numbered}
    )
    return rows + [row for row in earlier if (row.item_id, row.number) in numbered]
