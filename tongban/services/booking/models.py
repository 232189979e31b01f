"""Slots of the hall and bookings in them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through
from tongban.kernel.units.models import Unit


class Slot(models.Model):
    """A stretch of a day at a unit's counters. The database itself refuses one too many."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="slots")
    begins_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=30)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["begins_at"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "begins_at"], name="slot_once"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")), name="slot_never_over_capacity"
            ),
        ]


class Booking(models.Model):
    """A visit to the hall for one matter."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="booking")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="bookings")
    about = models.ForeignKey(
        Matter, models.PROTECT, null=True, related_name="bookings", verbose_name=_("所办事项")
    )
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["about"], name="booking_one_live_per_matter", condition=Q(live=True)
            )
        ]


seen_through(Booking, "matter")
