"""Figures for other systems: the same definitions as on the pages."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from ..metrics.metric import Period, metric, metrics
from ..people.middleware import actor
from .door import READ_REFUSALS

router = Router(tags=["metrics"])


class MetricOut(Schema):
    key: str
    title: str
    unit: str
    basis: str
    source: str
    by: list[str]


class CellOut(Schema):
    key: str
    label: str
    value: float | None
    count: int


class FigureOut(Schema):
    metric: MetricOut
    total: CellOut
    parts: list[CellOut]


class Span(Schema):
    first: date | None = None
    last: date | None = None
    by: Annotated[str, Field(max_length=20, pattern=r"^[a-z_]*$")] = ""


@router.get("/", response={200: list[MetricOut], **READ_REFUSALS}, operation_id="metrics_list")
def listed(request: HttpRequest) -> list[dict[str, Any]]:
    return [_described(m.key) for m in metrics()]


@router.get("/{key}/", response={200: FigureOut, **READ_REFUSALS}, operation_id="metrics_read")
def read(
    request: HttpRequest,
    key: Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")],
    span: Query[Span],
) -> dict[str, Any]:
    try:
        chosen, period = metric(key), Period(span.first, span.last)
        parts = chosen.parts(actor(request), period, span.by) if span.by else []
    except KeyError as error:
        raise Http404 from error
    total = chosen.total(actor(request), period)
    return {
        "metric": _described(key),
        "total": vars(total),
        "parts": [vars(cell) for cell in parts],
    }


def _described(key: str) -> dict[str, Any]:
    m = metric(key)
    return {
        "key": m.key,
        "title": str(m.title),
        "unit": str(m.unit),
        "basis": str(m.basis),
        "source": m.source,
        "by": [name for name, _ in m.breakdowns()],
    }
