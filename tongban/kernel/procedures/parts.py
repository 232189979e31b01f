"""A matter made of parts: when one ends, the whole hears of it and takes its own next step."""

from django import forms

from ..ledger.models import Event
from ..people.actor import the_system
from .after import work
from .forms import StepForm
from .models import Matter
from .refusals import Stale
from .taking import take

PART_ENDED = "part_ended"  # the step that a procedure with parts declares


class PartEndedForm(StepForm):
    part = forms.CharField(max_length=40)
    ended_as = forms.CharField(max_length=40)


@work(PART_ENDED)
def tell_the_whole(part: Matter, event: Event) -> None:
    """Once for each part; a whole that has ended meanwhile need not hear."""
    whole = part.part_of
    if whole is None or not whole.is_open:
        return
    step = whole.procedure.steps[PART_ENDED]
    data = {"part": part.number, "ended_as": event.to_state}
    try:
        take(step, whole, the_system(), data, key=f"part:{part.number}")
    except Stale:
        whole.refresh_from_db()
        if whole.is_open:
            raise
