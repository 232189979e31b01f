"""Guides for people: one item, what they need under their answers, and what to print."""

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongban.kernel.files.serving import serve
from tongban.kernel.files.store import is_there
from tongban.kernel.screens.mine import qr
from tongban.kernel.screens.routes import told
from tongban.kernel.units.models import Unit
from tongban.services.booking.places import free_slots, group_of_item
from tongban.services.cases.filling import answers_of, asked
from tongban.services.catalogue import checklists, linked
from tongban.services.catalogue.models import Material, ServiceItem, Status, Theme
from tongban.services.catalogue.situations import Needs, UnknownAnswer, needs_of

from .places import place_of


def guide(request: HttpRequest, code: str) -> HttpResponse:
    item = _published(code)
    needs = needs_of(item)
    answers = answers_of(needs.questions, request.GET)
    context = {
        "item": item,
        "questions": asked(needs.questions, answers),
        "materials": needs.under(answers),
        "barred": needs.barred(answers),
        "query": request.GET.urlencode(),
        "open": item.status == Status.PUBLISHED,
    }
    part = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "materials"
    if part:
        return render(request, "portal/materials.html", context)
    context["linked"] = _as_script(linked.service(item, needs.materials))
    context["place"] = place_of(item.unit, in_hall=item.in_hall) if item.by_application else None
    return render(request, "portal/guide.html", context)


PAPERS = ("sample", "blank_form")


def paper(request: HttpRequest, code: str, material: int, which: str) -> HttpResponseBase:
    """The sample or the blank form of a material of a published list."""
    if which not in PAPERS:
        raise Http404
    rows = Material.objects.filter(version__number__isnull=False).select_related(which)
    found = get_object_or_404(rows, pk=material, version__item__implementation_code=code[:31])
    stored = getattr(found, which)
    if stored is None or not is_there(stored):
        raise Http404
    return serve(stored, f"{found.name}.{stored.media_type.rpartition('/')[2]}")


def wall(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet for the hall's wall: name, QR of the guide, the few facts people ask for."""
    item = _published(code)
    context = {"item": item, "qr": qr(reverse("guide", args=[item.implementation_code]))}
    return render(request, "portal/wall.html", context)


@require_POST
def make_list(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what these answers lead to under a short code; nobody signs in."""
    item = _published(code)
    assert item.current is not None
    answers = answers_of(needs_of(item).questions, request.POST)
    try:
        made = checklists.keep(item.current, answers, timezone.now())
    except UnknownAnswer as fault:
        return told(request, _("还差一步"), str(fault), 422)
    return HttpResponseRedirect(reverse("checklist", args=[made.code]))


def open_list(request: HttpRequest) -> HttpResponse:
    """Where a code is typed: by anybody, at the counter, kiosk or hotline, too."""
    typed = request.GET.get("code", "")[:20]
    found = checklists.found(typed, timezone.now()) if typed else None
    if found:
        return HttpResponseRedirect(reverse("checklist", args=[found.code]))
    status = 404 if typed else 200
    return render(request, "portal/open_list.html", {"typed": typed}, status=status)


def checklist(request: HttpRequest, code: str) -> HttpResponse:
    found = checklists.found(code, timezone.now())
    if found is None:
        return told(request, _("没有这张清单"), _("请核对 6 位清单码；清单保留 90 天。"), 404)
    version = found.version
    needs = Needs(version)
    group = group_of_item(version.item.implementation_code) if version.bookable else None
    free = free_slots(group.pk, timezone.now()) if group else None
    context: dict[str, Any] = {
        "list": found,
        "item": version.item,
        "version": version,
        "newer": version.item.current_id != version.pk,
        "answers": list(found.answers.items()),
        "materials": needs.under(found.answers),
        "barred": needs.barred(found.answers),
        "slot": free.order_by("begins_at").first() if free is not None else None,
        "qr": qr(reverse("checklist", args=[found.code])),
    }
    return render(request, "portal/checklist.html", context)


def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page of items, themes and power lists, with the day it last changed
    (sitemaps.org 0.9)."""
    items = ServiceItem.objects.filter(status=Status.PUBLISHED, by_application=True)
    pages = [
        (reverse("guide", args=[code]), day)
        for code, day in items.values_list("implementation_code", "current__from_on")
    ]
    themes = Theme.objects.filter(withdrawn_on=None)
    pages += [(reverse("theme", args=[code]), None) for code in _codes(themes)]
    with_items = Unit.objects.filter(items__status=Status.PUBLISHED).distinct()
    pages += [(reverse("power_list", args=[code]), None) for code in _codes(with_items)]
    lines = [
        f"<url><loc>{settings.PUBLIC_ADDRESS}{path}</loc>"
        + (f"<lastmod>{day}</lastmod>" if day else "")
        + "</url>"
        for path, day in pages
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'{head}<urlset xmlns="{space}">{"".join(lines)}</urlset>'
    return HttpResponse(text, "application/xml")


def _codes(rows: Any) -> list[str]:
    return list(rows.values_list("code", flat=True))


def _published(code: str) -> ServiceItem:
    items = ServiceItem.objects.select_related("unit", "current").exclude(current=None)
    return get_object_or_404(items, implementation_code=code[:31])


def _as_script(data: dict[str, Any]) -> SafeString:
    """JSON inside a page: nothing in it can end the element that holds it."""
    text = json.dumps(data, ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(text)  # noqa: S308
