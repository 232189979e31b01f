"""The hall's pages: check-in, the clerk's counter, the board."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow, Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.routes import attempt_key
from tongban.services.booking.models import Booking, Group

from . import duty, lines, queue
from .models import Counter, Ticket
from .procedure import Queueing

IN_LINE, ASIDE = 12, 8


def check_in(request: HttpRequest, code: str = "") -> HttpResponse:
    """At the hall's machine: scan or type the code of a booking, get a ticket."""
    typed = (request.POST.get("code") or code).replace("\x00", "").strip().upper()[:12]
    context: dict[str, Any] = {"code": typed, "reason": "", "ticket": None}
    status = 200
    if request.method == "POST":
        try:
            matter = queue.check_in(typed, timezone.now())
            context["ticket"] = ticket = Ticket.objects.select_related("matter").get(matter=matter)
            context["ahead"] = _ahead(ticket)
        except Refusal as refusal:
            context["reason"], status = refusal.reason, 409
    return render(request, "hall/check_in.html", context, status=status)


def my_ticket(request: HttpRequest, code: str) -> HttpResponse:
    """On the phone: how many stand before one, by the secret code on the ticket."""
    rows = Ticket.objects.select_related("matter", "group", "counter")
    ticket = get_object_or_404(rows, matter__query_code=code.upper()[:12])
    live = bool(request.headers.get("HX-Request"))
    context: dict[str, Any] = {"ticket": ticket, "ahead": _ahead(ticket), "now": timezone.now()}
    context["order"] = lines.explained(ticket.matter)
    return render(request, "hall/ahead.html" if live else "hall/my_ticket.html", context)


def _ahead(ticket: Ticket) -> int:
    if not ticket.waits:
        return 0
    return lines.ahead(ticket.group_id, ticket.priority, ticket.queued_at, timezone.now())


def counters_of(person: Actor) -> Any:
    rows = Counter.objects.filter(unit__in=person.units_as(Role.CLERK))
    return rows.select_related("unit").prefetch_related("groups")


def counter(request: HttpRequest) -> HttpResponse:
    """The clerk's counter: whom to serve now, who waits, one key each."""
    person, now = actor(request), timezone.now()
    counters = counters_of(person)
    shift = duty.shift_of(person)
    number = shift.counter.number if shift else request.session.get("counter") or 0
    chosen = counters.filter(number=number).first() or counters.first()
    context: dict[str, Any] = {"counters": counters, "chosen": chosen, "key": uuid4().hex}
    context["message"] = request.session.pop("counter_message", "")
    if chosen:
        context |= _at(chosen, now) | {"shift": shift, "day": duty.summary(chosen, person, now)}
    return render(request, "hall/counter.html", context)


def _at(chosen: Counter, now: Any) -> dict[str, Any]:
    groups = list(chosen.groups.all())
    mine = Ticket.objects.filter(counter=chosen, called_at__gte=lines.start_of_day(now))
    mine = mine.select_related("matter__applicant", "about", "item", "group")
    serving = mine.filter(matter__state__in=queue.AT_HAND).order_by("-called_at").first()
    line = queue.waiting(groups, now)
    return {
        "serving": serving,
        "order": lines.explained(serving.matter) if serving else [],
        "theirs": _theirs(serving),
        "aside": mine.filter(matter__state__in=("held", "absent")).order_by("-called_at")[:ASIDE],
        "waiting": line.select_related("matter", "group")[:IN_LINE],
        "count": line.count(),
        "others": Group.objects.exclude(pk__in=[g.pk for g in groups]),
    }


def _theirs(ticket: Ticket | None) -> dict[str, Any]:
    """What else the person who stands at the counter has with us: bookings and open cases."""
    applicant = ticket.matter.applicant_id if ticket else None
    if not applicant:
        return {}
    open_cases = Matter.objects.filter(applicant=applicant, kind="case", closed_at=None)
    bookings = Booking.objects.filter(applicant=applicant, live=True).select_related(
        "matter", "slot"
    )
    return {"cases": open_cases.order_by("-id")[:5], "bookings": bookings[:5]}


@require_POST
def choose_counter(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("counter", "")
    request.session["counter"] = int(number) if number.isdigit() and len(number) < 5 else None
    return HttpResponseRedirect(reverse("counter"))


@require_POST
def sit(request: HttpRequest, number: int) -> HttpResponse:
    """Open the counter, or leave it for a stated reason."""
    chosen = get_object_or_404(counters_of(actor(request)), number=number)
    try:
        if request.POST.get("act") == "open":
            duty.open_counter(chosen, actor(request), timezone.now())
        else:
            duty.leave_counter(chosen, request.POST.get("why", ""), timezone.now())
    except Refusal as refusal:
        request.session["counter_message"] = refusal.reason
    return HttpResponseRedirect(reverse("counter"))


@require_POST
def call_next(request: HttpRequest, number: int) -> HttpResponse:
    person = actor(request)
    chosen = get_object_or_404(counters_of(person), number=number)
    try:
        duty.must_sit(chosen, person)
        found = queue.call_next(chosen, person, key=attempt_key(request))
        if found is None:
            request.session["counter_message"] = _("现在没有人等候")
    except Refusal as refusal:
        request.session["counter_message"] = refusal.reason
    return HttpResponseRedirect(reverse("counter"))


@require_POST
def by_hand(request: HttpRequest, number: int) -> HttpResponse:
    """Numbers that were called aloud while the server was away, entered afterwards."""
    person = actor(request)
    chosen = get_object_or_404(counters_of(person), number=number)
    clerk, now, unknown = queue.on_duty(person, chosen), timezone.now(), []
    for label in request.POST.get("labels", "").upper().replace(",", " ").split()[:60]:
        line = lines.today(now).filter(label=label, group__in=chosen.groups.all())
        ticket = line.select_related("matter").first()
        try:
            if ticket is None:
                raise NotNow(_("没有这个号"))
            data, key = {"counter": number}, f"by-hand:{ticket.matter.number}"
            take(Queueing.by_hand, ticket.matter.number, clerk, data, key=key)
        except Refusal as refusal:
            unknown.append(f"{label}：{refusal.reason}")
    request.session["counter_message"] = ";".join(unknown)
    return HttpResponseRedirect(reverse("counter"))


@require_POST
def ticket_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Again, begin, finish, aside, on: from the counter page, by one key."""
    chosen = Queueing.steps.get(step)
    matter = get_object_or_404(Matter, number=number, kind=Queueing.code)
    person = actor(request)
    shift = duty.shift_of(person)
    if shift:
        person = queue.on_duty(person, shift.counter)
    if chosen is not None:
        try:
            take(chosen, matter, person, request.POST, key=attempt_key(request))
        except Refusal as refusal:
            request.session["counter_message"] = refusal.reason
    return HttpResponseRedirect(reverse("counter"))


def board(request: HttpRequest) -> HttpResponse:
    template = "hall/board_rows.html" if request.headers.get("HX-Request") else "hall/board.html"
    return render(request, template, queue.on_the_board(timezone.now()))
