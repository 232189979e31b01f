"""Pages that a kiosk's tiles lead to where no other page of ours already does it."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import EnterpriseRecord
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import open_steps
from tongban.kernel.screens import present
from tongban.kernel.units.models import Unit
from tongban.services.certificates.models import Certificate
from tongban.services.evaluation.models import Evaluation

MOST, LONGEST = 12, 40
FEWEST_LETTERS = 2
JUDGED_WITHIN = timedelta(days=90)


def progress(request: HttpRequest, code: str) -> HttpResponse:
    """How far one's own matters are at one unit."""
    unit, today = get_object_or_404(Unit, code=code[:16]), timezone.localdate()
    rows = Matter.objects.filter(applicant__in=actor(request).applicant_ids, unit=unit)
    rows = rows.filter(part_of=None).select_related("unit", "applicant").order_by("-id")[:MOST]
    shown = [(m, present.light_of(m, today), present.next_words(m)) for m in rows]
    return render(request, "kiosks/progress.html", {"unit": unit, "rows": shown})


def licences(request: HttpRequest, code: str) -> HttpResponse:
    """Licences that a unit has issued to enterprises are public (行政许可法 第四十条)."""
    unit = get_object_or_404(Unit, code=code[:16])
    words = _words(request)
    rows = Certificate.objects.filter(matter__unit=unit)
    rows = rows.select_related("type", "matter__applicant").order_by("-valid_from")
    found = rows.filter(number__icontains=words) if words else rows.none()
    context = {"unit": unit, "words": words, "rows": found[:MOST], "asked": bool(words)}
    return render(request, "kiosks/licences.html", context)


def firms(request: HttpRequest) -> HttpResponse:
    """The enterprise register (企业信息公示暂行条例 第六条), by name or credit code."""
    words = _words(request)
    rows = EnterpriseRecord.objects.none()
    if words and words.isascii():
        rows = EnterpriseRecord.objects.filter(uscc__startswith=words.upper())
    elif words:
        rows = EnterpriseRecord.objects.filter(name__contains=words)
    context = {"words": words, "rows": rows.order_by("name")[:MOST], "asked": bool(words)}
    return render(request, "kiosks/firms.html", context)


def _words(request: HttpRequest) -> str:
    words = request.GET.get("q", "").strip()[:LONGEST]
    return words if len(words) >= FEWEST_LETTERS else ""


def judging(request: HttpRequest) -> HttpResponse:
    """What one has had done lately and has not judged yet."""
    person = actor(request)
    rows = Matter.objects.filter(
        applicant__in=person.applicant_ids,
        closed_at__gte=timezone.now() - JUDGED_WITHIN,
    )
    judged = Evaluation.objects.filter(matter__in=rows).values("matter")
    fresh = rows.exclude(pk__in=judged).select_related("unit").order_by("-closed_at")[: 2 * MOST]
    found = [(m, s.name) for m in fresh for s in open_steps(person, m) if _judges(s.name)]
    return render(request, "kiosks/judging.html", {"rows": found[:MOST]})


def _judges(name: str) -> bool:
    return name in ("evaluate", "judge")
