"""Public pages of the power and responsibility lists (政府信息公开条例 第二十条)."""

from datetime import date
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from tongban.kernel.screens.export import attachment, safe_cell
from tongban.kernel.units.models import Unit
from tongban.services.catalogue import powers
from tongban.services.catalogue.elements import ItemKind

HOW = {
    "added": gettext_lazy("新增"),
    "cancelled": gettext_lazy("取消"),
    "adjusted": gettext_lazy("调整"),
}


def units(request: HttpRequest) -> HttpResponse:
    """Every unit with its powers by type, on a day."""
    on = _day(request, "on") or timezone.localdate()
    counted = powers.counted(on)
    rows = [
        (unit, [counted[unit.pk].get(kind, 0) for kind in powers.POWERS], counted[unit.pk].total())
        for unit in Unit.objects.filter(pk__in=counted)
    ]
    kinds = [ItemKind(kind).label for kind in powers.POWERS]
    context = {"rows": rows, "kinds": kinds, "on": on, "total": sum(row[2] for row in rows)}
    return render(request, "portal/powers.html", context)


def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit's list on a day, by type; or what has moved since another day."""
    found = get_object_or_404(Unit, code=code[:16])
    on, since = _day(request, "on") or timezone.localdate(), _day(request, "since")
    moved = powers.moved(found, since, on) if since else []
    if request.GET.get("export") == "xlsx" and since:
        return attachment(_workbook(moved), f"powers-{found.code}-{since}-{on}.xlsx")
    rows = powers.powers(found, on)
    counts: dict[str, int] = dict(powers.counted(on).get(found.pk, {}))
    kinds = [
        (kind, ItemKind(kind).label, counts[kind]) for kind in powers.POWERS if counts.get(kind)
    ]
    kind = request.GET.get("kind", kinds[0][0] if kinds else "")
    context: dict[str, Any] = {
        "unit": found,
        "on": on,
        "since": since,
        "moved": [(HOW[row.how], row) for row in moved],
        "kinds": kinds,
        "kind": kind,
        "rows": [] if since else rows.filter(kind=kind),
        "total": sum(count for _, _, count in kinds),
    }
    return render(request, "portal/power_list.html", context)


def pdf(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Unit, code=code[:16])
    on = _day(request, "on") or timezone.localdate()
    return attachment(powers.as_pdf(found, on), f"powers-{found.code}-{on}.pdf")


def _workbook(moved: list[powers.Moved]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("变动"))
    titles = (_("变动"), _("基本编码"), _("事项名称"), _("要素"), _("变更前"), _("变更后"))
    sheet.append([*titles, _("理由"), _("法律依据"), _("变更编号")])
    for row in moved:
        change = row.version.change
        why = [change.reason, change.legal_basis, change.matter.number] if change else ["", "", ""]
        head = [str(HOW[row.how]), row.version.item.basic_code, row.version.name]
        for field, before, after in [(f.field, f.before, f.after) for f in row.fields] or [
            ("",) * 3
        ]:
            sheet.append([safe_cell(cell) for cell in (*head, field, before, after, *why)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
