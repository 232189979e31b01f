"""Counters of the hall and the tickets called at them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through
from tongban.kernel.units.models import Unit


class Counter(models.Model):
    """A counter 窗口 of one unit; `letter` begins the tickets of its unit."""

    number = models.PositiveSmallIntegerField(unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="counters")
    letter = models.CharField(max_length=2)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


class Ticket(models.Model):
    """A place in the queue, for a booking or a walk-in."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="ticket")
    label = models.CharField(_("号码"), max_length=8)
    booked = models.BooleanField(_("有预约"), default=False)
    about = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="tickets")
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, related_name="tickets")
    called_at = models.DateTimeField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-called_at"], name="ticket_called")]


seen_through(Ticket, "matter")
