"""One thing for people: one guide, one question flow, one list of materials, one road."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from tongban.services.cases.filling import answers_of, asked
from tongban.services.catalogue import bpmn, joint
from tongban.services.catalogue.form_fields import rows_for
from tongban.services.catalogue.models import Theme, ThemeItem
from tongban.services.themes import drawing, plan
from tongban.services.together.subject import OneTheme, parts_of


def themes(request: HttpRequest) -> HttpResponse:
    rows = Theme.objects.filter(withdrawn_on=None).annotate(count=Count("parts"))
    return render(request, "portal/themes.html", {"themes": rows})


def theme(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one thing; six statements whatever the number of parts."""
    found = get_object_or_404(Theme, code=code[:16], withdrawn_on=None)
    subject = OneTheme(found)
    parts, needs = subject.parts, subject.needs
    placed = _placed(parts)
    given = answers_of(subject.questions, request.GET)
    answers = {q.text: a for q in subject.questions if (a := given.get(q.text)) in q.options}
    materials, total = joint.handed_in_once([need.under(answers) for need in needs])
    fields = [rows_for(need.version.form_fields, answers) for need in needs]
    context: dict[str, Any] = {
        "theme": found,
        "parts": parts,
        "questions": asked(subject.questions, answers),
        "materials": materials,
        "saved": total - len(materials),
        "flow": drawing.draw(found.name, placed),
        "limit": joint.limit(placed),
        "sum": sum(one.part.days for one in placed),
        "bound": joint.BOUND_DAYS,
        "longer": joint.LONGER_DAYS,
        "asked": len({key for of in fields for key, _required in of}),
        "needed": sum(map(len, fields)),
        "barred": subject.barred(answers),
    }
    return render(request, "portal/theme.html", context)


def exported(request: HttpRequest, code: str) -> HttpResponse:
    """The order of a theme as BPMN 2.0."""
    found = get_object_or_404(Theme, code=code[:16], withdrawn_on=None)
    content = bpmn.export(found.code, found.name, _placed(parts_of(found)))
    name = f"attachment; filename={found.code}.bpmn"
    return HttpResponse(content, "application/xml", headers={"Content-Disposition": name})


def _placed(parts: list[ThemeItem]) -> list[joint.Placed]:
    return joint.place(plan.part(row.item, row.after) for row in parts)
