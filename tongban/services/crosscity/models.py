"""跨城通办: places we have an agreement with, what goes to them and what comes from them."""

from datetime import date

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongban.kernel.files.models import StoredFile
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_by_all, seen_through
from tongban.kernel.trust import vault
from tongban.services.catalogue.models import ServiceItem


class Place(models.Model):
    """Another place's hall. address: of its inbox; empty where papers go by post. The secret is
    shared by both ends and signs what goes either way."""

    code = models.SlugField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("地区"), max_length=60)
    contact = models.CharField(_("联系人和电话"), max_length=60, blank=True)
    address = models.URLField(_("接收地址"), max_length=300, blank=True)
    secret_sealed = models.BinaryField(default=bytes)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        return vault.decrypt(self.secret_sealed) if self.secret_sealed else ""


class Agreement(models.Model):
    class Way(models.TextChoices):
        COLLECT = "collect", _("异地代收代办")
        ONLINE = "online", _("全程网办")
        JOINT = "joint", _("多地联办")

    place = models.ForeignKey(Place, models.PROTECT, related_name="agreements")
    number = models.CharField(_("协议编号"), max_length=60, unique=True)
    way = models.CharField(_("方式"), max_length=8, choices=Way, default=Way.COLLECT)
    from_on = models.DateField(_("生效日期"))
    to_on = models.DateField(_("终止日期"), null=True, blank=True)

    class Meta:
        ordering = ["place__code", "-from_on"]

    def __str__(self) -> str:
        return self.number


class AgreementItem(models.Model):
    """What is taken in for the place. materials: names of what is handed in."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="items")
    basic_code = models.CharField(_("基本编码"), max_length=12)
    name = models.CharField(_("事项"), max_length=120)
    materials = models.JSONField(_("材料"), default=list)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "basic_code"], name="agreement_item_once")
        ]

    def __str__(self) -> str:
        return self.name


def in_force(day: date) -> Q:
    """Agreements that hold on a day."""
    return Q(from_on__lte=day) & (Q(to_on=None) | Q(to_on__gte=day))


def items_for(place: int, day: date) -> QuerySet[AgreementItem]:
    rows = AgreementItem.objects.filter(agreement__place=place)
    held = Agreement.objects.filter(in_force(day))
    return rows.filter(agreement__in=held, agreement__way=Agreement.Way.COLLECT)


class Identified(models.TextChoices):
    CARD = "card", _("核对身份证原件")
    FACE = "face", _("核对原件并人像比对")


class Forwarded(models.Model):
    """Taken in here for another place. their_number: as that place calls it. result: what it
    decided, kept until it is given to the applicant."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="forwarded"
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("办理地"))
    item = models.ForeignKey(AgreementItem, models.PROTECT, related_name="+")
    identified = models.CharField(_("身份核验"), max_length=4, choices=Identified)
    their_number = models.CharField(_("办理地编号"), max_length=60, blank=True)
    waybill = models.CharField(_("寄出运单号"), max_length=20, blank=True)
    words = models.CharField(_("最新进度"), max_length=300, blank=True)
    granted = models.BooleanField(_("是否办成"), null=True)
    result = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    receiver = models.CharField(_("领取人"), max_length=40, blank=True)


class Arrived(models.Model):
    """Taken in at another place for us."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="arrived")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("收件地"))
    their_number = models.CharField(_("收件地编号"), max_length=60)
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    case = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "their_number"], name="arrived_once")
        ]


class Paper(models.Model):
    """A material of either direction, the latest of its name counts."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="cross_papers")
    material = models.CharField(_("材料"), max_length=120)
    name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]


for _model in (Forwarded, Arrived, Paper):
    seen_through(_model, "matter")
seen_by_all(Agreement)
seen_by_all(AgreementItem)
