"""The rows of a step: read and locked by one statement, written by one other.

Round trips and the building of SQL were the cost of a step (docs/decisions/0002-two-trips.md).
Columns come from the models, so that a new field needs nothing here.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from ..ledger.models import Event
from ..notices.models import Notice
from ..queries import prepared
from ..queries.made import maker
from .after import DEFER, JOB_ROW, job_values
from .models import Matter

CHANNEL = "tongban"


def locked(number_or_id: str | int, detail: type[Model] | None, detail_name: str) -> Matter | None:
    """The matter with its detail, its row locked until the transaction ends."""
    column = "number" if isinstance(number_or_id, str) else "id"
    with prepared.cursor() as cursor:
        cursor.execute(_select(detail, column), [number_or_id])
        row = cursor.fetchone()
    if row is None:
        return None
    width = len(Matter._meta.local_concrete_fields)
    matter: Matter = _loaded(Matter, row[:width])
    if detail:
        found = _loaded(detail, row[width:])
        setattr(found, "matter", matter)  # noqa: B010 - fills the caches of both ends
        assert getattr(matter, detail_name) is found
    return matter


@cache
def _select(detail: type[Model] | None, column: str) -> str:
    names = [f'm."{field.column}"' for field in Matter._meta.local_concrete_fields]
    joined = ""
    if detail:
        names += [f'd."{field.column}"' for field in detail._meta.local_concrete_fields]
        joined = f" join {detail._meta.db_table} d on d.matter_id = m.id"
    return (
        f"select {', '.join(names)} from {Matter._meta.db_table} m{joined} "  # noqa: S608
        f"where m.{column} = %s for no key update of m"
    )


def _loaded(model: type[Model], values: tuple[Any, ...]) -> Any:
    """An instance from a row, each value through its field's own conversion."""
    fields = model._meta.local_concrete_fields
    converted = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, values, strict=True)
    ]
    return maker(model, tuple(field.attname for field in fields))(converted)


def write(
    event: Event,
    matter: Matter,
    detail: Model | None,
    notices: list[Notice],
    works: list[str],
) -> None:
    """Insert the event and its notices, queue its slow work, tell live pages; insert or update the
    matter and its detail. detail: None when it stays as it is."""
    parts = [f"event as ({_insert(Event)} returning id)"]
    values = _values(event)
    for row, name in ((matter, "moved"), (detail, "detailed")):
        if row is None:
            continue
        if row._state.adding:
            parts.append(f"{name} as ({_insert(type(row), with_key=True)})")
            values += [row.pk, *_values(row)]
        else:
            parts.append(f"{name} as ({_update(type(row))})")
            values += [*_values(row), row.pk]
    if notices:
        rows = ", ".join([_notice_row()] * len(notices))
        parts.append(f"told as ({_insert_into(Notice, with_key=False)} values {rows})")
        for notice in notices:
            values += _values(notice)[1:]
    found = ["id", "pg_notify(%s, %s)"]
    values += [CHANNEL, f"{matter.kind}:{matter.number}"]
    if works:
        found.append(DEFER.format(rows=", ".join([JOB_ROW] * len(works))))
        values += [value for name in works for value in job_values(name, matter)]
    sql = f"with {', '.join(parts)} select {', '.join(found)} from event"  # noqa: S608
    with prepared.cursor() as cursor:
        cursor.execute(sql, values)
        event.pk = cursor.fetchone()[0]
    for row in (event, matter, detail):
        if row is not None:
            row._state.adding, row._state.db = False, connection.alias


def new_id() -> int:
    """The key of a matter that is about to be written, so that all its rows go in one statement."""
    with prepared.cursor() as cursor:
        cursor.execute(f"select nextval(pg_get_serial_sequence('{Matter._meta.db_table}', 'id'))")
        return int(cursor.fetchone()[0])


@cache
def _fields(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    return tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)


@cache
def _columns(model: type[Model], *, with_key: bool) -> "tuple[Field[Any, Any], ...]":
    """The key comes first."""
    key = model._meta.pk
    assert key is not None
    return (key, *_fields(model)) if with_key else _fields(model)


@cache
def _insert_into(model: type[Model], *, with_key: bool) -> str:
    """`insert into table (columns)`."""
    fields = _columns(model, with_key=with_key)
    names = ", ".join(f'"{field.column}"' for field in fields)
    return f"insert into {model._meta.db_table} ({names})"


@cache
def _insert(model: type[Model], *, with_key: bool = False) -> str:
    """With one row."""
    marks = ", ".join(["%s"] * len(_columns(model, with_key=with_key)))
    return f"{_insert_into(model, with_key=with_key)} values ({marks})"


@cache
def _notice_row() -> str:
    """The first column of a notice is its event, which has its id only inside the statement."""
    assert _fields(Notice)[0].column == "event_id"
    return f"((select id from event), {', '.join(['%s'] * (len(_fields(Notice)) - 1))})"  # noqa: S608


@cache
def _update(model: type[Model]) -> str:
    names = ", ".join(f'"{field.column}" = %s' for field in _fields(model))
    key = model._meta.pk
    assert key is not None
    return f"update {model._meta.db_table} set {names} where {key.column} = %s"  # noqa: S608


def many(rows: Sequence[Model], *, with_key: bool = True) -> tuple[str, list[Any]]:
    """Rows of one model inserted by one statement: its text, the same for any number of rows, and
    its values, a list for each column."""
    fields = _columns(type(rows[0]), with_key=with_key)
    columns = [[_value(field, row) for row in rows] for field in fields]
    return _insert_many(type(rows[0]), with_key=with_key), columns


@cache
def _insert_many(model: type[Model], *, with_key: bool) -> str:
    """Values are cast to the type of their column without its length: a cast would cut them."""
    types = [str(field.db_type(connection)) for field in _columns(model, with_key=with_key)]
    lists = ", ".join(f"%s::{kind.partition('(')[0]}[]" for kind in types)
    into = _insert_into(model, with_key=with_key)
    return f"{into} select * from unnest({lists})"  # noqa: S608


def _values(row: Model) -> list[Any]:
    return [_value(field, row) for field in _fields(type(row))]


def _value(field: Any, row: Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, row._state.adding), connection)
