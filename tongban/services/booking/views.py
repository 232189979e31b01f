"""Choosing a slot, on a phone, without script: for a case, for an item, for a group."""

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Applicant
from tongban.kernel.procedures.declare import Step
from tongban.kernel.queries.once import Ask, Once
from tongban.kernel.screens.mine import mine_or_404, qr
from tongban.kernel.screens.trying import Tried, try_step
from tongban.services.catalogue.models import ServiceItem

from .feed import as_file
from .models import Booking, CalendarFeed, Group, Rules, Slot
from .opening import needed
from .places import group_of_item, places_for
from .procedure import Visit

UPCOMING = 400  # slots on one page


def start(request: HttpRequest) -> HttpResponse:
    """Where to book: the counters of the hall, or the one an item is done at."""
    group = group_asked(request)
    if code := _said(request, "item"):
        item = get_object_or_404(ServiceItem, implementation_code=code[:31])
        if group is None:
            return render(request, "booking/elsewhere.html", {"item": item}, status=404)
        return _choose(request, group, item=item)
    if group:
        return _choose(request, group)
    if _said(request, "group"):
        raise Http404
    groups = Group.objects.select_related("unit")
    return render(request, "booking/groups.html", {"groups": groups})


BY_CODE = Once(lambda: Group.objects.filter(code=Ask("code")))


def group_asked(request: HttpRequest) -> Group | None:
    """By an item's implementation code, else by the group's own."""
    if item := _said(request, "item"):
        return group_of_item(item[:31])
    group = _said(request, "group")
    return BY_CODE.first(code=group[:20]) if group else None


def _said(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "") or request.POST.get(name, "")


def book(request: HttpRequest, number: str) -> HttpResponse:
    """A visit about one's own case."""
    about = mine_or_404(request, number)
    group = Group.objects.filter(unit=about.unit_id).first()
    if group is None:
        raise Http404
    return _choose(request, group, about=about)


def _choose(request: HttpRequest, group: Group, **purpose: Any) -> HttpResponse:
    if request.method != "POST":
        return _page(request, group, None, **purpose)
    about = purpose["about"].number if purpose.get("about") else ""
    data = filled(request, group.code, about)
    tried = try_step(request, _step(request), None, data)
    if tried.event:
        return HttpResponseRedirect(reverse("booked", args=[tried.event.matter.number]))
    return _page(request, group, tried, **purpose)


def filled(request: HttpRequest, group: str, about: str = "") -> dict[str, Any]:
    """What the form of slots says, for the group whose slots it shows."""
    return _given(request, request.POST.dict()) | {"group": group, "about": about}


def _step(request: HttpRequest) -> Step:
    return Visit.wish if request.POST.get("wish") else Visit.book


def _given(request: HttpRequest, data: Mapping[str, Any]) -> dict[str, Any]:
    """Boxes that were ticked, as the list the form wants; the choice of a place carries its
    channel, `12` or `12:wave`."""
    found = dict(data)
    if "has_list" in found:
        found["materials"] = json.dumps(request.POST.getlist("material"))
    slot, _, channel = str(found.get("slot", "")).partition(":")
    return found | {"slot": slot, "channel": channel}


def _page(
    request: HttpRequest,
    group: Group,
    tried: Tried | None,
    *,
    item: ServiceItem | None = None,
    about: Any = None,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "group": group,
        "item": item,
        "about": about,
        "days": days_of(group, item, now),
        "materials": needed(item) if item else [],
        "has": request.POST.getlist("material"),
        "rules": Rules.now(),
        "behalves": _behalves(request),
        "faults": _faults(tried),
        "given": request.POST,
        "key": uuid4().hex,
    }
    return render(request, "booking/book.html", context, status=tried.status if tried else 200)


