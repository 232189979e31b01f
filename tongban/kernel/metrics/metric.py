"""Metric: one definition of a figure, for page, API and the rows behind it.

`value` is one SQL statement; `rows` is the same query filtered to one cell. A figure shown is
always the figure of the rows one finds by opening it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Aggregate, Avg, Count, F, FloatField, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf, TruncMonth
from django.utils.timezone import localdate

from ..people.actor import Actor
from ..procedures.scope import is_public, visible

Words = Any
ALL = ""
NOTHING = "—"  # key and label of the rows that have none


@dataclass(frozen=True)
class Period:
    """[first, last], days in China; None is open."""

    first: date | None = None
    last: date | None = None

    def on(self, field: str) -> Q:
        condition = Q(**{f"{field}__isnull": False})
        if self.first:
            condition &= Q(**{f"{field}__date__gte": self.first})
        if self.last:
            condition &= Q(**{f"{field}__date__lte": self.last})
        return condition


@dataclass(frozen=True)
class Cell:
    """One figure: of a part (`key`, as an address says it) or of all. `count`: rows behind it."""

    key: str
    label: str
    value: float | None
    count: int


@dataclass(frozen=True)
class Metric:
    """rows: the population. value: what is made of them. by: name → path of a code, path of a
    title. period: the time that decides when a row counts. matter: path from a row to its
    matter. source: the text that defines the figure.

    A stock has `as_of` in place of a period: which rows there are on a day, the last of what is
    asked for, or today. columns: title → path of what its rows show where they are no matters,
    and `address` the page of a row. pulls: the order that puts first the rows which pull the
    figure down.
    """

    key: str
    title: Words
    unit: Words
    basis: Words
    source: str
    rows: Callable[[], QuerySet[Any]]
    value: Combinable
    by: tuple[tuple[str, Words, str, str], ...]
    period: str = ""
    matter: str = ""
    higher_is_better: bool = True
    as_of: Callable[[date], Q] | None = None
    columns: tuple[tuple[Words, str], ...] = ()
    address: Callable[[Any], str] | None = None
    pulls: tuple[Any, ...] = ("-pk",)

    @property
    def model(self) -> type[Model]:
        return self.rows().model

    @property
    def is_public(self) -> bool:
        return is_public(self.model)

    def population(self, actor: Actor, period: Period) -> QuerySet[Any]:
        when = self.as_of(period.last or localdate()) if self.as_of else period.on(self.period)
        return self.rows().filter(visible(actor, self.model), when).order_by()

    def total(self, actor: Actor, period: Period) -> Cell:
        found = self.population(actor, period).aggregate(_value=self.value, _count=Count("pk"))
        return Cell(ALL, "", found["_value"], found["_count"])

    def parts(self, actor: Actor, period: Period, by: str) -> list[Cell]:
        """One cell a part, in one statement. Raises KeyError for an unknown breakdown."""
        rows = self.population(actor, period)
        if by == "month" and self.period:
            rows = rows.annotate(_key=TruncMonth(self.period))  # one expression: grouped by place
            labels: tuple[str, ...] = ()
        else:
            code, title = self._paths(by)
            rows, labels = rows.annotate(_key=F(code)), ()
            if title != code:
                rows, labels = rows.annotate(_label=F(title)), ("_label",)
        grouped = rows.values("_key", *labels).annotate(_value=self.value, _count=Count("pk"))
        return [
            Cell(_text(r["_key"]), _text(r.get("_label", r["_key"])), r["_value"], r["_count"])
            for r in grouped.order_by("_key")
        ]

    def cell_rows(self, actor: Actor, period: Period, by: str, key: str) -> QuerySet[Any]:
        """The rows of one cell: the same query, filtered."""
        rows = self.population(actor, period)
        if not by:
            return rows
        if by == "month" and self.period:
            year, month = (int(part) for part in key.split("-"))
            field = self.period
            return rows.filter(**{f"{field}__year": year, f"{field}__month": month})
        code, _title = self._paths(by)
        return rows.filter(**{f"{code}__isnull": True} if key == NOTHING else {code: key})

    def breakdowns(self) -> list[tuple[str, Words]]:
        months = [("month", None)] if self.period else []
        return [*months, *((name, title) for name, title, _, _ in self.by)]

    def _paths(self, by: str) -> tuple[str, str]:
        return {name: (code, title) for name, _, code, title in self.by}[by]


COUNT = Count("pk")


def share(of: Q) -> Combinable:
    """Percent of the rows for which the condition holds; None of no rows."""
    return Cast(Count("pk", filter=of), FloatField()) * 100.0 / NullIf(Count("pk"), 0)


def mean(field: Any) -> Combinable:
    return Avg(field)


class Percentile(Aggregate):
    """The value that so many percent of the rows stay within (SQL: percentile_cont)."""

    function = "percentile_cont"
    name = "Percentile"
    template = "percentile_cont(%(part)s) within group (order by %(expressions)s)"

    def __init__(self, field: Any, percent: int):
        super().__init__(field, output_field=FloatField(), part=percent / 100)


_register: dict[str, Metric] = {}


def register(metric: Metric) -> Metric:
    assert metric.key not in _register or _register[metric.key] is metric
    _register[metric.key] = metric
    return metric


def metric(key: str) -> Metric:
    return _register[key]


def metrics() -> list[Metric]:
    return list(_register.values())


def _text(value: Any) -> str:
    if value is None:
        return NOTHING
    return f"{value:%Y-%m}" if hasattr(value, "strftime") else str(value)
