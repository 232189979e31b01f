"""Choosing a slot for a matter, on a phone, without script."""

from itertools import groupby
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.mine import mine_or_404, qr
from tongban.kernel.screens.routes import attempt_key

from .procedure import Visit
from .slots import free_slots


def book(request: HttpRequest, number: str) -> HttpResponse:
    about, reason = mine_or_404(request, number), ""
    if request.method == "POST":
        data = {"slot": request.POST.get("slot", ""), "about": number}
        try:
            event = take(
                Visit.book,
                None,
                actor(request),
                data,
                key=attempt_key(request),
            )
            return HttpResponseRedirect(reverse("booked", args=[event.matter.number]))
        except Refusal as refusal:
            reason = refusal.reason
    free = free_slots(about.unit_id, timezone.now())
    days = [
        (day, list(slots))
        for day, slots in groupby(free, lambda s: timezone.localdate(s.begins_at))
    ]
    context = {"about": about, "days": days, "reason": reason, "key": uuid4().hex}
    return render(request, "booking/book.html", context, status=409 if reason else 200)


def booked(request: HttpRequest, number: str) -> HttpResponse:
    matter = mine_or_404(request, number)
    context = {"matter": matter, "qr": qr(f"/hall/checkin/{matter.query_code}/")}
    return render(request, "booking/booked.html", context)
