"""The steps that the bench of live pages takes; imported once the database is there."""

import time
from datetime import date

from tongban.demo import bulk, people, reference
from tongban.kernel.people.actor import actor_of
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling


def take_steps(count: int, pause: float) -> list[float]:
    """When each was committed."""
    today = date.today()  # noqa: DTZ011 - a day on which posts are held
    reference.load(today)
    person = actor_of(people.citizens(1)[0], today)
    item = bulk.simple_items().filter(unit__code="SC").first()
    assert item is not None
    data = {"item": item.implementation_code, "subject": "店", "address": "路", "town": "T2"}
    data |= {"contact": "李"}
    committed = []
    for n in range(count):
        time.sleep(pause)
        take(Handling.apply, None, person, {**data, "answers": {}}, key=f"live{n}")
        committed.append(time.perf_counter())
    return committed
