"""Rows of the project's own copy of the reference files."""

import csv
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "reference"


def rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)
