"""How delegated powers are used, from what the towns report: the numbers and what they advise."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from .models import DelegatedItem
from .rules import advice


@dataclass(frozen=True)
class Used:
    """A power of a town with its numbers over all quarters reported, and the advice they give."""

    line: DelegatedItem
    quarters: int
    cases: int
    overturned: int
    advice: str


def in_force() -> QuerySet[DelegatedItem]:
    return DelegatedItem.objects.filter(in_force_on__isnull=False, taken_back_on=None)


def used(lines: QuerySet[DelegatedItem]) -> list[Used]:
    """Summed by the database; the worst first."""
    rows = lines.select_related("item__unit", "town", "town_item", "batch").annotate(
        reported=Count("quarters"),
        done=Coalesce(Sum("quarters__cases"), 0),
        overturned=Coalesce(Sum("quarters__reversed"), 0) + Coalesce(Sum("quarters__lost"), 0),
    )
    return [
        Used(r, r.reported, r.done, r.overturned, advice(r.reported, r.done, r.overturned))
        for r in rows.order_by("-overturned", "done", "town", "item")
    ]
