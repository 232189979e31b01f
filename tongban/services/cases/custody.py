"""Who holds what was handed in on paper: one scan of its label hands it on."""

import re
from uuid import uuid4

import barcode
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures import lists
from tongban.kernel.screens.trying import try_step

from .models import Case
from .procedure import Handling

PAGE = 50
QUIET, TALL = 10, 40  # modules of white on either side (GB/T 18347), and height
BARS = re.compile("1+")


def papers(request: HttpRequest) -> HttpResponse:
    """What I hold, how much others of the unit do; POST takes over what was scanned."""
    person = actor(request)
    told, fault, status = "", "", 200
    if request.method == "POST":
        number = request.POST.get("number", "").strip().upper()[:40]
        place = request.POST.get("place", "").strip()
        tried = try_step(request, Handling.hold_paper, number, {"place": place})
        if tried.event:
            return HttpResponseRedirect(f"{reverse('papers')}?got={number}&place={place}")
        fault, status = tried.reason or "; ".join(tried.faults), tried.status
        fault = fault or str(tried.form.errors.as_text())
        told = number
    units = {post.unit_id for post in person.posts}
    held = Case.objects.filter(paper_with__isnull=False, matter__unit__in=units)
    mine = held.filter(paper_with=person.account_id).select_related("matter__applicant")
    context = {
        "mine": mine.order_by("-paper_at")[:PAGE],
        "count": mine.count(),
        "holders": held.values("paper_with__name").annotate(n=Count("pk")).order_by("-n"),
        "got": request.GET.get("got", "")[:40],
        "place": request.GET.get("place", "")[:40],
        "number": told,
        "fault": fault,
        "key": uuid4().hex,
    }
    return render(request, "cases/papers.html", context, status=status)


def label(request: HttpRequest, number: str) -> HttpResponse:
    """A label to print: number, item, and the number as Code 128 (GB/T 18347)."""
    matter = lists.one(Handling, number[:40], actor(request))
    if matter is None:
        raise Http404
    context = {"matter": matter, "code": code_128(matter.number, _("办件编号条码"))}
    return render(request, "cases/label.html", context)


def code_128(text: str, title: str) -> str:
    """An inline SVG, one unit a module; the library's own has styles that our policy refuses."""
    modules = barcode.get("code128", text).build()[0]
    bars = "".join(
        f"M{run.start() + QUIET} 0h{len(run[0])}v{TALL}h-{len(run[0])}z"
        for run in BARS.finditer(modules)
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges">'
        '<path d="{}"/></svg>',
        len(modules) + 2 * QUIET,
        TALL,
        title,
        bars,
    )
