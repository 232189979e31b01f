"""Pull and push for departments' own systems: the feed of events, and many steps at once."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field, ValidationError

from ..exchange.feed import after, told
from ..exchange.models import ForeignNumber
from ..ledger.models import Event
from ..people.middleware import actor
from ..procedures.declare import Step
from ..procedures.models import Matter
from ..procedures.procedure import procedure
from ..procedures.refusals import Invalid, NotAllowed, NotNow, Refusal, invalid, wrong
from ..procedures.taking import take
from .door import READ_REFUSALS, REFUSALS, STATUS, faults
from .matters import given
from .scope import refuse_kind
from .shapes import body_of

MOST_PULLED, MOST_PUSHED = 500, 100
feed_router, push_router = Router(tags=["feed"]), Router(tags=["push"])
Kind = Annotated[str, Field(max_length=40, pattern=r"^[a-z_]*$")]
Text = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]+$")]


class Wanted(Schema):
    """after: what `next` of the last answer said; 0 at first."""

    after: Annotated[int, Field(ge=0, le=2**53)] = 0
    kind: Kind = ""
    most: Annotated[int, Field(ge=1, le=MOST_PULLED)] = 100


class ToldOut(Schema):
    """One event; index is its place in the ledger's log, for ever."""

    index: int
    number: str
    kind: str
    unit: str
    seq: int
    step: str
    from_state: str
    to_state: str
    at: datetime
    hash: str


class FeedOut(Schema):
    """end: there was nothing more; ask again later with `next`."""

    items: list[ToldOut]
    next: int
    end: bool


@feed_router.get("/", response={200: FeedOut, **READ_REFUSALS}, operation_id="feed")
def feed(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Every event the key may see, in the one order of the ledger; nothing is missed or comes
    twice for who goes on at `next`."""
    kinds = request.api_key.kinds  # type: ignore[attr-defined]
    if wanted.kind:
        refuse_kind(kinds, wanted.kind)
        kinds = [wanted.kind]
    found = after(wanted.after, actor(request), kinds, wanted.most)
    items = [told(entry) for entry in found.entries]
    return {"items": items, "next": found.next, "end": found.end}


class Pushed(Schema):
    """key: this attempt's own; sent again, it gets the first answer. number: ours; foreign: the
    sender's own number, which a step that opens a matter leaves and later ones may use."""

    model_config = ConfigDict(extra="forbid")
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{8,64}$")]
    kind: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]+$")]
    step: Annotated[str, Field(max_length=60, pattern=r"^[a-z_]+$")]
    number: Text | None = None
    foreign: Text | None = None
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    data: dict[str, Any] = {}


class Pushes(Schema):
    model_config = ConfigDict(extra="forbid")
    items: Annotated[list[Pushed], Field(min_length=1, max_length=MOST_PUSHED)]


class AnswerOut(Schema):
    """status: as of HTTP, 200 or 201 when taken. code and detail say why not, and the cure."""

    key: str
    status: Literal[200, 201, 403, 404, 409, 422]
    number: str | None = None
    state: str | None = None
    version: int | None = None
    code: str | None = None
    detail: str | None = None
    errors: dict[str, list[str]] | None = None


class AnswersOut(Schema):
    taken: int
    refused: int
    items: list[AnswerOut]


@push_router.post("/", response={200: AnswersOut, **REFUSALS}, operation_id="push")
def push(request: HttpRequest, pushes: Pushes) -> dict[str, Any]:
    """Steps in the order given, each alone: one that is refused holds up no other. The whole may
    be sent again."""
    answers = [_answer(request, one) for one in pushes.items]
    taken = sum(answer["status"] < 400 for answer in answers)
    return {"taken": taken, "refused": len(answers) - taken, "items": answers}


def _answer(request: HttpRequest, one: Pushed) -> dict[str, Any]:
    try:
        event, status = _taken(request, one)
    except Refusal as refusal:
        errors = refusal.errors if isinstance(refusal, Invalid) else None
        said = {"code": refusal.code, "detail": refusal.reason, "errors": errors}
        return {"key": one.key, "status": STATUS[refusal.code], **said}
    matter = event.matter
    stands = {"number": matter.number, "state": event.to_state, "version": event.seq}
    return {"key": one.key, "status": status, **stands}


def _taken(request: HttpRequest, one: Pushed) -> tuple[Event, int]:
    refuse_kind(request.api_key.kinds, one.kind)  # type: ignore[attr-defined]
    try:
        step = procedure(one.kind).steps[one.step]
    except KeyError as error:
        raise wrong("step", _("没有这个种类的办件或步骤，请查接口说明")) from error
    if step.is_automatic:
        raise NotAllowed(_("“%s”由系统自动办理") % step.title)
    data = _of_the_schema(step, one)
    if step.is_opening:
        with transaction.atomic():
            event = take(step, None, actor(request), data, key=one.key)
            if one.foreign:
                _leave(request, one.foreign, event.matter)
        return event, 201
    number = one.number or _known(request, one)
    event = take(step, number, actor(request), data, key=one.key, expects=one.version)
    return event, 200


def _of_the_schema(step: Step, one: Pushed) -> dict[str, Any]:
    """The data as the step's own address would have taken it."""
    try:
        return given(body_of(step, one.kind).model_validate(one.data))
    except ValidationError as error:
        raise invalid(faults(error.errors())) from error


def _leave(request: HttpRequest, foreign: str, matter: Matter) -> None:
    known, _made = ForeignNumber.objects.select_related("matter").get_or_create(
        account=request.api_key.account,  # type: ignore[attr-defined]
        number=foreign,
        defaults={"matter": matter},
    )
    if known.matter_id != matter.pk:
        said = _("您的编号 %(foreign)s 已是 %(number)s，没有再开一件")
        raise NotNow(said % {"foreign": foreign, "number": known.matter.number})


def _known(request: HttpRequest, one: Pushed) -> str:
    own = ForeignNumber.objects.filter(account=request.api_key.account)  # type: ignore[attr-defined]
    known = own.filter(number=one.foreign or "", matter__kind=one.kind)
    number = known.values_list("matter__number", flat=True).first()
    if number is None:
        raise wrong("number", _("请用 number 写本平台编号，或用 foreign 写开件时留下的编号"))
    return number
