"""A person's bookings as a calendar (RFC 5545), at a secret address their own calendar reads."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from .models import Booking, CalendarFeed

STATUS = {"booked": "CONFIRMED", "arrived": "CONFIRMED"}


def feed(request: HttpRequest, token: str) -> HttpResponse:
    found = CalendarFeed.objects.filter(token=token[:40]).select_related("applicant").first()
    if found is None:
        raise Http404
    rows = Booking.objects.filter(applicant=found.applicant, slot__isnull=False)
    rows = rows.select_related("matter", "slot", "group__unit").order_by("-matter")[:200]
    return as_file(list(rows), "tongban.ics")


def as_file(bookings: list[Booking], name: str) -> HttpResponse:
    body = calendar_of(bookings)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-cache"
    return response


def calendar_of(bookings: list[Booking]) -> bytes:
    """Cancelled visits stay in it as cancelled, so that calendars take them away."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tongban//Booking//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("大厅预约"))
    for booking in bookings:
        calendar.add_component(_event(booking))
    return bytes(calendar.to_ical())


def _event(booking: Booking) -> Event:
    assert booking.slot is not None
    matter = booking.matter
    event = Event()
    event.add("uid", f"{matter.number}@tongban")
    event.add("dtstamp", matter.changed_at)
    event.add("sequence", matter.head_seq)
    event.add("dtstart", booking.slot.begins_at)
    event.add("dtend", booking.slot.begins_at + timedelta(minutes=booking.slot.minutes))
    event.add("summary", matter.title)
    unit = booking.group.unit
    event.add("location", f"{unit.name} {unit.address}".strip())
    event.add("description", _("预约码 %s，请提前 30 分钟内签到") % matter.query_code)
    event.add("status", STATUS.get(matter.state, "CANCELLED"))
    if matter.state == "booked":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", matter.title)
        alarm.add("trigger", timedelta(hours=-2))
        event.add_component(alarm)
    return event
