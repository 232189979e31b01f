"""Public pages of the power and responsibility lists (政府信息公开条例 第二十条)."""

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.clock.calendar import day_of
from tongban.kernel.files.serving import serve
from tongban.kernel.screens.export import attachment, spreadsheet
from tongban.kernel.units.models import Unit
from tongban.services.catalogue import announcing, powers
from tongban.services.catalogue.elements import ItemKind

HOW = {
    "added": gettext_lazy("新增"),
    "cancelled": gettext_lazy("取消"),
    "adjusted": gettext_lazy("调整"),
}


def units(request: HttpRequest) -> HttpResponse:
    """Every unit with its powers by type, on a day."""
    on = day_of(request.GET.get("on", "")) or timezone.localdate()
    counted = powers.counted(on)
    rows = [
        (
            unit,
            [counted[unit.pk].get(kind, 0) for kind in powers.POWERS],
            sum(counted[unit.pk].values()),
        )
        for unit in Unit.objects.filter(pk__in=counted)
    ]
    kinds = [ItemKind(kind).label for kind in powers.POWERS]
    context = {"rows": rows, "kinds": kinds, "on": on, "total": sum(row[2] for row in rows)}
    return render(request, "portal/powers.html", context)


def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit's list on a day, by type; or what has moved since another day."""
    found = get_object_or_404(Unit, code=code[:16])
    on, since = (
        day_of(request.GET.get("on", "")) or timezone.localdate(),
        day_of(request.GET.get("since", "")),
    )
    moved = powers.moved(found, since, on) if since else []
    if request.GET.get("export") == "xlsx" and since:
        return attachment(_workbook(moved), f"powers-{found.code}-{since}-{on}.xlsx")
    rows = powers.powers(found, on)
    counts = powers.counted(on).get(found.pk, {})
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
        "announced": announcing.newest(found),
    }
    return render(request, "portal/power_list.html", context)


def sealed(request: HttpRequest, code: str) -> FileResponse:
    """The list as last announced, with the unit's seal."""
    found = get_object_or_404(Unit, code=code[:16])
    paper = announcing.newest(found)
    if paper is None or paper.file is None:
        raise Http404
    return serve(paper.file, f"{paper.title} {paper.number}.pdf")


def pdf(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Unit, code=code[:16])
    on = day_of(request.GET.get("on", "")) or timezone.localdate()
    return attachment(powers.as_pdf(found, on), f"powers-{found.code}-{on}.pdf")


def _workbook(moved: list[powers.Moved]) -> bytes:
    header = [
        *(_("变动"), _("基本编码"), _("事项名称"), _("要素"), _("变更前"), _("变更后")),
        *(_("理由"), _("法律依据"), _("变更编号")),
    ]
    return spreadsheet(_("变动"), header, (line for row in moved for line in _lines(row)))


def _lines(row: powers.Moved) -> Iterator[list[str]]:
    """A line for each field that changed, or one for a power added or cancelled."""
    change = row.version.change
    why = [change.reason, change.legal_basis, change.matter.number] if change else ["", "", ""]
    head = [str(HOW[row.how]), row.version.item.basic_code, row.version.name]
    for field in row.fields:
        yield [*head, field.field, field.before, field.after, *why]
    if not row.fields:
        yield [*head, "", "", "", *why]
