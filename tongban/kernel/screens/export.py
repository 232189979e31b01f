"""A list as a spreadsheet: what is on the screen, masked as on the screen."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ..procedures.models import Matter
from .present import light_of

MOST_ROWS = 20_000
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def workbook(matters: Any, today: date) -> bytes:
    """An .xlsx of at most MOST_ROWS matters, all cells as text or dates."""
    header = [
        *(_("编号"), _("事项"), _("申请人"), _("单位"), _("状态"), _("收到"), _("承诺时限")),
        *(_("法定时限"), _("时限变动"), _("办结"), _("时限")),
    ]
    rows = (_row(matter, today) for matter in matters[:MOST_ROWS])
    return spreadsheet(_("办件"), header, rows)


def spreadsheet(title: str, header: list[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """An .xlsx of one sheet, no cell of which is a formula."""
    from . import xlsx  # loaded by who writes one

    book = xlsx.new()
    sheet = book.create_sheet(title)
    sheet.append(header)
    for row in rows:
        sheet.append([safe_cell(value) for value in row])
    return xlsx.content(book)


def _row(matter: Matter, today: date) -> list[Any]:
    return [
        matter.number,
        matter.title,
        str(matter.applicant or ""),
        str(matter.unit),
        str(matter.stands_in.title),
        timezone.localdate(matter.opened_at),
        matter.due_on,
        matter.statutory_due_on,
        matter.last_move,
        timezone.localdate(matter.closed_at) if matter.closed_at else None,
        light_of(matter, today).words,
    ]


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is kept as text."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def attachment(content: bytes, name: str) -> HttpResponse:
    """A file to keep, typed by the end of its name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]], headers=headers)
