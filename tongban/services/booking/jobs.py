"""What happens to bookings by the clock: new slots, reminders, who waits for a place."""

from datetime import datetime, timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.procedures.taking import CHINA, take

from .models import Booking, Group
from .procedure import Visit
from .slots import open_slots
from .waiting_list import place_waiting

REMIND_FROM = 9  # o'clock on the day before: nobody is woken


@app.periodic(cron="5 * * * *")
@app.task(name="open_slots", queueing_lock="open_slots")
def open_new_slots(timestamp: int) -> None:
    now = timezone.now()
    open_slots(Group.objects.prefetch_related("sessions"), timezone.localtime(now, CHINA).date())
    wished = Booking.objects.filter(live=True, slot=None).values_list("group", "day").distinct()
    groups = {group.pk: group for group in Group.objects.all()}
    for group, day in wished:
        place_waiting(groups[group], day, now)


@app.periodic(cron="*/10 * * * *")
@app.task(name="remind_bookings", queueing_lock="remind_bookings")
def remind_bookings(timestamp: int) -> None:
    remind(timezone.now())


def remind(now: datetime) -> int:
    """Once to everybody who is booked for tomorrow."""
    local = timezone.localtime(now, CHINA)
    if local.hour < REMIND_FROM:
        return 0
    tomorrow = local.date() + timedelta(1)
    due = Booking.objects.filter(day=tomorrow, live=True, reminded=False, slot__isnull=False)
    told = 0
    for booking in due.select_related("matter"):
        try:
            take(
                Visit.remind,
                booking.matter,
                the_system(),
                key=f"remind:{booking.matter.number}:{tomorrow}",
                at=now,
            )
            told += 1
        except Refusal:
            continue
    return told
