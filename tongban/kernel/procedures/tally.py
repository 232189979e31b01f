"""Exact counts of matters by state, cheap whatever their number."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Sum

from ..queries.once import Ask, Once
from .models import Tally

LOCK = 0x74616C6C  # one folding at a time
MOST = 200_000
FOLD = """
with gone as (
  delete from procedures_tally where id in
    (select id from procedures_tally order by id limit %s) returning kind, state, unit_id, n)
insert into procedures_tally (kind, state, unit_id, n)
select kind, state, unit_id, sum(n) from gone group by 1, 2, 3 having sum(n) <> 0
"""


def _counted(**where: Ask) -> Once[tuple[str, int]]:
    rows = Tally.objects.filter(kind=Ask("kind"), **where)
    return Once(lambda: rows.values_list("state").order_by().annotate(total=Sum("n")))


ALL, OF_UNITS = _counted(), _counted(unit__among=Ask("units"))


def counts_by_state(kind: str, units: Iterable[int] | None) -> dict[str, int]:
    """state → matters of the kind; in some units, or in all when None."""
    counted = ALL.all(kind=kind) if units is None else OF_UNITS.all(kind=kind, units=list(units))
    return {state: total for state, total in counted if total}


def fold() -> None:
    """Fold the rows of each place into one; safe beside steps that add rows meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(FOLD, [MOST])
