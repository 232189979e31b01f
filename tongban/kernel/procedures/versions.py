"""Moving running matters to another version of their procedure: looked at first, then done
matter by matter, each move a step in its ledger."""

from django.db.models import Count

from ..people.actor import the_system
from .models import Matter
from .procedure import procedure
from .taking import take


def stuck(kind: str, version: int) -> dict[str, int]:
    """The dry run over all open matters: states the wanted version does not know, with counts."""
    known = procedure(kind, version).states
    waiting = Matter.objects.filter(kind=kind, closed_at=None).exclude(procedure_version=version)
    counted = waiting.order_by().values_list("state").annotate(Count("id"))
    return {state: count for state, count in counted if state not in known}


def move(kind: str, version: int) -> int:
    """Take the step `move_version` for every open matter of another version."""
    moved = 0
    waiting = Matter.objects.filter(kind=kind, closed_at=None).exclude(procedure_version=version)
    for matter in waiting.order_by("id").iterator(chunk_size=500):
        step = matter.procedure.steps["move_version"]
        key = f"move:{matter.number}:{version}:{matter.head_seq}"
        take(step, matter, the_system(), {"to_version": version}, key=key)
        moved += 1
    return moved
