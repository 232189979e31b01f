"""What goes in and out: matters and events as schemas, and a schema for each step's form."""

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal

from django import forms
from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from ..clock import Light
from ..ledger.models import Event
from ..procedures.declare import Step
from ..procedures.models import Matter
from ..procedures.scope import open_steps
from ..screens.present import light_of

TEXT = 2000


class MatterOut(Schema):
    """version is the ETag. light is of today. applicant is masked."""

    number: str
    kind: str
    state: str
    title: str
    unit: str
    applicant: str | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    due_on: date | None
    statutory_due_on: date | None
    provisional: bool
    light: Light
    version: int


class MatterFull(MatterOut):
    """steps: what the caller may do now."""

    steps: list[str]
    moves: list[dict[str, Any]]


class Listed(Schema):
    """next: cursor of the following page, null on the last. counts: of all, by state."""

    items: list[MatterOut]
    next: str | None
    counts: dict[str, int]


class EventOut(Schema):
    seq: int
    step: str
    from_state: str
    to_state: str
    actor: str
    role: str
    unit: str
    at: datetime
    facts: dict[str, Any]
    hash: str


class Taken(Schema):
    """The event that the step made, and where the matter stands after it."""

    event: EventOut
    matter: MatterOut


def matter_out(matter: Matter, today: date) -> dict[str, Any]:
    return {
        "number": matter.number,
        "kind": matter.kind,
        "state": matter.state,
        "title": matter.title,
        "unit": matter.unit.code,
        "applicant": str(matter.applicant) if matter.applicant else None,
        "opened_at": matter.opened_at,
        "changed_at": matter.changed_at,
        "closed_at": matter.closed_at,
        "due_on": matter.due_on,
        "statutory_due_on": matter.statutory_due_on,
        "provisional": matter.provisional,
        "light": light_of(matter, today).name,
        "version": matter.head_seq,
    }


def matter_full(matter: Matter, actor: Any, today: date) -> dict[str, Any]:
    clock = matter.running_clock()
    return {
        **matter_out(matter, today),
        "steps": [step.name for step in open_steps(actor, matter)],
        "moves": [vars(move) for move in clock.moves] if clock else [],
    }


def event_out(event: Event) -> dict[str, Any]:
    names = ("seq", "step", "from_state", "to_state", "actor", "role", "unit", "at", "facts")
    return {name: getattr(event, name) for name in names} | {"hash": bytes(event.hash).hex()}


@cache
def body_of(step: Step, kind: str) -> type[Schema]:
    """The form of a step as a schema; the form itself still has the last word."""
    shapes = step.form.shapes
    fields: dict[str, Any] = {
        name: _typed(field, shapes.get(name)) for name, field in step.form.base_fields.items()
    }
    name = f"{kind}_{step.name}".title().replace("_", "")
    return create_model(name, __base__=Strict, __doc__=str(step.title), **fields)


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


def _typed(field: forms.Field, shape: Any) -> tuple[Any, Any]:
    annotation: Any = shape or _annotation(field)
    label = str(field.label or "")
    if field.required:
        return annotation, Field(description=label)
    return annotation | None, Field(default=None, description=label)


def _annotation(field: forms.Field) -> Any:
    if isinstance(field, forms.JSONField):
        return dict[str, Annotated[str, Field(max_length=120)]]
    if isinstance(field, forms.BooleanField):
        return bool
    if isinstance(field, forms.IntegerField):
        low: Any = field.min_value
        high: Any = field.max_value or 2**31 - 1
        return Annotated[int, Field(ge=low, le=high)]
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return list[Annotated[str, Field(min_length=1, max_length=60)]]
    if isinstance(field, forms.ModelChoiceField):
        return Annotated[str, Field(min_length=1, max_length=60)]
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        if keys := tuple(key for key, _ in choices):
            return Literal[keys]
        return Annotated[str, Field(min_length=1, max_length=60)]  # they depend on the matter
    if isinstance(field, forms.DateField):
        return date
    most = getattr(field, "max_length", None) or TEXT
    least = 1 if field.required else 0
    return Annotated[str, Field(min_length=least, max_length=most)]
