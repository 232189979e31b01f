"""One thing for people: one guide, one question flow, one list of materials, one road."""

from html import escape
from typing import Any

from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString, mark_safe

from tongban.services.cases.forms import ApplicationForm
from tongban.services.catalogue import bpmn, joint
from tongban.services.catalogue.models import ImplementationList, Status, Theme, ThemeItem
from tongban.services.catalogue.situations import Needs

BOX_W, BOX_H, GAP_X, GAP_Y = 176, 56, 34, 16
LINE = 11  # characters in a line of a box


def themes(request: HttpRequest) -> HttpResponse:
    rows = Theme.objects.annotate(count=Count("parts"))
    return render(request, "portal/themes.html", {"themes": rows})


def theme(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one thing; six statements whatever the number of parts."""
    found = get_object_or_404(Theme, code=code[:16])
    parts = _parts(found)
    placed = joint.place(_of_joint(parts))
    needs = [Needs(part.item.current) for part in parts if part.item.current]
    questions = _questions(needs)
    answers = {
        text: given
        for number, (text, options) in enumerate(questions.items(), start=1)
        if (given := request.GET.get(f"q{number}", "")) in options
    }
    materials, total = joint.handed_in_once([need.under(answers) for need in needs])
    fields = len(ApplicationForm.base_fields)
    context: dict[str, Any] = {
        "theme": found,
        "parts": parts,
        "questions": [
            (text, [(option, answers.get(text) == option) for option in options])
            for text, options in questions.items()
        ],
        "materials": materials,
        "saved": total - len(materials),
        "flow": draw(found.name, placed),
        "limit": joint.limit(placed),
        "sum": sum(one.part.days for one in placed),
        "bound": joint.BOUND_DAYS,
        "longer": joint.LONGER_DAYS,
        "asked": fields,
        "needed": fields * len(parts),
        "barred": [reason for need in needs for reason in need.barred(answers)],
    }
    return render(request, "portal/theme.html", context)


def exported(request: HttpRequest, code: str) -> HttpResponse:
    """The order of a theme as BPMN 2.0."""
    found = get_object_or_404(Theme, code=code[:16])
    content = bpmn.export(found.code, found.name, joint.place(_of_joint(_parts(found))))
    name = f"attachment; filename={found.code}.bpmn"
    return HttpResponse(content, "application/xml", headers={"Content-Disposition": name})


def _parts(found: Theme) -> list[ThemeItem]:
    version = ImplementationList.objects.prefetch_related("materials", "situations")
    rows = found.parts.filter(item__status=Status.PUBLISHED).select_related("item__unit")
    return list(rows.prefetch_related(Prefetch("item__current", version)))


def _of_joint(parts: list[ThemeItem]) -> list[joint.Part]:
    waits = joint.waits((part.item.implementation_code, part.order) for part in parts)
    return [
        joint.Part(
            code=part.item.implementation_code,
            name=part.item.name,
            days=part.item.promised_days or 0,
            after=waits[part.item.implementation_code],
        )
        for part in parts
    ]


def _questions(needs: list[Needs]) -> dict[str, tuple[str, ...]]:
    """Every question once, however many parts ask it; options in the order first met."""
    found: dict[str, tuple[str, ...]] = {}
    for need in needs:
        for question in need.questions:
            known = found.get(question.text, ())
            found[question.text] = tuple(dict.fromkeys((*known, *question.options)))
    return found


def draw(title: str, placed: list[joint.Placed]) -> SafeString:
    """SVG: time runs left to right, what runs beside each other stands below each other; the
    critical path is drawn bold."""
    spots = {
        one.part.code: (2 + one.column * (BOX_W + GAP_X), 2 + one.row * (BOX_H + GAP_Y))
        for one in placed
    }
    width = max((x for x, _ in spots.values()), default=0) + BOX_W + 2
    height = max((y for _, y in spots.values()), default=0) + BOX_H + 2
    lines = [
        _line(spots[code], spots[one.part.code])
        for one in placed
        for code in one.part.after
        if code in spots
    ]
    boxes = [_box(one, *spots[one.part.code]) for one in placed]
    return mark_safe(  # noqa: S308 - names are escaped in _box
        f'<svg class="flow joint" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(lines)}{''.join(boxes)}</svg>"
    )


def _line(source: tuple[int, int], target: tuple[int, int]) -> str:
    ax, ay = source[0] + BOX_W, source[1] + BOX_H // 2
    bx, by = target[0], target[1] + BOX_H // 2
    middle = bx - GAP_X // 2
    return f'<path class="flow-ahead" d="M{ax} {ay}H{middle}V{by}H{bx}"/>'


def _box(one: joint.Placed, x: int, y: int) -> str:
    look = "flow-now" if one.critical else "flow-passed"
    name = one.part.name
    text = [name[:LINE], name[LINE : 2 * LINE - 1] + ("…" if len(name) > 2 * LINE - 1 else "")]
    words = "".join(
        f'<tspan x="{x + BOX_W // 2}" dy="{0 if n == 0 else 18}">{escape(part)}</tspan>'
        for n, part in enumerate(text)
        if part
    )
    top = y + (24 if text[1] else 33)
    return (
        f'<g class="{look}"><title>{escape(name)}</title><rect x="{x}" y="{y}" width="{BOX_W}" '
        f'height="{BOX_H}" rx="6"/><text x="{x + BOX_W // 2}" y="{top}">{words}</text></g>'
    )
