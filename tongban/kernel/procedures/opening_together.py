"""Many openings of one step in one transaction, for the moment in which thousands press.

What each would ask and write by itself is asked and written by one statement for all; the rules
of the step and what it makes of a matter are the very functions that `take` calls
(docs/decisions/0018-booking-in-sets.md).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from ..ledger.models import Event
from ..ledger.personal import Personal
from ..people.actor import Actor
from ..queries.memory import remembering
from .declare import Opening, Step
from .numbering import number_of, reserve
from .refusals import Refusal
from .rows_together import Written, new_ids, write_together
from .taking import Taking, advance, begin, carry, keep_beside, notices_of, validated


@dataclass(frozen=True)
class Attempt:
    """What `take` is called with, once."""

    actor: Actor
    data: Mapping[str, Any]
    key: str


Result = Event | Refusal | None


@dataclass(frozen=True)
class Together:
    """How a step opens many matters at once.

    ask_ahead: ask for all, through `Once`, what `opens` will ask for each; locks what it locks.
    opens: as of the step, but changing nothing in the database. settle: what is taken from others
    (places), for all that opened: None for each that got it, else why not.
    """

    step: Step
    ask_ahead: Callable[[list[Taking]], None]
    opens: Callable[[Taking], Opening]
    settle: Callable[[list[Opening], datetime], list[Refusal | None]]


@dataclass
class _One:
    place: int
    attempt: Attempt
    role: tuple[str, str]
    taking: Taking


def open_together(together: Together, attempts: Sequence[Attempt]) -> list[Result]:
    """For each attempt its event, or why `settle` had nothing for it. None: not decided here, to
    be taken by itself (refused by a rule, sent before, or the whole set met something odd).

    No two attempts of a set may be of one applicant: what one changes the other would not see.
    """
    step = together.step
    assert step.procedure is not None
    assert not step.after, step
    assert not step.document, step
    found: list[Result] = [None] * len(attempts)
    at = timezone.now()
    ones = [one for n, attempt in enumerate(attempts) if (one := _formed(step, n, attempt, at))]
    try:
        with transaction.atomic(), remembering():
            for one, result in _open(together, ones, at):
                found[one.place] = result
    except (Refusal, IntegrityError):
        return [None] * len(attempts)
    return found


def _formed(step: Step, place: int, attempt: Attempt, at: datetime) -> _One | None:
    role = step.admits(attempt.actor, None)
    if role is None:
        return None
    try:
        form = validated(step, attempt.data, None)
    except Refusal:
        return None
    taking = Taking(step, attempt.actor, at, form.cleaned_data, form=form)
    return _One(place, attempt, role, taking)


def _open(together: Together, ones: list[_One], at: datetime) -> list[tuple[_One, Result]]:
    sent = _sent_before(ones)
    fresh = [one for one in ones if (one.attempt.actor.code, one.attempt.key) not in sent]
    together.ask_ahead([one.taking for one in fresh])
    opened = [(one, opening) for one in fresh if (opening := _opening(together, one))]
    refusals = together.settle([opening for _one, opening in opened], at)
    results: list[tuple[_One, Result]] = []
    standing: list[tuple[_One, Opening]] = []
    for (one, opening), refusal in zip(opened, refusals, strict=True):
        if refusal is None:
            standing.append((one, opening))
        else:
            results.append((one, refusal))
    return results + _written(standing)


def _sent_before(ones: list[_One]) -> set[tuple[str, str]]:
    keys = [one.attempt.key for one in ones]
    actors = [one.attempt.actor.code for one in ones]
    rows = Event.objects.filter(key__in=keys, actor__in=actors)
    return set(rows.values_list("actor", "key"))


def _opening(together: Together, one: _One) -> Opening | None:
    try:
        return together.opens(one.taking)
    except Refusal:
        return None


def _written(standing: list[tuple[_One, Opening]]) -> list[tuple[_One, Result]]:
    """A refusal in here ends the whole set: numbers are given already, and are without gaps."""
    if not standing:
        return []
    ids, numbers = new_ids(len(standing)), _numbers(standing)
    events, rows = [], []
    for (one, opening), (matter_id, event_id) in zip(standing, ids, strict=True):
        taking, form = one.taking, one.taking.form
        personal = Personal(form.personal_values())
        begin(taking, opening, numbers[opening.unit.code].pop(0))
        event = advance(taking, form, personal, one.role, one.attempt.key)
        carry(taking, event, matter_id)
        event.pk = event_id
        events.append((one, event, personal))
        rows.append(Written(event, taking.matter, taking.detail, notices_of(taking)))
    write_together(rows)
    for one, event, personal in events:
        keep_beside(one.taking, event, personal)
    return [(one, event) for one, event, _personal in events]


def _numbers(standing: list[tuple[_One, Opening]]) -> dict[str, list[str]]:
    """By unit, in the order of the set."""
    wanted: dict[str, int] = {}
    for _one, opening in standing:
        wanted[opening.unit.code] = wanted.get(opening.unit.code, 0) + 1
    day = standing[0][0].taking.today
    return {
        unit: [number_of(unit, day, n) for n in reserve(unit, day, count)]
        for unit, count in sorted(wanted.items())
    }
