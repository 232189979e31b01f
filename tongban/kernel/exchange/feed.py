"""The events of the ledger in their one order, as other systems are told of them.

The log gives each committed event its place once, without gaps (docs/decisions/0009): who asks for
what comes after a place misses nothing and gets nothing twice.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from ..ledger.models import LogEntry
from ..people.actor import Actor
from ..procedures.scope import seen_through, visible

WINDOW = 2000  # places looked at in one round, so that a narrow scope costs no more than a wide one


@dataclass(frozen=True)
class Found:
    """next: where to go on; end: whether there was nothing behind it."""

    entries: list[LogEntry]
    next: int
    end: bool


seen_through(LogEntry, "event__matter")


def head() -> int:
    """The place that the next event will have."""
    last = LogEntry.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def after(place: int, actor: Actor, kinds: Collection[str], most: int) -> Found:
    """Events at `place` and behind it that the actor may see; two statements."""
    end = head()
    last = min(place + WINDOW, end)
    rows = LogEntry.objects.filter(visible(actor, LogEntry), index__gte=place, index__lt=last)
    if kinds:
        rows = rows.filter(event__matter__kind__in=kinds)
    found = list(rows.select_related("event__matter__unit").order_by("index")[: most + 1])
    if len(found) > most:
        return Found(found[:most], found[most].index, end=False)
    return Found(found, max(last, place), end=last >= end)


def told(entry: LogEntry) -> dict[str, Any]:
    """What happened and where, without a name or a number of a person; the rest is fetched."""
    event, matter = entry.event, entry.event.matter
    return {
        "index": entry.index,
        "number": matter.number,
        "kind": matter.kind,
        "unit": matter.unit.code,
        "seq": event.seq,
        "step": event.step,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "at": event.at,
        "hash": bytes(event.hash).hex(),
    }
