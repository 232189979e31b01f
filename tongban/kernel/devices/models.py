"""Machines that work for us away from a server: who they are, how they are, what they did."""

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..units.models import Unit


class Device(models.Model):
    """A machine that was enrolled once and holds a token. counter: of the latest entry of its
    journal that is saved. round: raised to make it start anew. skew: seconds its clock is ahead.
    health: what it said of itself at its latest heartbeat. opens and closes: when it is missed."""

    code = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(_("名称"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="devices", verbose_name=_("单位"))
    opens = models.TimeField(_("开放"), default=time(8, 30))
    closes = models.TimeField(_("关闭"), default=time(17, 30))
    enrol_code = models.CharField(max_length=64, blank=True)
    enrol_until = models.DateTimeField(null=True)
    token = models.CharField(max_length=64, unique=True, null=True)
    software = models.CharField(max_length=20, blank=True)
    health = models.JSONField(default=dict)
    seen_at = models.DateTimeField(null=True, db_index=True)
    skew = models.IntegerField(default=0)
    counter = models.BigIntegerField(default=0)
    round = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Uptime(models.Model):
    """Minutes of a day in which a device was heard of; last: the latest of them."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="uptimes")
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    last = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "day"], name="uptime_once")]


class Silence(models.Model):
    """A stretch in which a device was not heard of though it should have been."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="silences")
    since = models.DateTimeField()
    noticed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                name="silence_one_open",
                condition=models.Q(ended_at=None),
            )
        ]


class Entry(models.Model):
    """One line of a device's journal, applied exactly once. at: when it happened, by the device's
    clock set right; result: what the device was told."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="entries")
    counter = models.BigIntegerField()
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    saved_at = models.DateTimeField()
    refused = models.BooleanField(default=False)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["device", "counter"]
        constraints = [models.UniqueConstraint(fields=["device", "counter"], name="entry_once")]
