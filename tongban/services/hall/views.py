"""Pages of the hall: check-in, the clerk's counter, the board everybody looks at."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.routes import attempt_key

from . import queue
from .models import Counter, Ticket
from .procedure import Queueing


def check_in(request: HttpRequest, code: str = "") -> HttpResponse:
    """At the hall's machine: scan or type the code of a booking, get a ticket."""
    typed = (request.POST.get("code") or code).replace("\x00", "").strip().upper()[:12]
    context: dict[str, Any] = {"code": typed, "reason": "", "ticket": None}
    status = 200
    if request.method == "POST":
        try:
            matter = queue.check_in(typed, timezone.now())
            ticket = Ticket.objects.select_related("matter").get(matter=matter)
            ahead = queue.waiting(matter.unit_id, timezone.now()).exclude(pk=matter.pk).count()
            context |= {"ticket": ticket, "ahead": ahead}
        except Refusal as refusal:
            context["reason"], status = refusal.reason, 409
    return render(request, "hall/check_in.html", context, status=status)


def counter(request: HttpRequest) -> HttpResponse:
    """The clerk's counter: whom to serve now, who waits, one key each."""
    person = actor(request)
    counters = Counter.objects.filter(unit__in=person.units_as(Role.CLERK)).select_related("unit")
    chosen = counters.filter(number=request.session.get("counter") or 0).first() or counters.first()
    now = timezone.now()
    context: dict[str, Any] = {"counters": counters, "chosen": chosen, "key": uuid4().hex}
    if chosen:
        serving = Ticket.objects.filter(counter=chosen, matter__state="called")
        context |= {
            "serving": serving.select_related("matter", "about").order_by("-called_at").first(),
            "waiting": queue.waiting(chosen.unit_id, now).select_related("ticket")[:12],
            "count": queue.waiting(chosen.unit_id, now).count(),
            "message": request.session.pop("counter_message", ""),
        }
    return render(request, "hall/counter.html", context)


@require_POST
def choose_counter(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("counter", "")
    request.session["counter"] = int(number) if number.isdigit() and len(number) < 5 else None
    return HttpResponseRedirect(reverse("counter"))


@require_POST
def call_next(request: HttpRequest, number: int) -> HttpResponse:
    person = actor(request)
    counters = Counter.objects.filter(unit__in=person.units_as(Role.CLERK))
    chosen = get_object_or_404(counters, number=number)
    try:
        found = queue.call_next(chosen, person, key=attempt_key(request))
        if found is None:
            request.session["counter_message"] = _("现在没有人等候")
    except Refusal as refusal:
        request.session["counter_message"] = refusal.reason
    return HttpResponseRedirect(reverse("counter"))


@require_POST
def ticket_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Again, finish, miss: from the counter page, by one key."""
    chosen = Queueing.steps.get(step)
    matter = get_object_or_404(Matter, number=number, kind=Queueing.code)
    if chosen is not None:
        try:
            take(
                chosen,
                matter,
                actor(request),
                request.POST,
                key=attempt_key(request),
            )
        except Refusal as refusal:
            request.session["counter_message"] = refusal.reason
    return HttpResponseRedirect(reverse("counter"))


def board(request: HttpRequest) -> HttpResponse:
    template = "hall/board_rows.html" if request.headers.get("HX-Request") else "hall/board.html"
    now = timezone.now()
    rows = list(queue.on_the_board(now))
    count = Matter.objects.filter(
        kind=Queueing.code, state="waiting", opened_at__gte=queue.today_of(now)
    ).count()
    return render(request, template, {"rows": rows, "waiting": count, "now": now})
