"""One-window company start-up, and the free carving of a new company's seals."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_by_all, seen_through
from tongban.kernel.units.models import Unit


class Stage(models.TextChoices):
    REGISTER = "register", _("设立登记")
    SEAL = "seal", _("刻制印章")
    TAX = "tax", _("税务信息确认")
    INSURANCE = "insurance", _("社保登记")
    BANK = "bank", _("银行开户预约")


class Office(models.Model):
    """Which unit does a stage."""

    stage = models.CharField(max_length=10, choices=Stage, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")


class Startup(models.Model):
    """企业开办 of one company. wants: stages beside the registration. uscc: once registered."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="startup")
    company = models.CharField(_("企业名称"), max_length=120)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    wants = models.JSONField(default=list)
    receiver = models.CharField(_("领取人"), max_length=40, blank=True)
    waybill = models.CharField(_("运单号"), max_length=20, blank=True)


class StartupStage(models.Model):
    """One stage at its unit. result: number of the licence, the account, the registration."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="startup_stage"
    )
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="stages")
    stage = models.CharField(_("环节"), max_length=10, choices=Stage)
    result = models.CharField(_("结果编号"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["startup", "stage"], name="startup_stage_once")
        ]


class Vendor(models.Model):
    """A carver of seals 刻章店 under contract. fen: price of a set, in hundredths of a yuan."""

    name = models.CharField(_("刻章单位"), max_length=60, unique=True)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    fen = models.PositiveIntegerField(_("每套价格（分）"))
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Settlement(models.Model):
    """What is owed to a vendor for a month: sets delivered in it, each settled once."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="settlement"
    )
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="settlements")
    month = models.DateField(_("月份"))
    sets = models.PositiveIntegerField(_("套数"))
    fen = models.PositiveIntegerField(_("金额（分）"))
    voucher = models.CharField(_("付款凭证号"), max_length=40, blank=True)
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "month"], name="settlement_once", condition=Q(live=True)
            )
        ]


class Carving(models.Model):
    """免费刻章: one set for a new company, paid by the district. filed: number under which the
    police hold its print (印章备案)."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="carving")
    company = models.CharField(_("企业名称"), max_length=120)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    seals = models.JSONField(default=list)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="carvings")
    fen = models.PositiveIntegerField(_("价格（分）"))
    filed = models.CharField(_("印章备案编号"), max_length=20, blank=True)
    delivered_on = models.DateField(_("交付日期"), null=True)
    receiver = models.CharField(_("领取人"), max_length=40, blank=True)
    waybill = models.CharField(_("运单号"), max_length=20, blank=True)
    settlement = models.ForeignKey(Settlement, models.PROTECT, null=True, related_name="carvings")
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"], name="carving_free_once", condition=Q(live=True)
            )
        ]
        indexes = [models.Index(fields=["vendor", "delivered_on"], name="carving_delivered")]


for _model in (Startup, StartupStage, Carving, Settlement):
    seen_through(_model, "matter")
seen_by_all(Vendor)
