"""The split page of a case: what was handed in on the left; facts, checks and steps on the right.

Beside them an earlier case of the same applicant, fact by fact.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures import lists
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import may, open_steps, visible
from tongban.kernel.screens import present
from tongban.kernel.screens.trying import try_step

from .models import Case
from .panel import facts_of, handed_in
from .procedure import Handling

MOST_EARLIER = 10


@dataclass(frozen=True)
class Line:
    """A fact of this case and of the earlier one."""

    label: str
    now: str
    then: str

    @property
    def differs(self) -> bool:
        return self.now != self.then


def review_case(request: HttpRequest, number: str) -> HttpResponse:
    """POST takes the step that records what is wrong with which material."""
    person, today = actor(request), timezone.localdate()
    matter = lists.one(Handling, number[:40], person)
    if matter is None:
        raise Http404
    materials = list(handed_in(matter.detail))
    reason, status, refusal = "", 200, may(person, Handling.check_materials, matter)
    if request.method == "POST":
        tried = try_step(request, Handling.check_materials, matter, _data(request, materials))
        if tried.event:
            page = f"?material={_shown(request, materials)}"
            return HttpResponseRedirect(reverse("review_case", args=[number]) + page)
        reason = tried.reason or "; ".join(tried.faults) or str(tried.form.errors.as_text())
        status = tried.status
    shown = _shown(request, materials)
    steps = [s for s in open_steps(person, matter) if s != Handling.check_materials]
    context = {
        "matter": matter,
        "light": present.light_of(matter, today),
        "materials": [(row, matter.detail.checked.get(row.name)) for row in materials],
        "shown": next((row for row in materials if row.pk == shown), None),
        "facts": facts_of(matter.detail),
        "steps": steps,
        "may_check": refusal is None,
        "reason": reason,
        "key": uuid4().hex,
        **_earlier(request, matter, person),
        "following": next(
            (m for m in lists.waiting(person, matter.kind) if m.pk != matter.pk), None
        ),
    }
    return render(request, "cases/review.html", context, status=status)


def _data(request: HttpRequest, materials: list[Any]) -> dict[str, str]:
    """A tick says that it is right; otherwise the words say what is not."""
    checks = {}
    for row in materials:
        words = request.POST.get(f"wrong-{row.pk}", "").strip()
        if words or request.POST.get(f"right-{row.pk}"):
            checks[row.name] = words
    return {"checks": json.dumps(checks)}


def _shown(request: HttpRequest, materials: list[Any]) -> int:
    wanted = request.GET.get("material", "")
    with_file = [row.pk for row in materials if row.file_name]
    if wanted.isdecimal() and int(wanted[:18]) in with_file:
        return int(wanted[:18])
    return with_file[0] if with_file else 0


def _earlier(request: HttpRequest, matter: Matter, person: Actor) -> dict[str, Any]:
    """Earlier cases of the applicant that the actor may see, of the same item first."""
    if matter.applicant_id is None:
        return {}
    rows = Case.objects.filter(visible(person, Case), matter__applicant=matter.applicant_id)
    rows = rows.exclude(pk=matter.pk).select_related("matter__unit", "version", "town")
    item = matter.detail.item_id
    found = sorted(rows.order_by("-pk")[:MOST_EARLIER], key=lambda c: (c.item_id != item, -c.pk))
    wanted = request.GET.get("with", "")
    chosen = next((case for case in found if case.matter.number == wanted), None)
    return {
        "earlier": [case.matter for case in found],
        "other": chosen and chosen.matter,
        "lines": compared(matter.detail, chosen) if chosen else [],
    }


def compared(case: Case, other: Case) -> list[Line]:
    """Every fact that either has, in the order of the form."""
    now, then = dict(facts_of(case)), dict(facts_of(other))
    return [Line(name, now.get(name, ""), then.get(name, "")) for name in {**now, **then}]
