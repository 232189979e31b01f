"""The front door: search, guides, themes."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.models import Matter
from tongban.kernel.screens import present
from tongban.kernel.units.models import Unit
from tongban.services.catalogue import failed, searching, words
from tongban.services.catalogue.elements import Audience, LifeEvent, OnlineDepth
from tongban.services.catalogue.models import ServiceItem, Status, Theme

FACETS = ("near", "unit", "audience", "life_event", "online_depth")
MOST_RESULTS = 30
OFTEN_ASKED = ("开小饭店", "孩子上户口", "身份证掉了", "社保卡")


def home(request: HttpRequest) -> HttpResponse:
    person, latest = actor(request), None
    if person.applicant_ids:
        mine = Matter.objects.filter(applicant__in=person.applicant_ids, kind="case")
        latest = mine.select_related("unit").order_by("-id").first()
    themes = Theme.objects.filter(withdrawn_on=None).annotate(count=Count("parts"))
    context = {
        "latest": latest,
        "light": present.light_of(latest, timezone.localdate()) if latest else None,
        "words": present.next_words(latest) if latest else "",
        "themes": themes[:8],
        "often": OFTEN_ASKED,
        "items": ServiceItem.objects.filter(status=Status.PUBLISHED).count(),
        "theme_count": Theme.objects.filter(withdrawn_on=None).count(),
    }
    return render(request, "portal/home.html", context)


def results(request: HttpRequest) -> HttpResponse:
    """What was found, with facets that narrow it; works without scripts."""
    typed = request.GET.get("q", "").strip()[: words.LONGEST]
    chosen = {name: request.GET.get(name, "")[:16] for name in FACETS}
    hits = searching.search(typed, searching.Facets(**chosen), MOST_RESULTS)
    if typed and not hits and not any(chosen.values()):
        failed.remember(typed, timezone.now())
    context = {
        "words": typed,
        "hits": hits,
        "facets": [
            (name, title, chosen[name], options) for name, (title, options) in _facets(hits).items()
        ],
    }
    return render(request, "portal/results.html", context)


def _facets(hits: list[searching.Hit]) -> dict[str, tuple[Any, list[tuple[str, Any]]]]:
    """Title and options of each facet; units only of what was found."""
    units = {hit.document.unit_code: hit.document.unit for hit in hits if hit.document.unit_code}
    towns = Unit.objects.filter(kind=Unit.Kind.TOWN).values_list("code", "short_name")
    return {
        "near": (_("就近办理"), list(towns)),
        "unit": (_("单位"), sorted(units.items())),
        "audience": (_("面向"), Audience.choices[:2]),
        "life_event": (_("主题"), LifeEvent.choices[1:]),
        "online_depth": (_("网办深度"), OnlineDepth.choices[1:]),
    }
