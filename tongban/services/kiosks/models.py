"""Village kiosks 粤智助: where each stands, what it offers, what it did, how it is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.devices.models import Device
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_by_all, seen_through
from tongban.kernel.units.models import Unit, Village
from tongban.services.catalogue.models import ServiceItem


class Kiosk(models.Model):
    class Model(models.TextChoices):
        STANDARD = "standard", _("标准型")
        ENHANCED = "enhanced", _("增强型")

    device = models.OneToOneField(Device, models.PROTECT, primary_key=True, related_name="kiosk")
    model = models.CharField(_("型号"), max_length=12, choices=Model, default=Model.STANDARD)
    village = models.ForeignKey(Village, models.PROTECT, related_name="kiosks")
    place = models.CharField(_("地点"), max_length=80)
    keeper = models.CharField(_("管护人"), max_length=40, blank=True)

    class Meta:
        ordering = ["device__code"]

    def __str__(self) -> str:
        return self.device.name


class KioskItem(models.Model):
    """Something a kiosk offers."""

    class Kind(models.TextChoices):
        QUERY = "query", _("查询")
        PRINT = "print", _("打印证明")
        PAY = "pay", _("缴费")
        APPLY = "apply", _("申办")
        BOOK = "book", _("预约")
        VIDEO = "video", _("视频帮办")

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="kiosk_items")
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    item = models.ForeignKey(ServiceItem, models.SET_NULL, null=True, related_name="kiosk_items")

    class Meta:
        ordering = ["code"]


class Use(models.Model):
    """One use of an item at a kiosk: no name, no number of anybody. helped: by the keeper."""

    kiosk = models.ForeignKey(Kiosk, models.PROTECT, related_name="uses")
    item = models.ForeignKey(KioskItem, models.PROTECT, related_name="uses")
    at = models.DateTimeField()
    seconds = models.PositiveIntegerField(default=0)
    finished = models.BooleanField(default=True)
    helped = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["kiosk", "at"], name="use_of_kiosk"),
            models.Index(fields=["at"], name="use_at"),
        ]


class Repair(models.Model):
    """What is wrong with a kiosk, and what was done."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="repair")
    kiosk = models.ForeignKey(Kiosk, models.PROTECT, related_name="repairs")
    what = models.CharField(_("故障"), max_length=200)
    company = models.CharField(_("维修单位"), max_length=60, blank=True)
    done = models.CharField(_("处理"), max_length=200, blank=True)


class SecurityCheck(models.Model):
    """The points of the list that were looked at, each passed or not."""

    kiosk = models.ForeignKey(Kiosk, models.PROTECT, related_name="checks")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    passed = models.JSONField(default=list)
    failed = models.JSONField(default=list)
    remark = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]


seen_through(Repair, "matter")
seen_by_all(Kiosk)
seen_by_all(KioskItem)
seen_by_all(Use)
