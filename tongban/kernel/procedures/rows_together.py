"""The rows of many matters that are opened at once: their keys by one statement, written by one."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Model

from ..ledger.models import Event
from ..notices.models import Notice
from ..queries import prepared
from .models import Matter
from .rows import CHANNEL, many

KEYS = f"""
select nextval(pg_get_serial_sequence('{Matter._meta.db_table}', 'id')),
  nextval(pg_get_serial_sequence('{Event._meta.db_table}', 'id')) from generate_series(1, %s)
"""  # noqa: S608


@dataclass(frozen=True)
class Written:
    """A new matter with its first event; every row but those of notices has its key."""

    event: Event
    matter: Matter
    detail: Model | None
    notices: list[Notice]


def new_ids(count: int) -> list[tuple[int, int]]:
    """Keys for so many matters and their events."""
    with prepared.cursor() as cursor:
        cursor.execute(KEYS, [count])
        return [(matter, event) for matter, event in cursor.fetchall()]


def write_together(rows: list[Written]) -> None:
    """Insert all of them and tell live pages."""
    details = [row.detail for row in rows if row.detail is not None]
    for row in rows:
        for notice in row.notices:
            notice.event = row.event
    notices = [notice for row in rows for notice in row.notices]
    inserts = [
        many(inserted)
        for inserted in ([row.matter for row in rows], [row.event for row in rows], details)
        if inserted
    ]
    if notices:
        inserts.append(many(notices, with_key=False))
    parts = ", ".join(f"part{n} as ({sql})" for n, (sql, _values) in enumerate(inserts))
    values = [value for _sql, of_part in inserts for value in of_part]
    told = [f"{row.matter.kind}:{row.matter.number}" for row in rows]
    sql = f"with {parts} select pg_notify(%s, told) from unnest(%s::text[]) told"  # noqa: S608
    with prepared.cursor() as cursor:
        cursor.execute(sql, [*values, CHANNEL, told])
    for saved in (*(row.matter for row in rows), *(row.event for row in rows), *details):
        saved._state.adding, saved._state.db = False, connection.alias
