"""What a change would do before it is in force: every published figure, every open case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from tongban.kernel.metrics.metric import Metric

from .metrics import STOCKS
from .models import Change, Status
from .versions import published_on


@dataclass(frozen=True)
class Effect:
    """A figure as it is and as it would be. `count`: rows it would be made of."""

    metric: Metric
    before: float | None
    after: float | None
    count: int

    @property
    def change(self) -> float:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Touched:
    """Open matters of the changed lists and what would become of their deadlines if they
    followed the new version (they keep their own: nobody's limit is changed under way)."""

    matters: int
    earlier: int
    later: int
    overdue: int


touches: list[Callable[[Change, date], Touched]] = []  # apps whose matters follow a list


def effects(change: Change, on: date) -> list[Effect]:
    """Each stock figure twice: what is published, and the same with this change in its place."""
    items = list(change.lines.values_list("item", flat=True))
    drafts = list(change.lines.filter(status=Status.PUBLISHED).values_list("pk", flat=True))
    imagined = (published_on(on) & ~Q(item__in=items)) | Q(pk__in=drafts)
    return [_effect(metric, published_on(on), imagined) for metric in STOCKS]


def _effect(metric: Metric, now: Q, then: Q) -> Effect:
    before = _figure(metric, now)
    after = _figure(metric, then)
    return Effect(metric, before["value"], after["value"], after["count"])


def _figure(metric: Metric, when: Q) -> dict[str, Any]:
    rows = metric.rows().filter(when).order_by()
    return rows.aggregate(value=metric.value, count=Count("pk"))


def touched(change: Change, on: date) -> Touched:
    found = [touch(change, on) for touch in touches]
    return Touched(
        sum(t.matters for t in found),
        sum(t.earlier for t in found),
        sum(t.later for t in found),
        sum(t.overdue for t in found),
    )
