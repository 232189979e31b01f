"""A step taken from a page of its own: taken, or what the page shows again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from ..ledger.models import Event
from ..people.actor import Actor
from ..people.middleware import actor
from ..procedures.declare import Step
from ..procedures.models import Matter
from ..procedures.refusals import Invalid, NotAllowed, Refusal
from ..procedures.taking import take
from .routes import attempt_key


@dataclass(frozen=True)
class Tried:
    """event: what it made, None when it was refused. form: as it was typed, its faults at their
    fields; None when it was taken. faults: what belongs to no field. reason: why not, when the
    form is not to blame."""

    event: Event | None
    form: Any
    faults: list[str]
    reason: str
    status: int


def try_step(
    request: HttpRequest,
    step: Step,
    matter: "Matter | str | None",
    data: Mapping[str, Any],
) -> Tried:
    """Under the attempt that the page names."""
    known = matter if isinstance(matter, Matter) else None
    try:
        event = take(step, matter, actor(request), data, key=attempt_key(request))
        return Tried(event, None, [], "", 200)
    except Invalid as refused:
        if refused.form:
            return Tried(None, refused.form, [], "", 422)
        return Tried(None, step.form(data, matter=known), refused.messages, "", 422)
    except Refusal as refused:
        status = 403 if isinstance(refused, NotAllowed) else 409
        return Tried(None, step.form(data, matter=known), [], refused.reason, status)


def take_each(
    steps: Iterable[tuple[Step, Matter | str]],
    by: Actor,
    data: Mapping[str, Any],
    key: str,
) -> tuple[int, list[tuple[str, str]]]:
    """Steps on many matters, each for itself: how many were taken, and number and reason of those
    that were not. The same attempt repeated does no more."""
    taken = 0
    refused: list[tuple[str, str]] = []
    for step, matter in steps:
        number = matter if isinstance(matter, str) else matter.number
        try:
            take(step, matter, by, data, key=f"{key}:{number}"[:64])
            taken += 1
        except Refusal as refusal:
            refused.append((number, refusal.reason))
    return taken, refused
