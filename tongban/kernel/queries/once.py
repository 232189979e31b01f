"""Queries of the hot roads: written as ever, their SQL built once, then only filled in.

Django builds the text of a statement anew each time, which costs more than PostgreSQL needs to
answer it (docs/decisions/0017-built-once.md). The values that change are named by `Ask`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Field, ForeignKey, Lookup, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesIterable,
    ValuesListIterable,
)
from django.db.models.sql import UpdateQuery

from . import prepared
from .made import loader
from .memory import remembered

Row = TypeVar("Row")
Values = Sequence[Any]


class Ask(Expression):
    """A value that is named when the query is written and said when it runs."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def resolve_expression(self, *_arguments: Any, **_more: Any) -> "Ask":
        return self

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, Any]:
        return "%s", (self,)


@dataclass(frozen=True)
class Many:
    """A list that is said when the query runs, and its place in the text."""

    name: str

    @property
    def mark(self) -> str:
        return f"<{self.name}>"


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`in`, for a list that is asked for. Not `= any`: with one unit, which most people have,
    PostgreSQL then no longer reads an index in its order."""

    lookup_name = "among"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        many = Many(cast("Ask", self.rhs).name)
        return f"{column} in ({many.mark})", (*values, many)


def _said(sql: str, values: Values, asked: dict[str, Any]) -> tuple[str, list[Any]]:
    """The text and its values for this time."""
    found: list[Any] = []
    for value in values:
        if isinstance(value, Ask):
            found.append(asked[value.name])
        elif isinstance(value, Many):
            said = asked[value.name] or [None]
            sql = sql.replace(value.mark, ", ".join(["%s"] * len(said)), 1)
            found += said
        else:
            found.append(value)
    return sql, found


def _for_each(sql: str, values: Values, asked: Sequence[dict[str, Any]]) -> tuple[str, list[Any]]:
    """The text for many: lists of what is asked, a row each, and the query beside every row."""
    names = list(asked[0])
    parts = sql.split("%s")
    text, constants = parts[0], []
    for value, part in zip(values, parts[1:], strict=True):
        if isinstance(value, Ask):
            text += f'asked."{value.name}"{part}'
        else:
            text += f"%s{part}"
            constants.append(value)
    columns = ", ".join(f'"{name}"' for name in (*names, "place"))
    lists = ", ".join(["%s"] * len(names))
    rows = f"unnest({lists}) with ordinality as asked({columns})"
    each = f"select asked.place, found.* from {rows} cross join lateral ({text}) found"  # noqa: S608
    return each, [*([one[name] for one in asked] for name in names), *constants]


class Once(Generic[Row]):
    """A query of rows: `SLOT = Once(lambda: Slot.objects.filter(pk=Ask("pk")))`, then
    `SLOT.first(pk=7)`. Rows are models, with what `select_related` names, or plain tuples."""

    def __init__(self, build: Callable[[], "QuerySet[Any, Row]"]):
        self.build = build

    def all(self, **asked: Any) -> list[Row]:
        answers = remembered()
        if answers is None:
            return self._ask(asked)
        question = self._question(asked)
        if question not in answers:
            answers[question] = self._ask(asked)
        return answers[question]

    def ask_each(self, asked: Sequence[dict[str, Any]]) -> None:
        """The same question for many, in their order, by one statement; `all` then remembers."""
        answers = remembered()
        assert answers is not None
        for one in asked:
            answers[self._question(one)] = []
        sql, values, read = self._built
        with prepared.cursor() as cursor:
            cursor.execute(*_for_each(sql, values, asked))
            for place, *row in cursor.fetchall():
                answers[self._question(asked[place - 1])] += read([row])

    def _question(self, asked: dict[str, Any]) -> tuple[Any, ...]:
        said = ((k, tuple(v) if isinstance(v, list) else v) for k, v in sorted(asked.items()))
        return (self, *said)

    def _ask(self, asked: dict[str, Any]) -> list[Row]:
        sql, values, read = self._built
        with prepared.cursor() as cursor:
            cursor.execute(*_said(sql, values, asked))
            return read(cursor.fetchall())

    def first(self, **asked: Any) -> Row | None:
        """The first in the query's own order; a query of more than one row limits itself."""
        return next(iter(self.all(**asked)), None)

    @cached_property
    def _built(self) -> tuple[str, Values, Callable[[list[Any]], list[Row]]]:
        query = self.build()
        compiler = query.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        convert = _converter(compiler)
        shape = query._iterable_class
        if shape is ModelIterable:
            load = loader(compiler)
            return sql, values, lambda rows: load(convert(rows))
        if shape is FlatValuesListIterable:
            return sql, values, lambda rows: [row[0] for row in convert(rows)]
        if shape is ValuesIterable:
            names = [*query.query.values_select, *query.query.annotation_select]
            return (
                sql,
                values,
                lambda rows: [
                    cast("Row", dict(zip(names, row, strict=True))) for row in convert(rows)
                ],
            )
        assert shape is ValuesListIterable, shape
        return sql, values, lambda rows: [cast("Row", tuple(row)) for row in convert(rows)]


class OnceUpdated:
    """An update: `TAKE = OnceUpdated(lambda: Slot.objects.filter(…), taken=F("taken") + 1)`."""

    def __init__(self, build: Callable[[], "QuerySet[Any, Any]"], **changes: Any):
        self.build, self.changes = build, changes

    def __call__(self, **asked: Any) -> int:
        """How many rows it changed."""
        sql, values = self._built
        with prepared.cursor() as cursor:
            cursor.execute(*_said(sql, values, asked))
            return int(cursor.rowcount)

    @cached_property
    def _built(self) -> tuple[str, Values]:
        query: Any = self.build().query.chain(UpdateQuery)
        query.add_update_values(self.changes)
        sql, values = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return sql, values


def _converter(compiler: Any) -> Callable[[list[Any]], list[Any]]:
    """What fields do to values that come from the database."""
    columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
    wanted = list(compiler.get_converters(columns).items())
    width = compiler.col_count

    def convert(rows: list[Any]) -> list[Any]:
        if not wanted and not compiler.has_extra_select:
            return rows
        found = [list(row[:width]) for row in rows]
        for place, (converters, expression) in wanted:
            for row in found:
                for converter in converters:
                    row[place] = converter(row[place], expression, connection)
        return found

    return convert
