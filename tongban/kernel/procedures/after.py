"""Slow work that follows a step: a job does it after the commit and takes the next step."""

from collections.abc import Callable
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from ..ledger.models import Event
from .models import Matter

Work = Callable[[Matter, Event], None]
_works: dict[str, Work] = {}
TRIES = RetryStrategy(max_attempts=6, exponential_wait=3)
QUEUE, TASK = "after", "after_step"
# Procrastinate's own row of a job and its own function, both versioned by it: the job is queued in
# the statement that writes its event (docs/decisions/0002-two-trips.md).
JOB_ROW = """row(%s, %s, 0, %s, null, jsonb_build_object('name', %s::text, 'matter_id', %s::bigint,
  'event_id', event.id), null)::procrastinate_job_to_defer_v1"""
DEFER = "procrastinate_defer_jobs_v1(array[{rows}])"


def work(name: str) -> Callable[[Work], Work]:
    """Register slow work under a stable name. It may run twice: its step has its own key."""

    def register(function: Work) -> Work:
        _works[name] = function
        return function

    return register


def job_values(name: str, matter: Matter) -> list[Any]:
    """What JOB_ROW asks for, to queue this work by the statement that writes the event."""
    return [QUEUE, TASK, f"matter:{matter.pk}", name, matter.pk]


@app.task(name=TASK, queue=QUEUE, retry=TRIES)
def run_work(name: str, matter_id: int, event_id: int) -> None:
    matter = Matter.objects.select_related("unit", "applicant").get(pk=matter_id)
    _works[name](matter, Event.objects.get(pk=event_id))
