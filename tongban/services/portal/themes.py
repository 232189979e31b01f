"""One thing for people: one guide, one question flow, one list of materials, one road."""

from typing import Any

from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from tongban.services.catalogue import bpmn, joint
from tongban.services.catalogue.form_fields import rows_for
from tongban.services.catalogue.models import ImplementationList, Status, Theme, ThemeItem
from tongban.services.catalogue.situations import Needs
from tongban.services.themes import drawing, plan


def themes(request: HttpRequest) -> HttpResponse:
    rows = Theme.objects.filter(withdrawn_on=None).annotate(count=Count("parts"))
    return render(request, "portal/themes.html", {"themes": rows})


def theme(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one thing; six statements whatever the number of parts."""
    found = get_object_or_404(Theme, code=code[:16], withdrawn_on=None)
    parts = _parts(found)
    placed = _placed(parts)
    needs = [Needs(part.item.current) for part in parts if part.item.current]
    questions = _questions(needs)
    answers = {
        text: given
        for number, (text, options) in enumerate(questions.items(), start=1)
        if (given := request.GET.get(f"q{number}", "")) in options
    }
    materials, total = joint.handed_in_once([need.under(answers) for need in needs])
    fields = [rows_for(need.version.form_fields, answers) for need in needs]
    context: dict[str, Any] = {
        "theme": found,
        "parts": parts,
        "questions": [
            (text, [(option, answers.get(text) == option) for option in options])
            for text, options in questions.items()
        ],
        "materials": materials,
        "saved": total - len(materials),
        "flow": drawing.draw(found.name, placed),
        "limit": joint.limit(placed),
        "sum": sum(one.part.days for one in placed),
        "bound": joint.BOUND_DAYS,
        "longer": joint.LONGER_DAYS,
        "asked": len({key for of in fields for key, _required in of}),
        "needed": sum(map(len, fields)),
        "barred": [reason for need in needs for reason in need.barred(answers)],
    }
    return render(request, "portal/theme.html", context)


def exported(request: HttpRequest, code: str) -> HttpResponse:
    """The order of a theme as BPMN 2.0."""
    found = get_object_or_404(Theme, code=code[:16], withdrawn_on=None)
    content = bpmn.export(found.code, found.name, _placed(_parts(found)))
    name = f"attachment; filename={found.code}.bpmn"
    return HttpResponse(content, "application/xml", headers={"Content-Disposition": name})


def _parts(found: Theme) -> list[ThemeItem]:
    version = ImplementationList.objects.prefetch_related("materials", "situations")
    rows = found.parts.filter(item__status=Status.PUBLISHED).select_related("item__unit")
    return list(rows.prefetch_related(Prefetch("item__current", version)))


def _placed(parts: list[ThemeItem]) -> list[joint.Placed]:
    return joint.place(plan.part(row.item, row.after) for row in parts)


def _questions(needs: list[Needs]) -> dict[str, tuple[str, ...]]:
    """Every question once, however many parts ask it; options in the order first met."""
    found: dict[str, tuple[str, ...]] = {}
    for need in needs:
        for question in need.questions:
            known = found.get(question.text, ())
            found[question.text] = tuple(dict.fromkeys((*known, *question.options)))
    return found
