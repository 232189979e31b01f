"""Groups of counters, when they are open, slots, and bookings in them."""

import secrets
from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.people.models import Applicant
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_by_all, seen_through
from tongban.kernel.queries.once import Once
from tongban.kernel.units.models import Unit
from tongban.services.catalogue.models import ServiceItem


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Group(models.Model):
    """Counters that do the same work for one line of people. letter: begins their tickets.
    items: what is done here when not everything of the unit. A day's slots may be booked from
    `release_days` before it, at `release_at` (China)."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="groups")
    letter = models.CharField(max_length=2)
    items = models.ManyToManyField(ServiceItem, blank=True, related_name="groups")
    release_days = models.PositiveSmallIntegerField(_("提前开放（天）"), default=7)
    release_at = models.TimeField(_("开放时刻"), default=time(8, 0))

    class Meta:
        ordering = ["letter", "code"]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """A stretch of each working day, or of one weekday (0 Monday), cut into slots of `minutes`.

    online and phone: places a slot by channel; online None: from the measured pace. reserved: kept
    for people who come without booking. wave: places that hold only when somebody stays away.
    extended: open beyond the hall's hours 延时服务; on its weekday also when nobody works then.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="sessions")
    weekday = models.PositiveSmallIntegerField(_("星期"), null=True, blank=True)
    opens = models.TimeField(_("开始"))
    closes = models.TimeField(_("结束"))
    minutes = models.PositiveSmallIntegerField(_("每段分钟"), default=30)
    online = models.PositiveSmallIntegerField(_("网上名额"), null=True, blank=True)
    phone = models.PositiveSmallIntegerField(_("电话名额"), default=1)
    reserved = models.PositiveSmallIntegerField(_("现场保留"), default=2)
    wave = models.PositiveSmallIntegerField(_("候补名额"), default=1)
    extended = models.BooleanField(_("延时服务"), default=False)

    class Meta:
        ordering = ["group", "weekday", "opens"]


class Closure(models.Model):
    """A day on which a group, or the whole hall, is closed."""

    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, verbose_name=_("窗口组")
    )
    day = models.DateField(_("日期"))
    reason = models.CharField(_("原因"), max_length=120)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "day"], name="closure_once", nulls_distinct=False
            )
        ]


class Slot(models.Model):
    """A stretch of a day at a group's counters. The database itself refuses one too many."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="slots")
    begins_at = models.DateTimeField()
    released_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=30)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    phone = models.PositiveSmallIntegerField(default=0)
    phone_taken = models.PositiveSmallIntegerField(default=0)
    wave = models.PositiveSmallIntegerField(default=0)
    wave_taken = models.PositiveSmallIntegerField(default=0)
    reserved = models.PositiveSmallIntegerField(default=0)
    extended = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)

    class Meta:
        ordering = ["begins_at"]
        constraints = [
            models.UniqueConstraint(fields=["group", "begins_at"], name="slot_once"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity"))
                & Q(phone_taken__lte=F("phone"))
                & Q(wave_taken__lte=F("wave")),
                name="slot_never_over_capacity",
            ),
        ]


class Rules(models.Model):
    """The hall's rules of booking; one row, changed on the hall's own page."""

    live_at_once = models.PositiveSmallIntegerField(_("每人同时有效的预约"), default=3)
    cancel_hours = models.PositiveSmallIntegerField(_("最迟提前几小时取消"), default=2)
    early_minutes = models.PositiveSmallIntegerField(_("可提前签到（分钟）"), default=30)
    late_minutes = models.PositiveSmallIntegerField(_("迟到仍算准时（分钟）"), default=10)
    misses = models.PositiveSmallIntegerField(_("爽约几次暂停预约"), default=3)
    misses_in_days = models.PositiveSmallIntegerField(_("在多少天内"), default=90)
    banned_days = models.PositiveSmallIntegerField(_("暂停预约天数"), default=30)
    people_at_most = models.PositiveSmallIntegerField(_("一次最多几人同来"), default=4)

    @classmethod
    def now(cls) -> "Rules":
        return RULES.first() or cls()


RULES = Once(lambda: Rules.objects.order_by("pk")[:1])


class Channel(models.TextChoices):
    ONLINE = "online", _("网上")
    PHONE = "phone", _("电话")
    WAVE = "wave", _("候补名额")


class Booking(models.Model):
    """A visit to the hall: of a person, to a group, on a day, for an item or for one matter.

    slot: none while somebody waits for a place to fall free. places: what it takes of its slot.
    lacking: materials the person said they do not have yet.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="booking")
    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="bookings")
    group = models.ForeignKey(Group, models.PROTECT, related_name="bookings")
    day = models.DateField(_("日期"))
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, related_name="bookings")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE)
    people = models.PositiveSmallIntegerField(_("人数"), default=1)
    places = models.PositiveSmallIntegerField(default=1)
    item = models.ForeignKey(ServiceItem, models.PROTECT, null=True, verbose_name=_("事项"))
    about = models.ForeignKey(
        Matter, models.PROTECT, null=True, related_name="bookings", verbose_name=_("所办事项")
    )
    lacking = models.JSONField(default=list)
    live = models.BooleanField(default=True)
    reminded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["about"], name="booking_one_live_per_matter", condition=Q(live=True)
            ),
            models.UniqueConstraint(
                fields=["applicant", "group", "day"],
                name="booking_one_live_a_day",
                condition=Q(live=True),
            ),
        ]
        indexes = [
            models.Index(fields=["slot"], name="booking_slot_live", condition=Q(live=True)),
            models.Index(
                fields=["group", "day"], name="booking_wished", condition=Q(live=True, slot=None)
            ),
        ]


class Pace(models.Model):
    """How long one visit takes at a group, or for one item there: the mean of what was measured."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="paces")
    item = models.ForeignKey(ServiceItem, models.CASCADE, null=True)
    minutes = models.FloatField()
    visits = models.PositiveIntegerField()
    counters = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "item"], name="pace_once", nulls_distinct=False
            )
        ]


class CalendarFeed(models.Model):
    """The secret address under which a person's own calendar reads their bookings."""

    applicant = models.OneToOneField(Applicant, models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=40, unique=True, default=new_token)


seen_through(Booking, "matter")
seen_by_all(Slot)
