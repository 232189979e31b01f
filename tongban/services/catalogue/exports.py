"""Lists of items as spreadsheets in the columns in which they are imported."""

import csv
from collections.abc import Iterable
from io import StringIO

from tongban.kernel.screens.export import safe_cell, spreadsheet

from .columns import ITEMS, cells
from .models import ServiceItem

BOM = "\ufeff"  # so that Excel reads UTF-8


def as_xlsx(items: Iterable[ServiceItem]) -> bytes:
    return spreadsheet(str(ITEMS.title), ITEMS.headers(), map(cells, items))


def as_csv(items: Iterable[ServiceItem]) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(ITEMS.headers())
    for item in items:
        writer.writerow([safe_cell(value) for value in cells(item)])
    return (BOM + out.getvalue()).encode()


EXPORTS = {"xlsx": as_xlsx, "csv": as_csv}