def days_of(group: Group, item: ServiceItem | None, now: datetime) -> list[tuple[Any, list[Any]]]:
    """Days with their slots: each with how many places are free, and whether a wave place is."""
    places = places_for(group, item.pk if item else None, 1)
    slots = Slot.objects.filter(
        group=group, begins_at__gt=now, released_at__lte=now, closed=False
    ).order_by("begins_at")[:UPCOMING]
    shown = [
        (slot, max(slot.capacity - slot.taken, 0) // places, slot.wave > slot.wave_taken)
        for slot in slots
    ]
    return _by_day(shown)


def _by_day(rows: list[Any]) -> list[tuple[Any, list[Any]]]:
    """Rows that begin with their slot, in the order of time, by its day."""
    days = groupby(rows, lambda row: timezone.localdate(row[0].begins_at))
    return [(day, list(of_day)) for day, of_day in days]


def _behalves(request: HttpRequest) -> list[Applicant]:
    person = actor(request)
    others = [pk for pk in person.applicant_ids if pk != person.applicant_id]
    return list(Applicant.objects.filter(pk__in=others)) if others else []


def _faults(tried: Tried | None) -> list[str]:
    if tried is None:
        return []
    if tried.reason:
        return [tried.reason]
    of_form = [str(m) for messages in tried.form.errors.values() for m in messages]
    return [*of_form, *tried.faults]


def booked(request: HttpRequest, number: str) -> HttpResponse:
    matter = mine_or_404(request, number)
    booking = _booking_or_404(number)
    feed, _made = CalendarFeed.objects.get_or_create(applicant=booking.applicant)
    code = qr(f"/hall/checkin/{matter.query_code}/")
    context = {"matter": matter, "booking": booking, "qr": code, "feed": feed, "rules": Rules.now()}
    context["turn"] = _turn(booking)
    return render(request, "booking/booked.html", context)


def _turn(booking: Booking) -> int:
    """One's place on the waiting list."""
    if booking.slot_id or not booking.live:
        return 0
    ahead = Booking.objects.filter(group=booking.group_id, day=booking.day, live=True, slot=None)
    return ahead.filter(pk__lte=booking.pk).count()


def booking_file(request: HttpRequest, number: str) -> HttpResponse:
    mine_or_404(request, number)
    return as_file([_booking_or_404(number)], f"{number[:40]}.ics")


def rebook(request: HttpRequest, number: str) -> HttpResponse:
    """Another time for a booking that stands; the old place is kept until the new one is had."""
    matter = mine_or_404(request, number)
    booking, reason, status = _booking_or_404(number), [], 200
    if request.method == "POST":
        tried = try_step(request, Visit.rebook, matter, request.POST)
        if tried.event:
            return HttpResponseRedirect(reverse("booked", args=[number]))
        reason, status = _faults(tried), tried.status
    context = {
        "matter": matter,
        "booking": booking,
        "days": days_of(booking.group, booking.item, timezone.now()),
        "faults": reason,
        "key": uuid4().hex,
    }
    return render(request, "booking/rebook.html", context, status=status)


def _booking_or_404(number: str) -> Booking:
    rows = Booking.objects.select_related("matter", "slot", "group__unit", "applicant", "item")
    return get_object_or_404(rows, matter__number=number[:40])


def renew_feed(request: HttpRequest) -> HttpResponse:
    """A new secret address; calendars that read the old one find nothing more."""
    if request.method == "POST":
        CalendarFeed.objects.filter(applicant=actor(request).applicant_id or 0).delete()
    return HttpResponseRedirect(reverse("my_matters"))


def by_phone(request: HttpRequest) -> HttpResponse:
    """For somebody on the telephone or at the consultation desk."""
    group = Group.objects.filter(code=request.GET.get("group", "")[:20]).first()
    context: dict[str, Any] = {"groups": Group.objects.all(), "group": group, "faults": []}
    status = 200
    if request.method == "POST" and group:
        data = _given(request, request.POST.dict()) | {"group": group.code}
        tried = try_step(request, Visit.book_by_phone, None, data)
        if tried.event:
            context["made"] = tried.event.matter
        else:
            context["faults"], status = _faults(tried), tried.status
    if group:
        context["days"] = _phone_days(group)
    context |= {"given": request.POST, "key": uuid4().hex}
    return render(request, "booking/by_phone.html", context, status=status)


def _phone_days(group: Group) -> list[tuple[Any, list[Any]]]:
    now = timezone.now()
    slots = Slot.objects.filter(group=group, begins_at__gt=now, closed=False, phone__gt=0)
    rows = [
        (slot, slot.phone - slot.phone_taken) for slot in slots.order_by("begins_at")[:UPCOMING]
    ]
    return _by_day(rows)
