"""Items for other systems: what is published is public, no key needed (政府信息公开条例)."""

from datetime import date
from typing import Annotated, Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Path, Query, Router, Schema, Status
from pydantic import Field

from tongban.kernel.api.door import PUBLIC_REFUSALS

from . import documents
from .listing import Filters
from .models import ImplementationList, ServiceItem

router = Router(tags=["items"], auth=None)
Code = Annotated[str, Path(pattern=r"^[0-9A-Z]{31}$")]
PAGE = 100


class ItemOut(Schema):
    code: str
    basic_code: str
    name: str
    kind: str
    by_application: bool
    unit: str
    unit_name: str
    status: str
    version: int
    statutory_days: int | None
    promised_days: int | None
    day_unit: str
    online_depth: str


class ItemsOut(Schema):
    items: list[ItemOut]
    next: str | None


class VersionOut(Schema):
    code: str
    version: int
    status: str
    from_on: date
    until_on: date | None


class VersionFull(VersionOut):
    elements: dict[str, Any]
    materials: list[dict[str, Any]]
    situations: list[dict[str, Any]]
    variants: list[dict[str, Any]]


class ChangesOut(Schema):
    """since, after: what to ask for next."""

    changes: list[VersionOut]
    since: date | None
    after: int


class Wanted(Schema):
    q: Annotated[str, Field(max_length=60)] = ""
    unit: Annotated[str, Field(max_length=16, pattern=r"^[A-Z0-9]*$")] = ""
    kind: Annotated[str, Field(max_length=16, pattern=r"^[a-z_]*$")] = ""
    cursor: Annotated[str, Field(max_length=31, pattern=r"^[0-9A-Z]*$")] = ""


class Since(Schema):
    """since: a day. after: the last number seen of that day, as the answer before says."""

    since: date | None = None
    after: Annotated[int, Field(ge=0, le=2**31)] = 0


@router.get("/", response={200: ItemsOut, **PUBLIC_REFUSALS}, operation_id="items_list")
def listed(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    filters = Filters.of({**wanted.dict(), "after": wanted.cursor})
    rows, following = filters.page()
    shown = [item for item in rows if item.current_id]
    return {"items": [_item(item) for item in shown], "next": following or None}


@router.get(
    "/changes/", response={200: ChangesOut, **PUBLIC_REFUSALS}, operation_id="items_changes"
)
def changes(request: HttpRequest, wanted: Query[Since]) -> dict[str, Any]:
    """Every version that came into force since a day, that day included, oldest first."""
    rows = ImplementationList.objects.exclude(number=None).filter(from_on__lte=timezone.localdate())
    if wanted.since:
        same = Q(from_on=wanted.since, pk__gt=wanted.after)
        rows = rows.filter(Q(from_on__gt=wanted.since) | same)
    found = list(rows.select_related("item").order_by("from_on", "pk")[:PAGE])
    since, after = (found[-1].from_on, found[-1].pk) if found else (wanted.since, wanted.after)
    return {"changes": [_version(row) for row in found], "since": since, "after": after}


@router.get(
    "/{code}/", response={200: VersionFull, 304: None, **PUBLIC_REFUSALS}, operation_id="items_read"
)
def read(
    request: HttpRequest,
    response: HttpResponse,
    code: Code,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match", max_length=80)] = None,
) -> Any:
    """The version in force, with an ETag."""
    item = _found(code)
    assert item.current is not None
    response["ETag"] = tag = f'"{item.current.number}"'
    return Status(304, None) if if_none_match == tag else _full(item.current)


@router.get(
    "/{code}/versions/",
    response={200: list[VersionOut], **PUBLIC_REFUSALS},
    operation_id="items_versions",
)
def versions(request: HttpRequest, code: Code) -> list[dict[str, Any]]:
    rows = _found(code).versions.exclude(number=None).select_related("item")
    return [_version(row) for row in rows.order_by("number")]


@router.get(
    "/{code}/versions/{number}/",
    response={200: VersionFull, **PUBLIC_REFUSALS},
    operation_id="items_version",
)
def version(
    request: HttpRequest, code: Code, number: Annotated[int, Path(ge=1, le=9999)]
) -> dict[str, Any]:
    found = _found(code).versions.filter(number=number).select_related("item").first()
    if found is None:
        raise Http404
    return _full(found)


def _found(code: str) -> ServiceItem:
    rows = ServiceItem.objects.select_related("current__item").exclude(current=None)
    found = rows.filter(implementation_code=code).first()
    if found is None:
        raise Http404
    return found


def _item(item: ServiceItem) -> dict[str, Any]:
    names = ("basic_code", "name", "kind", "by_application", "status", "statutory_days")
    more = ("promised_days", "day_unit", "online_depth")
    return {
        **{name: getattr(item, name) for name in (*names, *more)},
        "code": item.implementation_code,
        "unit": item.unit.code,
        "unit_name": item.unit.name,
        "version": item.current.number if item.current else 0,
    }


def _version(row: ImplementationList) -> dict[str, Any]:
    return {
        "code": row.item.implementation_code,
        "version": row.number,
        "status": row.status,
        "from_on": row.from_on,
        "until_on": row.until_on,
    }


def _full(row: ImplementationList) -> dict[str, Any]:
    return {**_version(row), **documents.document(row)}
