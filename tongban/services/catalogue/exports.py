"""Lists of items as spreadsheets in the columns in which they are imported."""

import csv
from collections.abc import Iterable
from io import BytesIO, StringIO

from openpyxl import Workbook

from tongban.kernel.screens.export import safe_cell

from .columns import ITEMS, cells
from .models import ServiceItem

BOM = "\ufeff"  # so that Excel reads UTF-8


def as_xlsx(items: Iterable[ServiceItem]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(ITEMS.title))
    sheet.append(ITEMS.headers())
    for item in items:
        sheet.append([safe_cell(value) for value in cells(item)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(items: Iterable[ServiceItem]) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(ITEMS.headers())
    for item in items:
        writer.writerow([safe_cell(value) for value in cells(item)])
    return (BOM + out.getvalue()).encode()


EXPORTS = {"xlsx": as_xlsx, "csv": as_csv}
