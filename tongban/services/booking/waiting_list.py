"""Filling freed places from the waiting list: by the order of asking, and each is told why."""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.after import work
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.procedures.taking import take

from .models import Booking, Channel, Group, Slot
from .places import free
from .procedure import PLACE_WAITING, Visit

WAITING_LIST = 6_001  # the lock of the list of a group


@work(PLACE_WAITING)
def place_after(matter: Matter, event: Event) -> None:
    """A place fell free, perhaps on the day the booking was on before."""
    group = matter.booking.group
    for day in _days_waited_for(group):
        place_waiting(group, day, timezone.now())


def _days_waited_for(group: Group) -> list[date]:
    waiting = Booking.objects.filter(group=group, live=True, slot=None)
    return list(waiting.values_list("day", flat=True).distinct())


def place_waiting(group: Group, day: date, now: datetime) -> int:
    """Who asked first goes first. A family that needs more places than one slot has is passed
    over only for somebody who fits, and keeps its turn. Returns how many were placed."""
    placed = passed_over = 0
    with transaction.atomic():
        _one_at_a_time(group)
        waiting = Booking.objects.filter(group=group, day=day, live=True, slot=None)
        for turn, booking in enumerate(waiting.order_by("matter_id"), start=1):
            slot = _first_fitting(booking, now)
            if slot is None:
                passed_over += 1
                continue
            data = {"slot": slot.pk, "why": _why(turn, passed_over, booking)}
            key = f"place:{booking.matter_id}"
            try:
                take(Visit.place, booking.matter, the_system(), data, key=key, at=now)
                placed += 1
            except Refusal:
                passed_over += 1  # withdrawn, or the place went to somebody who was faster
    return placed


def _one_at_a_time(group: Group) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [WAITING_LIST, group.pk])


def _first_fitting(booking: Booking, now: datetime) -> Slot | None:
    rows = Slot.objects.filter(
        free(Channel.ONLINE, booking.places, now),
        group=booking.group_id,
        begins_at__date=booking.day,
    )
    return rows.order_by("begins_at").first()


def _why(turn: int, passed_over: int, booking: Booking) -> str:
    if passed_over:
        told = {"turn": turn, "passed": passed_over, "places": booking.places}
        return _("候补第 %(turn)d 位；前面 %(passed)d 位需要的名额比空出的多，仍保留次序") % told
    return _("候补第 %d 位，按登记先后") % turn
