"""Seals older than their register are taken into it."""

from procrastinate.contrib.django import app

from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.taking import take

from .models import Seal
from .procedure import Sealing


def take_in() -> int:
    """Returns how many were taken in; they keep their keys, papers and last day."""
    old = Seal.objects.filter(matter=None, from_on__isnull=False).select_related("unit")
    for seal in old:
        data = {"code": seal.code, "unit": seal.unit.code, "name": seal.name, "kind": seal.kind}
        take(Sealing.register, None, the_system(), data, key=f"seal:{seal.code}")
    return len(old)


@app.periodic(cron="* * * * *")
@app.task(name="seals_taken_in", queueing_lock="seals_taken_in")
def seals_taken_in(timestamp: int) -> None:
    take_in()
