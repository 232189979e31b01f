"""The wall of codes: a print sheet with the guide of every item that a unit does in the hall."""

from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.kernel.units.models import Unit
from tongban.services.catalogue.models import ServiceItem, Status
from tongban.services.seals.typesetting import drawn, typeset

SHEET = Path(__file__).parent / "letters" / "wall.typ"


def walls(request: HttpRequest) -> HttpResponse:
    """Which units have a wall, and how many codes each."""
    shown = Count("items", filter=Q(items__in=_items()))
    rows = Unit.objects.annotate(codes=shown).filter(codes__gt=0)
    return render(request, "portal/walls.html", {"rows": rows})


def wall_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """A4, twelve codes a page, to be printed and hung up."""
    unit = get_object_or_404(Unit, code=code)
    items = list(_items().filter(unit=unit).order_by("name"))
    if not items:
        raise Http404
    facts = {
        "title": _("%s 办事指南") % unit.short_name,
        "hint": _("扫码看办事指南和要带的材料"),
        "cards": [[item.name, _code(item)] for item in items],
    }
    pdf = typeset(SHEET, facts, settings.PUBLIC_ADDRESS)
    name = f"wall-{unit.code}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _items() -> QuerySet[ServiceItem]:
    return ServiceItem.objects.filter(in_hall=True, status=Status.PUBLISHED)


def _code(item: ServiceItem) -> str:
    return drawn(settings.PUBLIC_ADDRESS + reverse("guide", args=[item.implementation_code]))
