"""The wall of lights: each unit in a row, live; what is due, what is late, what was found."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tongban.kernel.clock import Light
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.lists import light_is
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import SEES_ALL, visible
from tongban.kernel.units.models import Unit
from tongban.services.cases.procedure import Handling

from .models import Finding, Reminder
from .rules import RULES

SHOWN = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
MOST_REMINDERS = 20


def wall(request: HttpRequest) -> HttpResponse:
    """Five statements, whatever the number of units and cases."""
    person = actor(request)
    mine = Reminder.objects.filter(visible(person, Reminder), matter__closed_at=None)
    context = {
        "units": rows(person),
        "reminders": mine.select_related("matter__unit", "to")[:MOST_REMINDERS],
        "rules": _by_rule(person),
    }
    inside = request.headers.get("HX-Request")
    part = "supervision/lights.html" if inside else "supervision/wall.html"
    return render(request, part, context)


def rows(person: Actor) -> list[dict[str, Any]]:
    """Units with their open cases by light and their open findings, trouble first."""
    today = timezone.localdate()
    cases = Matter.objects.filter(visible(person, Matter), kind=Handling.code, closed_at=None)
    lights = {light.value: Count("pk", filter=light_is(light.value, today)) for light in SHOWN}
    per_unit = cases.order_by().values("unit").annotate(**lights, all=Count("pk"))
    counted = {row["unit"]: row for row in per_unit}
    open_findings = Finding.objects.filter(visible(person, Finding), matter__closed_at=None)
    found = dict(open_findings.values_list("matter__unit").annotate(n=Count("pk")))
    units = Unit.objects.filter(Q(pk__in=counted) | Q(pk__in=found) | Q(kind="department"))
    seen = units if person.roles & SEES_ALL else units.filter(pk__in=_own(person))
    nothing: dict[str, Any] = {light.value: 0 for light in SHOWN} | {"all": 0}
    shown = [
        {**nothing, **counted.get(unit.pk, {}), "unit": unit, "findings": found.get(unit.pk, 0)}
        for unit in seen
    ]
    return sorted(shown, key=lambda row: (-row["red"], -row["yellow"], -row["findings"]))


def _own(person: Actor) -> set[int]:
    return {post.unit_id for post in person.posts}


def _by_rule(person: Actor) -> list[tuple[Any, str, int, int, float | None]]:
    """(rule, law, found, overturned, share overturned) of each rule."""
    rows = Finding.objects.filter(visible(person, Finding)).values_list("rule")
    over = Count("pk", filter=Q(matter__state="overturned"))
    closed = Count("pk", filter=Q(matter__closed_at__isnull=False))
    counted = {
        key: more for key, *more in rows.annotate(total=Count("pk"), over=over, ended=closed)
    }
    found = []
    for rule in RULES.values():
        total, overturned, ended = counted.get(rule.key, (0, 0, 0))
        share = 100 * overturned / ended if ended else None
        found.append((rule.title, rule.law, total, overturned, share))
    return found
