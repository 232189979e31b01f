"""Slow work that follows a step: a job does it after the commit and takes the next step."""

from collections.abc import Callable

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from ..ledger.models import Event
from .models import Matter

Work = Callable[[Matter, Event], None]
_works: dict[str, Work] = {}
TRIES = RetryStrategy(max_attempts=6, exponential_wait=3)
QUEUE = "after"


def work(name: str) -> Callable[[Work], Work]:
    """Register slow work under a stable name. It may run twice: its step has its own key."""

    def register(function: Work) -> Work:
        _works[name] = function
        return function

    return register


def defer(name: str, matter_id: int, event_id: int) -> None:
    """Queue work in the transaction of the step: both are committed, or neither."""
    run_work.configure(lock=f"matter:{matter_id}").defer(
        name=name, matter_id=matter_id, event_id=event_id
    )


@app.task(name="after_step", queue=QUEUE, retry=TRIES)
def run_work(name: str, matter_id: int, event_id: int) -> None:
    matter = Matter.objects.select_related("unit", "applicant").get(pk=matter_id)
    _works[name](matter, Event.objects.get(pk=event_id))
