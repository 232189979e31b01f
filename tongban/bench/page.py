"""The two pages a clerk lives in: a case, and the list of cases, as the register grows."""

from datetime import datetime
from urllib.parse import quote

from . import load
from .house import scratch, served, signed_in
from .report import Figure, rate
from .turns import in_turn

SECONDS, WARM, DETAIL_SECONDS = 6.0, 1.5, 3.0
SMALL, MIDDLE, LARGE = 5_000, 50_000, 500_000
LISTS = ("state=examining", "state=open&sort=due", "light=red&sort=due", f"q={quote('登记')}")
COPY = """
insert into procedures_matter ({columns})
select {values} from procedures_matter m, generate_series(1, %s) g where m.id <= %s
"""


def measure(scale: float) -> list[Figure]:
    with scratch():
        from django.utils import timezone

        from tongban.demo import bulk, people, reference

        now = timezone.now()
        reference.load(now.date())
        people.load("bench", now.date())
        cases = bulk.Bulk("SC", now.date())
        clerk = signed_in("chen")
        small, middle, large = (int(n * scale) for n in (SMALL, MIDDLE, LARGE))
        numbers = cases.write(small, now, days=60)
        at_small = _lists(clerk)
        numbers += _more(cases, middle - small, now)
        detail, one_row = _details(clerk, numbers)
        at_middle = _lists(clerk)
        copies(large)
        counted = _count_seconds()
        at_large = _lists(clerk)
    return [
        rate(
            "detail_page",
            detail.rate,
            one_row.rate,
            failed=detail.failed,
            cases=middle,
            p95_ms=ms(detail.percentile(0.95)),
        ),
        Figure(
            "list_page",
            ms(at_middle.percentile(0.95)),
            "ms p95",
            raw=ms(at_small.percentile(0.95)),
            ratio=round(at_small.percentile(0.95) / at_large.percentile(0.95), 3),
            details={
                "failed": at_middle.failed + at_large.failed,
                f"p95_at_{small}_ms": ms(at_small.percentile(0.95)),
                f"p95_at_{large}_ms": ms(at_large.percentile(0.95)),
                "growth": round(at_large.percentile(0.95) / at_small.percentile(0.95), 2),
                f"counts_of_{large}_ms": ms(counted),
            },
        ),
    ]


def _more(cases: object, count: int, now: datetime) -> list[str]:
    written: list[str] = cases.write(count, now, days=60)  # type: ignore[attr-defined]
    settle()
    return written


def settle() -> None:
    """What the worker and the database do in quiet minutes."""
    from django.db import connection

    from tongban.kernel.procedures.tally import fold

    fold()
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze procedures_matter")
        cursor.execute("vacuum analyze ledger_event")


def _details(headers: dict[str, str], numbers: list[str]) -> tuple[load.Run, load.Run]:
    """Details of all cases in turn; the raw limit reads one row in a bare view."""

    def message(place: int) -> bytes:
        number = numbers[place * 7919 % len(numbers)]
        return load.request("GET", f"/desk/case/{number}/", headers)

    def one_row(_place: int) -> bytes:
        return load.request("GET", "/one/", {})

    return in_turn(message, one_row, status=200, seconds=DETAIL_SECONDS)


def _lists(headers: dict[str, str]) -> load.Run:
    """Filtered lists one after the other, as one clerk at a time sees them."""

    def message(place: int) -> bytes:
        return load.request("GET", f"/desk/case/?{LISTS[place % len(LISTS)]}", headers)

    settle()
    with served() as port:
        load.run(port, message, seconds=WARM, connections=2)
        return load.run(port, message, seconds=SECONDS, connections=2)


def copies(size: int) -> None:
    """Grow the register by copies of its rows: pages read no other table by size."""
    from django.db import connection

    from tongban.kernel.procedures.models import Matter

    have = Matter.objects.count()
    columns = (str(f.column) for f in Matter._meta.local_concrete_fields)
    fields = [column for column in columns if column != "id"]
    changed = {
        "number": "m.number || '-' || g",
        "query_code": "substr(md5(m.id || '-' || g), 1, 12)",
    }
    sql = COPY.format(
        columns=", ".join(f'"{name}"' for name in fields),
        values=", ".join(changed.get(name, f'm."{name}"') for name in fields),
    )
    with connection.cursor() as cursor:
        cursor.execute("select max(id) from procedures_matter")
        cursor.execute(sql, [max(size // have - 1, 0), cursor.fetchone()[0]])


def _count_seconds() -> float:
    """Counting all matters by state and unit, from the tally."""
    import time

    from tongban.kernel.procedures.models import Matter
    from tongban.kernel.procedures.tally import counts_by_state

    began = time.perf_counter()
    counted = counts_by_state("case", None)
    took = time.perf_counter() - began
    assert sum(counted.values()) == Matter.objects.filter(kind="case").count()
    return took


def ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
