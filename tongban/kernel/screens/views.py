"""The generic screens: list, detail, step form, opening. One set for every procedure."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..people.middleware import actor
from ..people.models import AccessLog
from ..procedures import lists
from ..procedures.declare import Step
from ..procedures.models import Matter
from ..procedures.procedure import Procedure, procedure, procedures
from ..procedures.refusals import Invalid, NotAllowed, Refusal
from ..procedures.scope import may, open_steps
from ..procedures.taking import take
from . import drawn, present
from .bulletins import bulletins
from .export import attachment, workbook
from .flowchart import draw
from .phrases import offered
from .routes import attempt_key, kept_form
from .trying import try_step


def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this person, over all kinds, the nearest deadline first."""
    person, today = actor(request), timezone.localdate()
    own = request.GET.get("who") == "me"
    waiting = lists.at_work(person, own=own)
    context = {
        "own": own,
        "bulletins": bulletins(person),
        "rows": drawn.table_rows(waiting, today),
        "kinds": [(kind, sum(lists.counts(kind, person).values())) for kind in procedures()],
    }
    return render(request, "screens/desk.html", context)


def matter_list(request: HttpRequest, kind: str) -> HttpResponse:
    declared, person, today = kind_or_404(kind), actor(request), timezone.localdate()
    filters = lists.Filters.of(request.GET.dict())
    if request.GET.get("export") == "xlsx":
        rows = lists.filtered(lists.scoped(declared, person), filters, today)
        ordered = rows.select_related("unit", "applicant").order_by("-id")
        return attachment(workbook(ordered, today), f"{kind}-{today}.xlsx")
    found = lists.listed(declared, person, filters, today)
    counted = lists.counts(declared, person)
    context = {
        "kind": declared,
        "filters": filters,
        "rows": drawn.table_rows(found.rows, today),
        "next": found.next,
        "states": drawn.links(
            (f"?state={s.name}", f"{s.title} {counted.get(s.name, 0)}", filters.state == s.name)
            for s in declared.states.values()
        ),
        "total": sum(counted.values()),
        "lights": present.NAMES.items(),
        "openings": [s for s in declared.openings() if s.admits(person, None)],
    }
    return render(request, "screens/list.html", context)


