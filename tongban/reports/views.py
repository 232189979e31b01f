"""Figures for leaders: the number, its trend, its parts, and the rows behind it."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.clock.calendar import day_of
from tongban.kernel.metrics.metric import Cell, Metric, Period, metric, metrics
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor

DAYS = 30
ROWS = 100


def overview(request: HttpRequest) -> HttpResponse:
    person, today = actor(request), timezone.localdate()
    context = {
        "figures": [_figure(m, person, today) for m in metrics()],
        "since": today - timedelta(DAYS - 1),
        "now": timezone.now(),
        "days": DAYS,
    }
    return render(request, "reports/overview.html", context)


def figure(request: HttpRequest, key: str) -> HttpResponse:
    chosen, person = _metric(key), actor(request)
    period = period_of(request)
    by = request.GET.get("by") or (chosen.by[0][0] if chosen.by else "month")
    try:
        parts = chosen.parts(person, period, by)
    except KeyError as error:
        raise Http404 from error
    parts = sorted(parts, key=lambda c: -(c.value or 0)) if by != "month" else parts
    context = {
        "metric": chosen,
        "total": chosen.total(person, period),
        "parts": bars(parts),
        "by": by,
        "period": period,
        "query": _query(period),
        "now": timezone.now(),
    }
    return render(request, "reports/figure.html", context)


def rows(request: HttpRequest, key: str) -> HttpResponse:
    """The rows that make up one cell."""
    chosen, person, period = _metric(key), actor(request), period_of(request)
    by, part = request.GET.get("by", ""), request.GET.get("part", "")
    try:
        found = chosen.cell_rows(person, period, by, part)
        total = found.count()
    except (KeyError, ValueError) as error:
        raise Http404 from error
    context = {"metric": chosen, "total": total, "part": part, "most": ROWS}
    if chosen.columns:
        rows = _plain_rows(chosen, found)
        return render(request, "reports/plain_rows.html", {**context, "rows": rows})
    listed = found.select_related(f"{chosen.matter}__unit" if chosen.matter else "unit")
    shown = listed.order_by("-pk")[:ROWS]
    matters = [getattr(row, chosen.matter) if chosen.matter else row for row in shown]
    return render(request, "reports/rows.html", {**context, "matters": matters})


def _plain_rows(chosen: Metric, found: Any) -> list[tuple[str, list[Any]]]:
    """Address and cells of each row, those that pull the figure down first."""
    paths = [path for _, path in chosen.columns]
    related = {"__".join(path.split("__")[:-1]) for path in paths if "__" in path}
    shown = found.select_related(*related).order_by(*chosen.pulls)[:ROWS]
    return [
        (chosen.address(row) if chosen.address else "", [_reached(row, path) for path in paths])
        for row in shown
    ]


def _reached(row: Any, path: str) -> Any:
    """The value at the end of a path, in the words of its choices."""
    *way, name = path.split("__")
    for part in way:
        row = getattr(row, part)
    words = getattr(row, f"get_{name}_display", None)
    value = words() if words else getattr(row, name)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "—" if value in (None, "") else value


def period_of(request: HttpRequest) -> Period:
    return Period(day_of(request.GET.get("from", "")), day_of(request.GET.get("to", "")))


def bars(cells: list[Cell]) -> list[tuple[Cell, float]]:
    """Cells with the length of their bar in percent of the longest."""
    most = max((c.value or 0 for c in cells), default=0) or 1
    return [(c, round(100 * (c.value or 0) / most, 1)) for c in cells]


def _figure(chosen: Metric, person: Actor, today: date) -> dict[str, Any]:
    now = chosen.total(person, Period(today - timedelta(DAYS - 1), today))
    before = chosen.total(person, Period(today - timedelta(2 * DAYS - 1), today - timedelta(DAYS)))
    change = None
    if now.value is not None and before.value is not None:
        change = now.value - before.value
    good = None if not change else (change > 0) == chosen.higher_is_better
    return {"metric": chosen, "total": now, "before": before, "change": change, "good": good}


def _metric(key: str) -> Metric:
    try:
        return metric(key)
    except KeyError as error:
        raise Http404 from error


def _query(period: Period) -> str:
    parts = {"from": period.first, "to": period.last}
    return "&".join(f"{name}={value}" for name, value in parts.items() if value)
