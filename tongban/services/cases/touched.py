"""Open cases that a change of their list would touch, counted by recomputing each deadline."""

from dataclasses import replace
from datetime import date

from tongban.kernel.clock import Clock, deadline, published
from tongban.services.catalogue.models import Change
from tongban.services.catalogue.whatif import Touched

from .models import Case


def touched_by(change: Change, on: date) -> Touched:
    """One pass over the open cases of the changed lists; nothing is written."""
    limits = {
        item: (promised, statutory)
        for item, promised, statutory in change.lines.values_list(
            "item", "promised_days", "statutory_days"
        )
    }
    rows = Case.objects.filter(item__in=limits, matter__closed_at=None).order_by()
    calendar = published()
    count = earlier = later = overdue = 0
    for item, stored, due_on in rows.values_list(
        "item", "matter__clock", "matter__due_on"
    ).iterator(chunk_size=5000):
        count += 1
        clock = Clock.from_json(stored)
        if clock is None:
            continue
        promised, statutory = limits[item]
        moved = deadline(replace(clock, promised=promised, statutory=statutory), calendar).due_on
        if moved and due_on and moved != due_on:
            earlier, later = earlier + (moved < due_on), later + (moved > due_on)
        overdue += bool(moved and moved < on <= (due_on or on))
    return Touched(count, earlier, later, overdue)
