"""A step taken from a page of its own: taken, or what the page shows again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from ..ledger.models import Event
from ..people.middleware import actor
from ..procedures.declare import Step
from ..procedures.forms import StepForm
from ..procedures.models import Matter
from ..procedures.refusals import Invalid, NotAllowed, Refusal
from ..procedures.taking import take
from .routes import attempt_key


@dataclass(frozen=True)
class Tried:
    """event: what it made, None when it was refused. form: as it was typed, its faults at their
    fields. faults: what belongs to no field. reason: why not, when the form is not to blame."""

    event: Event | None
    form: StepForm
    faults: list[str]
    reason: str
    status: int


def try_step(
    request: HttpRequest,
    step: Step,
    matter: "Matter | str | None",
    data: Mapping[str, Any],
    *,
    expects: int | None = None,
) -> Tried:
    """Under the attempt that the page names."""
    known = matter if isinstance(matter, Matter) else None
    try:
        event = take(step, matter, actor(request), data, key=attempt_key(request), expects=expects)
        return Tried(event, step.form(data, matter=known), [], "", 200)
    except Invalid as refused:
        if refused.form:
            return Tried(None, refused.form, [], "", 422)
        return Tried(None, step.form(data, matter=known), refused.messages, "", 422)
    except Refusal as refused:
        status = 403 if isinstance(refused, NotAllowed) else 409
        return Tried(None, step.form(data, matter=known), [], refused.reason, status)