def matter_detail(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    matter = matter_or_404(request, kind, number)
    return render(request, "screens/detail.html", _detail_context(request, matter))


def matter_step(request: HttpRequest, kind: str, number: str, step: str) -> HttpResponse:
    """The form of a step beside the matter; POST takes it."""
    if request.method == "POST":
        return _take(request, kind, number, step)
    matter, person = matter_or_404(request, kind, number), actor(request)
    chosen = _by_hand(matter.procedure, step)
    form = chosen.form(kept_form(request) or None, matter=matter)
    refusal = may(person, chosen, matter)
    return _with_form(request, matter, chosen, form, refusal.reason if refusal else "")


def _take(request: HttpRequest, kind: str, number: str, step: str) -> HttpResponse:
    """Nothing is read before the step locks its matter: the usual road costs one lookup."""
    chosen, person = _by_hand(kind_or_404(kind), step), actor(request)
    key = attempt_key(request)
    expects = _whole(request.POST.get("version", ""))
    try:
        take(chosen, number[:40], person, request.POST, key=key, expects=expects)
    except Invalid as refusal:
        matter = matter_or_404(request, kind, number)
        form = refusal.form or chosen.form(request.POST, matter=matter)
        return _with_form(request, matter, chosen, form, "; ".join(_of_no_field(refusal)), 422)
    except Refusal as refusal:
        matter = matter_or_404(request, kind, number)
        form = chosen.form(request.POST, matter=matter)
        status = 403 if isinstance(refusal, NotAllowed) else 409
        return _with_form(request, matter, chosen, form, refusal.reason, status)
    following = lists.waiting(person, kind) if request.POST.get("go") == "next" else []
    onward = next((m.number for m in following if m.number != number), number)
    return HttpResponseRedirect(reverse("matter", args=[kind, onward]))


def _of_no_field(refusal: Invalid) -> list[str]:
    """What an effect found wrong has no form that shows it."""
    return [] if refusal.form else refusal.messages


def _by_hand(kind: type[Procedure], step: str) -> Step:
    chosen = kind.steps.get(step)
    if chosen is None or chosen.is_automatic or chosen.is_opening:
        raise Http404
    return chosen


def matter_open(request: HttpRequest, kind: str, step: str) -> HttpResponse:
    """The form that opens a matter of this kind."""
    found = opened(request, opening_or_404(kind, step), "screens/open.html")
    if isinstance(found, HttpResponse):
        return found
    return HttpResponseRedirect(reverse("matter", args=[kind, found.number]))


def opening_or_404(kind: str, step: str) -> Step:
    chosen = kind_or_404(kind).steps.get(step)
    if chosen is None or not chosen.is_opening or chosen.is_automatic:
        raise Http404
    return chosen


def opened(request: HttpRequest, chosen: Step, template: str) -> HttpResponse | Matter:
    """The matter that was opened; until it is, the page with the form."""
    faults: list[str] = []
    form = chosen.form(kept_form(request) or None, initial=request.GET.dict())
    reason, status = "", 200
    if request.method == "POST":
        tried = try_step(request, chosen, None, request.POST)
        if tried.event:
            return tried.event.matter
        form, faults, reason, status = tried.form, tried.faults, tried.reason, tried.status
    context = {"kind": chosen.procedure, "step": chosen, "form": form, "key": uuid4().hex}
    context |= {"reason": reason or "; ".join(faults)}
    return render(request, template, context, status=status)


@require_POST
def unmask(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """The applicant in the clear, for a reason, and the reading is logged."""
    matter = matter_or_404(request, kind, number)
    purpose = request.POST.get("purpose", "").strip()[:120]
    if not matter.applicant or not request.user.is_authenticated:
        raise Http404
    if not purpose:
        return render(request, "screens/unmask.html", {"matter": matter}, status=422)
    AccessLog.objects.create(
        reader=request.user,
        subject=matter.applicant,
        fields="name,id_number,phone",
        purpose=f"{matter.number} {purpose}"[:120],
    )
    return render(request, "screens/unmask.html", {"matter": matter, "open": True})


def kind_or_404(code: str) -> type[Procedure]:
    try:
        return procedure(code)
    except KeyError as error:
        raise Http404 from error


def matter_or_404(request: HttpRequest, kind: str, number: str) -> Matter:
    matter = lists.one(kind_or_404(kind), number, actor(request))
    if matter is None:
        raise Http404(_("没有这个办件，或您不能查看"))
    return matter


def _detail_context(request: HttpRequest, matter: Matter) -> dict[str, Any]:
    person, today = actor(request), timezone.localdate()
    events = present.EVENTS.all(matter=matter.pk)
    panel = matter.procedure.panel
    return {
        "matter": matter,
        "kind": matter.procedure,
        "light": present.light_of(matter, today),
        "steps": open_steps(person, matter),
        "step": None,
        "flow": draw(matter.procedure, matter.state, present.entered(events), whole=False),
        "history": present.history(matter, events),
        "moves": present.moves(matter),
        "panel": panel(matter, person) if panel else {},
        "version": matter.head_seq,
        "key": uuid4().hex,
        "queue": drawn.queue_rows(lists.waiting(person, matter.kind), matter, today),
    }


def _with_form(
    request: HttpRequest, matter: Matter, step: Step, form: Any, reason: str, status: int = 200
) -> HttpResponse:
    context = {"step": step, "form": form, "reason": reason}
    context["phrases"] = offered(step, matter, form)
    if request.headers.get("HX-Request"):
        context |= {"matter": matter, "kind": matter.procedure, "version": matter.head_seq}
        context |= {"key": uuid4().hex}
        return render(request, "screens/step.html", context, status=status)
    context = {**_detail_context(request, matter), **context}
    return render(request, "screens/detail.html", context, status=status)


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() and len(text) < 9 else None
