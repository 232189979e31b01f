"""A page on which a spreadsheet is handed in and taken at once, or told what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest

from ..files.receiving import cut_off
from ..files.spreadsheets import Table, Unreadable, read
from ..procedures.refusals import Invalid, Refusal
from .sheets import Fault

MOST_TOLD = 100


@dataclass(frozen=True)
class Handed:
    """done: it was taken. faults: what is wrong, row by row; with them nothing was changed."""

    done: bool = False
    faults: list[Fault] = field(default_factory=list)
    status: int = 422

    def context(self) -> dict[str, Any]:
        """What `screens/faults.html` shows."""
        more = max(len(self.faults) - MOST_TOLD, 0)
        return {"faults": self.faults[:MOST_TOLD], "more": more}


NOTHING = Handed(status=200)


def hand_in(
    request: HttpRequest, form: forms.Form, taken: Callable[[Table | None], list[Fault]]
) -> Handed:
    """`taken` gets the table of the form's field `file` (None when it is left empty), changes
    something or raises what a step raises, and returns what is wrong, nothing when it is done."""
    if fault := cut_off(request):
        return Handed(faults=[Fault(1, "", fault)], status=413)
    if not form.is_valid():
        return Handed()
    file = form.cleaned_data.get("file")
    try:
        faults = taken(read(file.read(), file.name) if file else None)
    except Unreadable as refused:
        return Handed(faults=[Fault(1, "", str(refused))])
    except Invalid as refusal:
        return Handed(faults=[Fault(1, "", text) for text in refusal.messages])
    except Refusal as refusal:
        return Handed(faults=[Fault(1, "", refusal.reason)], status=409)
    return Handed(done=not faults, faults=faults)
