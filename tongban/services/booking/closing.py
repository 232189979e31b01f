"""The hall closes on a day: everybody booked is moved or told, in one action that can go on."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.procedures.taking import CHINA, take

from .models import Booking, Channel, Closure, Group, Slot
from .places import free
from .procedure import Visit


def close(group: Group | None, day: date, reason: str) -> Closure:
    """Nothing more is booked on the day; those who are booked are still to be moved."""
    with transaction.atomic():
        closure, _made = Closure.objects.update_or_create(
            group=group, day=day, defaults={"reason": reason}
        )
        _slots(closure).update(closed=True)
    return closure


def affected(closure: Closure) -> QuerySet[Booking]:
    rows = Booking.objects.filter(slot__in=_slots(closure), live=True, matter__state="booked")
    return rows.select_related("matter", "slot").order_by("slot__begins_at", "pk")


def move_all(closure: Closure, by: Actor, now: datetime) -> Iterator[Booking]:
    """Each to the next day with room nearest to the hour it had, else cancelled and told. Stopped
    and called again, it goes on with those that are left."""
    for booking in affected(closure):
        key = f"closed:{closure.pk}:{booking.pk}"
        try:
            _move(booking, closure, by, now, key)
        except Refusal:
            continue  # cancelled or checked in meanwhile
        yield booking


def _move(booking: Booking, closure: Closure, by: Actor, now: datetime, key: str) -> None:
    for slot in _candidates(booking, now):
        try:
            data = {"slot": slot.pk, "reason": closure.reason}
            take(Visit.move, booking.matter, by, data, key=f"{key}:{slot.pk}", at=now)
            return
        except Refusal:
            booking.matter.refresh_from_db()
    data = {"slot": None, "reason": closure.reason}
    take(Visit.drop, booking.matter, by, data, key=key, at=now)


def _candidates(booking: Booking, now: datetime) -> list[Slot]:
    assert booking.slot is not None
    hour = timezone.localtime(booking.slot.begins_at, CHINA).time()
    rows = Slot.objects.filter(
        free(Channel.ONLINE, booking.places, now),
        group=booking.group_id,
        begins_at__gt=booking.slot.begins_at,
    )

    def distance(slot: Slot) -> tuple[date, int]:
        local = timezone.localtime(slot.begins_at, CHINA)
        minutes = (local.hour - hour.hour) * 60 + local.minute - hour.minute
        return local.date(), abs(minutes)

    return sorted(rows.order_by("begins_at")[:60], key=distance)[:8]


def _slots(closure: Closure) -> QuerySet[Slot]:
    rows = Slot.objects.filter(begins_at__date=closure.day)
    return rows.filter(group=closure.group) if closure.group_id else rows
