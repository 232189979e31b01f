"""Endpoints of every procedure, made from its declaration: list, read, history, steps."""

from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Path, Query, Router, Schema, Status
from pydantic import Field

from ..people.middleware import actor
from ..procedures import lists
from ..procedures.declare import Step
from ..procedures.models import Matter
from ..procedures.procedure import Procedure
from ..procedures.taking import take
from ..screens.problems import problem
from .door import READ_REFUSALS, REFUSALS
from .shapes import EventOut, Listed, MatterFull, Taken, body_of, event_out, matter_full, matter_out

Number = Annotated[str, Path(pattern=r"^[A-Z0-9]{1,24}-[0-9]{1,8}-[0-9]$")]
IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9_.:-]{8,64}$")]
IfMatch = Annotated[str | None, Header(alias="If-Match", pattern=r'^"[0-9]{1,9}"$')]


class Wanted(Schema):
    state: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]*$")] = ""
    light: Annotated[str, Field(pattern=r"^(|green|yellow|red|grey|blue)$")] = ""
    q: Annotated[str, Field(max_length=60)] = ""
    sort: Annotated[str, Field(pattern=r"^(newest|due)$")] = "newest"
    cursor: Annotated[str, Field(max_length=40, pattern=r"^[0-9_-]*$")] = ""


def routes_of(kind: type[Procedure]) -> Router:
    router = Router(tags=[kind.code])
    title = str(kind.title)
    for opening in kind.openings():  # first: their names would be taken for numbers
        if not opening.is_automatic:
            _add_opening(router, kind, opening)

    @router.get(
        "/",
        response={200: Listed, **READ_REFUSALS},
        operation_id=f"{kind.code}_list",
        summary=title,
    )
    def listed(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
        person, today = actor(request), timezone.localdate()
        filters = lists.Filters(wanted.state, wanted.light, "", wanted.sort, wanted.cursor)
        filters = filters.searching(wanted.q)
        found = lists.listed(kind, person, filters, today)
        return {
            "items": [matter_out(m, today) for m in found.rows],
            "next": found.next or None,
            "counts": lists.counts(kind, person),
        }

    @router.get(
        "/{number}/",
        response={200: MatterFull, 304: None, **READ_REFUSALS},
        operation_id=f"{kind.code}_read",
    )
    def read(
        request: HttpRequest,
        response: HttpResponse,
        number: Number,
        if_none_match: Annotated[str | None, Header(alias="If-None-Match", max_length=80)] = None,
    ) -> Any:
        matter = _seen(request, kind, number)
        response["ETag"] = tag = _etag(matter)
        if if_none_match == tag:
            return Status(304, None)
        return matter_full(matter, actor(request), timezone.localdate())

    @router.get(
        "/{number}/events/",
        response={200: list[EventOut], **READ_REFUSALS},
        operation_id=f"{kind.code}_events",
    )
    def events(request: HttpRequest, number: Number) -> list[dict[str, Any]]:
        matter = _seen(request, kind, number)
        return [event_out(event) for event in matter.events.order_by("seq")]

    for step in kind.steps.values():
        if not step.is_automatic and not step.is_opening:
            _add_step(router, kind, step)
    return router


def _add_step(router: Router, kind: type[Procedure], step: Step) -> None:
    body = body_of(step, kind.code)

    @router.post(
        f"/{{number}}/{step.name}/",
        response={200: Taken, **REFUSALS},
        operation_id=f"{kind.code}_{step.name}",
        summary=str(step.title),
        description=f"{step.who()} {step.law}",
    )
    def taken(
        request: HttpRequest,
        response: HttpResponse,
        number: Number,
        idempotency_key: IdempotencyKey,
        data: body,  # type: ignore[valid-type]
        if_match: IfMatch = None,
    ) -> Any:
        matter = _seen(request, kind, number)
        if (
            if_match
            and if_match != _etag(matter)
            and not _repeats(matter, request, idempotency_key)
        ):
            return problem(412, "changed", _("办件已有变化，请重新读取后再办"))
        event = take(step, matter, actor(request), given(data), key=idempotency_key)
        return _answer(response, event)


def _add_opening(router: Router, kind: type[Procedure], step: Step) -> None:
    body = body_of(step, kind.code)

    @router.post(
        f"/{step.name}/",
        response={201: Taken, **REFUSALS},
        operation_id=f"{kind.code}_{step.name}",
        summary=str(step.title),
        description=step.who(),
    )
    def opened(
        request: HttpRequest,
        response: HttpResponse,
        idempotency_key: IdempotencyKey,
        data: body,  # type: ignore[valid-type]
    ) -> Any:
        event = take(step, None, actor(request), given(data), key=idempotency_key)
        response["Location"] = f"/api/v1/{kind.code}/{event.matter.number}/"
        return Status(201, _answer(response, event))


def given(data: Schema) -> dict[str, Any]:
    """What a form takes: nothing where there is none."""
    return {k: v for k, v in data.model_dump(mode="json").items() if v is not None}


def _answer(response: HttpResponse, event: Any) -> dict[str, Any]:
    response["ETag"] = _etag(event.matter)
    return {
        "event": event_out(event),
        "matter": matter_out(event.matter, timezone.localdate()),
    }


def _seen(request: HttpRequest, kind: type[Procedure], number: str) -> Matter:
    found = lists.one(kind, number, actor(request))
    if found is None:
        raise Http404
    return found


def _repeats(matter: Matter, request: HttpRequest, key: str) -> bool:
    """Whether the key was used before: a retry carries the tag it read before the first try."""
    return matter.events.filter(actor=actor(request).code, key=key).exists()


def _etag(matter: Matter) -> str:
    return f'"{matter.head_seq}"'
