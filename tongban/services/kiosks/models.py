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
    keeper_pin = models.CharField(max_length=128, blank=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_failed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["device__code"]

    def __str__(self) -> str:
        return self.device.name


class KioskItem(models.Model):
    """Something a kiosk offers. service: what of ours stands behind it; none: not connected yet."""

    class Kind(models.TextChoices):
        QUERY = "query", _("查询")
        PRINT = "print", _("打印证明")
        PAY = "pay", _("缴费")
        APPLY = "apply", _("申办")
        BOOK = "book", _("预约")
        VIDEO = "video", _("视频帮办")

    class Service(models.TextChoices):
        NONE = "", _("没有接通")
        GUIDE = "guide", _("在线申办")
        MATTERS = "matters", _("我的办件")
        PROGRESS = "progress", _("本部门办件进度")
        SEARCH = "search", _("办事指南")
        BOOKING = "booking", _("预约大厅")
        COUNTERS = "counters", _("预约本部门窗口")
        CERTIFICATES = "certificates", _("我的证照")
        LICENCES = "licences", _("本部门许可公示")
        FIRMS = "firms", _("企业信息公示")
        JUDGING = "judging", _("好差评")
        REFLECTION = "reflection", _("诉求和办不成事")
        HELP = "help", _("帮办")

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="kiosk_items")
    service = models.CharField(_("接通的服务"), max_length=12, choices=Service, blank=True)
    offered = models.BooleanField(_("在自助机上提供"), default=True)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    item = models.ForeignKey(ServiceItem, models.SET_NULL, null=True, related_name="kiosk_items")

    class Meta:
        ordering = ["code"]


class Sitting(models.Model):
    """Somebody at a kiosk, from signing in to the end. how: by card, by a code on the phone, by a
    telephone number. helper: of the keeper who helped."""

    class How(models.TextChoices):
        CARD = "card", _("身份证")
        SCAN = "scan", _("手机扫码")
        PHONE = "phone", _("手机验证码")

    kiosk = models.ForeignKey(Kiosk, models.PROTECT, related_name="sittings")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    how = models.CharField(max_length=6, choices=How, default=How.PHONE)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=12, blank=True)
    helper = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kiosk"], name="sitting_one_open", condition=models.Q(ended_at=None)
            )
        ]


class SignIn(models.Model):
    """A code shown by a kiosk, confirmed on a phone; or a card that its reader has read. Good for
    one sitting, for two minutes."""

    kiosk = models.ForeignKey(Kiosk, models.CASCADE, related_name="sign_ins")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    how = models.CharField(max_length=6, choices=Sitting.How)
    used_at = models.DateTimeField(null=True)


class CallBack(models.Model):
    """Somebody who asked, at a kiosk without network, to be called. The number is sealed."""

    kiosk = models.ForeignKey(Kiosk, models.PROTECT, related_name="call_backs")
    at = models.DateTimeField()
    phone_sealed = models.BinaryField()
    words = models.CharField(_("想办的事"), max_length=200)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("处理"), max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]


class Content(models.Model):
    """What kiosks show while nobody is there. towns: codes; empty for all."""

    title = models.CharField(_("标题"), max_length=40)
    words = models.CharField(_("内容"), max_length=200)
    from_on = models.DateField(_("开始"))
    to_on = models.DateField(_("结束"))
    towns = models.JSONField(_("镇街"), default=list)

    class Meta:
        ordering = ["-from_on", "pk"]


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
