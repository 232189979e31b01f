"""Slots and bookings of units become those of the one group each unit has until it sets up more."""

from datetime import time

from django.db import migrations
from django.utils import timezone

SESSIONS = ((time(9, 0), time(12, 0)), (time(14, 30), time(17, 30)))


def fill(apps, schema_editor):
    Group, Session = apps.get_model("booking", "Group"), apps.get_model("booking", "Session")
    Slot, Booking = apps.get_model("booking", "Slot"), apps.get_model("booking", "Booking")
    Unit = apps.get_model("units", "Unit")
    groups = {}
    for place, unit in enumerate(Unit.objects.filter(kind="department").order_by("pk")):
        letter = chr(ord("A") + place % 26)
        group = Group.objects.create(
            code=unit.code, name=unit.short_name, unit=unit, letter=letter
        )
        groups[unit.pk] = group
        Session.objects.bulk_create(
            Session(group=group, opens=opens, closes=closes, online=4)
            for opens, closes in SESSIONS
        )
    for unit in Unit.objects.filter(slots__isnull=False).exclude(pk__in=groups).distinct():
        groups[unit.pk] = Group.objects.create(
            code=unit.code, name=unit.short_name, unit=unit, letter="Z"
        )
    now = timezone.now()
    for unit, group in groups.items():
        Slot.objects.filter(unit=unit).update(group=group, released_at=now)
    seen = set()
    for booking in Booking.objects.select_related("slot", "matter").order_by("pk"):
        booking.applicant_id = booking.matter.applicant_id
        booking.group_id = booking.slot.group_id
        booking.day = timezone.localdate(booking.slot.begins_at)
        place = (booking.applicant_id, booking.group_id, booking.day)
        if booking.live and place in seen:
            booking.live = False  # one visit a day: the second stays a booking to check in with
        elif booking.live:
            seen.add(place)
        booking.save()


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_groups")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
