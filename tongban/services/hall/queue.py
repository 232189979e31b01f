"""Calling the next ticket, drawing one at check-in: a few named acts over the procedure."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import CHINA, take
from tongban.services.booking.models import Booking
from tongban.services.booking.procedure import EARLY, LATE, Visit

from .models import Counter, Ticket
from .procedure import Queueing

HALL_MACHINE = Actor(code="hall-machine", name="取号机", is_system=True)
BOARD_ROWS = 6


def today_of(now: datetime) -> datetime:
    return timezone.localtime(now, CHINA).replace(hour=0, minute=0, second=0, microsecond=0)


def waiting(unit_id: int, now: datetime) -> QuerySet[Matter]:
    """Who waits at a unit today: those with a booking first, then by arrival."""
    rows = Matter.objects.filter(
        unit=unit_id, kind=Queueing.code, state="waiting", opened_at__gte=today_of(now)
    )
    return rows.order_by("-ticket__booked", "id")


def call_next(counter: Counter, clerk: Actor, key: str) -> Matter | None:
    """The next ticket to this counter; None when nobody waits. The row is locked while it is
    chosen and counters skip each other's locks, so no ticket is called twice."""
    with transaction.atomic():
        found = waiting(counter.unit_id, timezone.now())
        matter = found.select_for_update(skip_locked=True, of=("self",)).first()
        if matter is None:
            return None
        event = take(Queueing.call, matter, clerk, {"counter": counter.number}, key=key)
    return event.matter


def check_in(code: str, now: datetime) -> Matter:
    """A booking's code at the hall becomes a ticket; asked twice, it is the same ticket."""
    booking = (
        Booking.objects.select_related("matter__unit", "slot", "about")
        .filter(matter__query_code=code)
        .first()
    )
    if booking is None:
        raise NotNow(_("没有找到这个预约,请核对预约码,或到咨询台取号"))
    matter = booking.matter
    with transaction.atomic():
        on_time = _on_time(booking, now)
        take(Visit.check_in, matter, HALL_MACHINE, key=f"check-in:{matter.number}", at=now)
        data = {
            "unit": matter.unit.code,
            "about": booking.about.number if booking.about else "",
            "booked": on_time,
        }
        return take(
            Queueing.draw, None, HALL_MACHINE, data, key=f"draw:{matter.number}", at=now
        ).matter


def _on_time(booking: Booking, now: datetime) -> bool:
    """Within the window the booking goes first; later it is an ordinary ticket."""
    begins = booking.slot.begins_at
    if now < begins - EARLY and today_of(now).date() != timezone.localtime(begins, CHINA).date():
        raise NotNow(
            _("您预约的是 %s,请在当天签到") % f"{timezone.localtime(begins, CHINA):%m-%d %H:%M}"
        )
    return now <= begins + LATE


def on_the_board(now: datetime) -> QuerySet[Ticket]:
    """The latest calls, newest first."""
    called = Ticket.objects.filter(called_at__gte=today_of(now), matter__state="called")
    return called.select_related("counter__unit", "matter").order_by("-called_at")[:BOARD_ROWS]
