"""Pages of the register for staff: the list, one item with its versions, two compared."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from tongban.kernel.clock.calendar import day_of
from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.scope import visible
from tongban.kernel.screens.export import MOST_ROWS, attachment
from tongban.kernel.units.models import Unit

from . import accuracy, documents, measured, versions, whatif
from .compare import Difference, differences, label, shown
from .elements import Commitment, ItemKind, OnlineDepth
from .exports import EXPORTS
from .listing import Filters
from .models import Change, Defect, ImplementationList, ServiceItem, Status

MOST_DEFECTS = 200
GROUPS = (
    ("name", "kind", "by_application", "nature", "audience", "life_event", "legal_basis"),
    ("statutory_days", "promised_days", "day_unit", "commitment", "special_procedures", "steps"),
    ("visits", "online_depth", "bookable", "in_hall", "place", "district_wide", "cross_city",
     "cross_province", "on_kiosk"),
    ("conditions", "fee_yuan", "fee_basis", "result", "result_kind", "delivery",
     "intermediaries", "telephone", "complaint_telephone", "form_fields"),
)  # fmt: skip


def items(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET.dict())
    form = request.GET.get("export", "")
    if form in EXPORTS:
        name = f"items-{timezone.localdate()}.{form}"
        return attachment(EXPORTS[form](filters.rows()[:MOST_ROWS]), name)
    rows, following = filters.page()
    query = {name: value for name, value in vars(filters).items() if value and name != "after"}
    context = {
        "filters": filters,
        "rows": rows,
        "next": following,
        "total": filters.rows().count(),
        "query": urlencode(query),
        "units": Unit.objects.filter(items__isnull=False).distinct(),
        "choices": (
            ("kind", ItemKind.choices, filters.kind),
            ("status", Status.choices, filters.status),
            ("commitment", Commitment.choices, filters.commitment),
            ("depth", OnlineDepth.choices[1:], filters.depth),
        ),
    }
    return render(request, "catalogue/items.html", context)


def item(request: HttpRequest, code: str) -> HttpResponse:
    """All elements in force, the materials, the versions, and what was promised beside what
    was measured."""
    found = _item(code)
    if found.current is None:
        raise Http404
    changes = Change.objects.filter(lines__item=found, matter__closed_at=None)
    context = {
        "item": found,
        "groups": [[(label(n), shown(n, getattr(found, n))) for n in names] for names in GROUPS],
        "materials": found.current.materials.all(),
        "situations": found.current.situations.select_related("adds"),
        "versions": found.versions.exclude(number=None).order_by("-number"),
        "open": changes.select_related("matter").first(),
        "measured": measured.of(found),
    }
    return render(request, "catalogue/item.html", context)


def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Any two versions, by number (a, b) or by the days on which they were in force."""
    found = _item(code)
    first, second = (
        _chosen(found, request.GET.get("a", "")),
        _chosen(found, request.GET.get("b", "")),
    )
    lines: list[Difference] = []
    if first and second:
        both = documents.documents([first, second])
        lines = differences(both[first.pk], both[second.pk])
    context = {"item": found, "first": first, "second": second, "lines": lines}
    return render(request, "catalogue/compare.html", context)


def effect(request: HttpRequest, number: str) -> HttpResponse:
    """What a change would do to every published figure and every open case."""
    change = seen_change(request, number)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "change": change,
        "effects": whatif.effects(change, today),
        "touched": whatif.touched(change, today),
    }
    return render(request, "catalogue/effect.html", context)


def seen_change(request: HttpRequest, number: str) -> Change:
    """A change that this person may see, or 404."""
    changes = Change.objects.select_related("matter").filter(visible(actor(request), Change))
    return get_object_or_404(changes, matter__number=number[:40])


def defects(request: HttpRequest) -> HttpResponse:
    """What the nightly look found, by unit; one's own unit first."""
    rows = Defect.objects.select_related("version__item__unit").order_by("unit", "kind", "pk")
    kind, unit = request.GET.get("kind", ""), request.GET.get("unit", "")
    if kind in accuracy.KINDS:
        rows = rows.filter(kind=kind)
    if unit:
        rows = rows.filter(unit__code=unit[:16])
    counted = dict(Defect.objects.values_list("kind").annotate(Count("pk")).order_by())
    context = {
        "rows": [(row, accuracy.KINDS[row.kind], _what(row)) for row in rows[:MOST_DEFECTS]],
        "kinds": [(key, words, counted.get(key, 0)) for key, words in accuracy.KINDS.items()],
        "units": Unit.objects.filter(items__isnull=False).distinct(),
        "kind": kind,
        "unit": unit,
        "total": rows.count(),
    }
    return render(request, "catalogue/defects.html", context)


def _what(row: Defect) -> str:
    return label(row.what) if row.kind == "missing" else row.what


def _item(code: str) -> ServiceItem:
    rows = ServiceItem.objects.select_related("unit", "current")
    return get_object_or_404(rows, implementation_code=code[:31])


def _chosen(found: ServiceItem, text: str) -> ImplementationList | None:
    """A version by its number, or the one in force on a day."""
    if text.isdigit() and len(text) < 5:
        return found.versions.filter(number=int(text)).first()
    day = day_of(text)
    return versions.one_on(found, day) if day else None
