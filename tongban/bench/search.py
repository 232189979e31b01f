"""Everyday queries against the whole catalogue: are the right items on top, and how fast."""

import csv
import time
from pathlib import Path
from statistics import quantiles

from .house import scratch
from .report import Figure

QUERIES = Path(__file__).with_name("queries.csv")
ROUNDS = 5


def measure(scale: float) -> list[Figure]:
    with scratch():
        from datetime import date

        from tongban.demo import reference

        reference.load(date(2022, 1, 1), grown=True)
        return figures()


def figures() -> list[Figure]:
    """hit@n on the set that no synonym was made for, and on the other beside it."""
    from tongban.services.catalogue.searching import index, search

    rows = queries()
    index()
    found = {row["query"]: [hit.document.name for hit in search(row["query"])] for row in rows}
    held = [row for row in rows if row["set"] == "held"]
    tuned = [row for row in rows if row["set"] == "tuned"]
    millis = []
    for _ in range(ROUNDS):
        for row in rows:
            began = time.perf_counter()
            search(row["query"])
            millis.append((time.perf_counter() - began) * 1000)
    cuts = quantiles(millis, n=100)
    documents = len(index().documents)
    details = {"queries": len(held), "documents": documents}
    return [
        *(
            Figure(
                f"hit_at_{n}",
                share(held, found, n),
                "share",
                details={**details, "tuned": share(tuned, found, n)},
            )
            for n in (1, 3, 10)
        ),
        Figure("p50_ms", round(cuts[49], 2), "ms", details={"searches": len(millis)}),
        Figure("p99_ms", round(cuts[98], 2), "ms", details={"searches": len(millis)}),
    ]


def queries() -> list[dict[str, str]]:
    with QUERIES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def share(rows: list[dict[str, str]], found: dict[str, list[str]], most: int) -> float:
    hits = sum(is_hit(row["expected"], found[row["query"]][:most]) for row in rows)
    return round(hits / len(rows), 3)


def is_hit(expected: str, names: list[str]) -> bool:
    """Expected names are beginnings: 食品经营许可 means any of its variants."""
    return any(name.startswith(tuple(expected.split("|"))) for name in names)
