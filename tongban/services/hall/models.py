"""Counters of the hall, who sits there, and the tickets called at them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.devices.models import Device
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_by_all, seen_in_unit, seen_through
from tongban.kernel.units.models import Unit
from tongban.services.booking.models import Group, Slot
from tongban.services.catalogue.models import ServiceItem


class Kind(models.TextChoices):
    UNIT = "unit", _("部门窗口")
    COMPREHENSIVE = "comprehensive", _("综合窗")
    ENTERPRISE = "enterprise", _("企业服务专区")
    CROSS_CITY = "cross_city", _("跨城通办")
    PICK_UP = "pick_up", _("一窗通取")
    ONE_THING = "one_thing", _("一件事")
    TAX = "tax", _("办税")
    CANNOT_BE_DONE = "cannot_be_done", _("办不成事反映")


class Counter(models.Model):
    """A counter 窗口. turn: how much it has served, in the measure of the weights of its groups."""

    number = models.PositiveSmallIntegerField(_("窗口号"), unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="counters")
    kind = models.CharField(_("类别"), max_length=16, choices=Kind, default=Kind.UNIT)
    groups = models.ManyToManyField(Group, through="Serving", related_name="counters")
    turn = models.FloatField(default=0)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


class Serving(models.Model):
    """A group that a counter calls from; of two groups with people waiting, one of weight 2 is
    called twice as often as one of weight 1. turn: its place in that order."""

    counter = models.ForeignKey(Counter, models.CASCADE, related_name="servings")
    group = models.ForeignKey(Group, models.CASCADE, related_name="servings")
    weight = models.PositiveSmallIntegerField(_("权重"), default=1)
    turn = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["counter", "group"], name="serving_once"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="serving_weight"),
        ]


class Shift(models.Model):
    """A stretch in which a counter is open with somebody at it. why: of its end."""

    counter = models.ForeignKey(Counter, models.PROTECT, related_name="shifts")
    account = models.ForeignKey(Account, models.PROTECT, related_name="shifts")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["counter"], name="shift_one_at_a_counter", condition=Q(ended_at=None)
            ),
            models.UniqueConstraint(
                fields=["account"], name="shift_one_of_a_clerk", condition=Q(ended_at=None)
            ),
        ]
        indexes = [models.Index(fields=["counter", "-began_at"], name="shift_latest")]


class Priority(models.IntegerChoices):
    """Who goes before whom; an ordinary ticket is overtaken only so often (queue.BOUND)."""

    URGENT = 0, _("紧急")
    FIRST = 1, _("优先")
    ORDINARY = 2, _("普通")


class Source(models.TextChoices):
    WALK_IN = "walk_in", _("现场取号")
    BOOKING = "booking", _("预约签到")
    KIOSK = "kiosk", _("自助机")
    PHONE = "phone", _("手机取号")


class Reason(models.TextChoices):
    """Why a ticket goes first."""

    NONE = "", _("无")
    BOOKED = "booked", _("预约准时")
    ELDERLY = "elderly", _("65 岁以上")
    VETERAN = "veteran", _("退役军人")
    DISABLED = "disabled", _("残疾人")
    PREGNANT = "pregnant", _("孕妇")
    FOLLOWING = "following", _("续办下一窗口")
    WAVE = "wave", _("候补转正")
    URGENT = "urgent", _("紧急")


class Ticket(models.Model):
    """A place in the queue. queued_at: where in the line it stands, which a transfer keeps.
    waits: whether it is in the line now. overtaken: how often a later one went before it. route:
    codes of the groups it goes on to. estimate: minutes that were told when it was drawn."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="ticket")
    label = models.CharField(_("号码"), max_length=8)
    group = models.ForeignKey(Group, models.PROTECT, related_name="tickets")
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.ORDINARY)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    source = models.CharField(max_length=8, choices=Source, default=Source.WALK_IN)
    booked = models.BooleanField(_("有预约"), default=False)
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, related_name="+")
    wave = models.BooleanField(default=False)
    item = models.ForeignKey(ServiceItem, models.PROTECT, null=True, related_name="+")
    about = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="tickets")
    queued_at = models.DateTimeField()
    waits = models.BooleanField(default=True)
    overtaken = models.PositiveSmallIntegerField(default=0)
    rejoined = models.BooleanField(default=False)
    route = models.JSONField(default=list)
    estimate = models.FloatField(null=True)
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, related_name="tickets")
    called_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["-called_at"], name="ticket_called"),
            models.Index(
                fields=["group", "priority", "queued_at"],
                name="ticket_line",
                condition=Q(waits=True),
            ),
            models.Index(fields=["counter", "-called_at"], name="ticket_at_counter"),
            models.Index(fields=["group", "-finished_at"], name="ticket_finished"),
        ]


class Screen(models.Model):
    """A display or machine of the hall, paired by a code that it shows. key: digest of the secret
    in its cookie. round: raised to make it load anew. seen_at: when it last asked for anything."""

    class Kind(models.TextChoices):
        BOARD = "board", _("综合屏")
        COUNTER = "counter", _("窗口屏")
        EVALUATION = "evaluation", _("评价器")
        MACHINE = "machine", _("取号机")

    key = models.CharField(max_length=64, unique=True)
    code = models.CharField(_("配对码"), max_length=6, blank=True)
    name = models.CharField(_("名称"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind, default=Kind.BOARD)
    counter = models.ForeignKey(
        Counter, models.SET_NULL, null=True, blank=True, verbose_name=_("窗口")
    )
    voice = models.BooleanField(_("语音播报"), default=True)
    quiet_from = models.TimeField(_("静音开始"), null=True, blank=True)
    quiet_to = models.TimeField(_("静音结束"), null=True, blank=True)
    round = models.PositiveIntegerField(default=0)
    device = models.OneToOneField(Device, models.SET_NULL, null=True, related_name="screen")
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="screen_code_once", condition=~Q(code=""))
        ]

    @property
    def is_paired(self) -> bool:
        return not self.code


class Duty(models.Model):
    """Who is to sit at a counter on a half day 排班; a shift shows whether they came."""

    class Half(models.TextChoices):
        MORNING = "am", _("上午")
        AFTERNOON = "pm", _("下午")

    counter = models.ForeignKey(Counter, models.CASCADE, related_name="duties")
    account = models.ForeignKey(Account, models.CASCADE, related_name="duties")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "half", "counter"], name="duty_one_at_a_counter"
            ),
            models.UniqueConstraint(fields=["day", "half", "account"], name="duty_one_of_a_clerk"),
        ]


class Topic(models.Model):
    """What is counted by one tap: a subject people ask about, or a machine they use."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("咨询")
        SHEETS = "sheets", _("复印打印")

    name = models.CharField(_("名称"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind, default=Kind.QUESTION)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return self.name


class Tap(models.Model):
    """One question answered, or some sheets copied: counted, nobody's name. number: of sheets."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="taps")
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)


class Facility(models.Model):
    """便民设施 of the hall: what is there for everybody, where, and whether it works."""

    name = models.CharField(_("名称"), max_length=40)
    place = models.CharField(_("位置"), max_length=60)
    number = models.PositiveSmallIntegerField(_("数量"), default=1)
    works = models.BooleanField(_("可用"), default=True)
    checked_on = models.DateField(_("最近检查"), null=True, blank=True)

    class Meta:
        ordering = ["name"]


seen_through(Ticket, "matter")
seen_by_all(Counter)
seen_by_all(Tap)
seen_in_unit(Shift, "counter__unit")
