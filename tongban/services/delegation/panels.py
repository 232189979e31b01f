"""What the pages of batches, preparations, taking back and reports show."""

from typing import Any

from django.db.models import Count, Q

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter
from tongban.services.consultation import asking

from .models import Check, DelegatedItem
from .using import used

MOST_SHOWN = 400
STAGES = {
    "waiting": Q(dropped="", ready_on=None, in_force_on=None),
    "ready": Q(dropped="", ready_on__isnull=False, in_force_on=None),
    "in_force": Q(in_force_on__isnull=False, taken_back_on=None),
    "dropped": ~Q(dropped=""),
    "taken_back": Q(taken_back_on__isnull=False),
}
COUNTS = {"total": Count("pk")} | {
    stage: Count("pk", filter=lines) for stage, lines in STAGES.items()
}


def batch_panel(matter: Matter, actor: Actor) -> dict[str, Any]:
    batch = matter.detail
    lines = batch.lines.select_related("item__unit", "town")
    preparations = batch.preparations.select_related("matter__unit")
    by_town = batch.lines.order_by().values("town__short_name").annotate(**COUNTS)
    found = {row["town__short_name"]: row for row in by_town.order_by("town")}
    return {
        "batch": batch,
        "opinions": asking.opinions(matter),
        "towns": [(name, row, _preparation(preparations, name)) for name, row in found.items()],
        "dropped": lines.exclude(dropped="")[:MOST_SHOWN],
        "items": batch.lines.values("item").distinct().count(),
    }


def _preparation(preparations: Any, town: str) -> Any:
    return next((p for p in preparations if p.matter.unit.short_name == town), None)


def preparation_panel(matter: Matter, actor: Actor) -> dict[str, Any]:
    rows = [
        (line, [(check in line.checks) for check in Check.values])
        for line in matter.detail.open_lines()[:MOST_SHOWN]
    ]
    return {
        "batch": matter.detail.batch,
        "rows": rows,
        "checks": [check.label for check in Check],
        "done": sum(all(checks) for _, checks in rows),
    }


def taking_back_panel(matter: Matter, actor: Actor) -> dict[str, Any]:
    lines = DelegatedItem.objects.filter(taking_back=matter.detail)
    return {"taking": matter.detail, "rows": used(lines), "opinions": asking.opinions(matter)}


def report_panel(matter: Matter, actor: Actor) -> dict[str, Any]:
    rows = matter.detail.rows.select_related("line__item__unit", "line__town_item")
    return {"report": matter.detail, "rows": rows.order_by("-reversed", "-lost", "-cases")}
