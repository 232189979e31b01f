"""The front door: search, guides, themes."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.models import Matter
from tongban.kernel.screens import present
from tongban.services.cases.applying import answers_of, asked
from tongban.services.catalogue.models import ServiceItem, Theme
from tongban.services.catalogue.search import LONGEST_QUERY, search
from tongban.services.catalogue.situations import Needs

OFTEN_ASKED = ("开小饭店", "孩子上户口", "身份证掉了", "社保卡")


def home(request: HttpRequest) -> HttpResponse:
    person, latest = actor(request), None
    if person.applicant_ids:
        mine = Matter.objects.filter(applicant__in=person.applicant_ids, kind="case")
        latest = mine.select_related("unit").order_by("-id").first()
    themes = Theme.objects.annotate(count=Count("parts"))
    context = {
        "latest": latest,
        "light": present.light_of(latest, timezone.localdate()) if latest else None,
        "words": present.next_words(latest) if latest else "",
        "themes": themes[:8],
        "often": OFTEN_ASKED,
        "items": ServiceItem.objects.filter(by_application=True).count(),
        "theme_count": Theme.objects.count(),
    }
    return render(request, "portal/home.html", context)


def results(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    return render(request, "portal/results.html", {"words": words, "items": search(words)})


def guide(request: HttpRequest, code: str) -> HttpResponse:
    items = ServiceItem.objects.select_related("unit")
    item = get_object_or_404(items, implementation_code=code[:31])
    needs = Needs(item)
    answers = answers_of(needs, request.GET)
    context = {
        "item": item,
        "questions": asked(needs, answers),
        "materials": needs.under(answers),
        "query": request.GET.urlencode(),
    }
    part = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "materials"
    template = "portal/materials.html" if part else "portal/guide.html"
    return render(request, template, context)


def themes(request: HttpRequest) -> HttpResponse:
    rows = Theme.objects.annotate(count=Count("parts"))
    return render(request, "portal/themes.html", {"themes": rows})


def theme(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Theme, code=code[:16])
    parts = found.parts.select_related("item__unit")
    return render(request, "portal/theme.html", {"theme": found, "parts": parts})
