"""Papers that wait for a seal: how many, why, how far it is; started again by one press."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from procrastinate.exceptions import AlreadyEnqueued

from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import visible

from .making import NoSeal, seal_of
from .models import SealedDocument
from .procedure import SEAL_WAITING, Sealing

SHOWN = 50


def backlog(request: HttpRequest) -> HttpResponse:
    """POST has the worker seal what may be sealed now; the page then follows it."""
    person, now = actor(request), timezone.now()
    if request.method == "POST":
        for unit in _units(person):
            start(unit)
        follow = urlencode({"since": now.isoformat()})
        return HttpResponseRedirect(f"{reverse('seal_backlog')}?{follow}")
    papers = SealedDocument.objects.filter(visible(person, SealedDocument))
    waiting = papers.filter(file=None)
    since = _since(request)
    made = papers.filter(made_at__gte=since).count() if since else 0
    left = waiting.count()
    context = {
        "left": left,
        "made": made,
        "all": made + left,
        "since": request.GET.get("since", "") if since else "",
        "groups": _groups(waiting),
    }
    part = "seals/progress.html" if request.headers.get("HX-Request") else "seals/backlog.html"
    return render(request, part, context)


def start(unit: int) -> bool:
    """Queue the sealing of what waits in a unit; once, however often it is pressed."""
    seals = Matter.objects.filter(kind=Sealing.code, state=Sealing.in_force.name, unit=unit)
    seal = seals.order_by("pk").first()
    if seal is None:
        return False
    event = Event.objects.filter(matter=seal).latest("seq")
    try:
        lock = f"{SEAL_WAITING}:{unit}"
        job = run_work.configure(lock=lock, queueing_lock=lock)
        with transaction.atomic():
            job.defer(name=SEAL_WAITING, matter_id=seal.pk, event_id=event.pk)
    except AlreadyEnqueued:
        return False
    return True


def _units(person: Actor) -> list[int]:
    waiting = SealedDocument.objects.filter(visible(person, SealedDocument), file=None)
    units = waiting.order_by().values_list("matter__unit", flat=True).distinct()
    if Role.OPERATOR in person.roles:
        return list(units)
    return [unit for unit in units if unit in person.units_as(Role.UNIT_ADMIN)]


def _groups(waiting: Any) -> list[dict[str, Any]]:
    """By unit and kind of paper, the most first, with why the first of them waits."""
    rows = waiting.order_by().values("matter__unit__short_name", "matter__unit", "kind", "title")
    found = []
    for row in rows.annotate(n=Count("pk")).order_by("-n")[:SHOWN]:
        first = waiting.filter(matter__unit=row["matter__unit"], kind=row["kind"]).order_by("pk")
        paper = first.select_related("matter__unit", "event").first()
        found.append({**row, "oldest": paper, "why": why(paper) if paper else ""})
    return found


def why(paper: SealedDocument) -> str:
    """Why it cannot be sealed now; empty when it can."""
    step = paper.matter.procedure.steps[paper.event.step]
    assert step.document is not None
    try:
        seal_of(paper.matter.unit, paper, step.document, paper.event.actor)
    except NoSeal as reason:
        return str(reason)
    return ""


def _since(request: HttpRequest) -> datetime | None:
    try:
        found = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None
