"""Powers of the city offered to the district 承接市级审批权限: letters and the powers in them."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through


class Answer(models.TextChoices):
    AGREE = "agree", _("同意承接")
    DISAGREE = "disagree", _("不同意承接")
    REQUEST = "request", _("申请新增")
    URGENT = "urgent", _("迫切需要")


class MunicipalLetter(models.Model):
    """What the city asks, and the one reply to it."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="municipal_letter"
    )
    name = models.CharField(_("来函"), max_length=120)
    document_number = models.CharField(_("来函文号"), max_length=60)
    reply_by = models.DateField(_("复函期限"))
    prepared_by = models.CharField(max_length=12, editable=False)
    replied_on = models.DateField(_("复函日期"), null=True)

    def __str__(self) -> str:
        return self.name


class MunicipalPower(models.Model):
    """One power: what the district answers, what it would cost, and how far it has come.

    cases_per_year and minutes_per_case: what the city counted or our own items suggest.
    """

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="municipal_power"
    )
    letter = models.ForeignKey(MunicipalLetter, models.PROTECT, related_name="powers")
    code = models.CharField(_("编号"), max_length=16)
    name = models.CharField(_("权限名称"), max_length=120)
    municipal_unit = models.CharField(_("市级单位"), max_length=60)
    answer = models.CharField(_("答复"), max_length=8, choices=Answer, default="", blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    arrangements = models.TextField(_("管理体制优化安排"), blank=True)
    cases_per_year = models.PositiveIntegerField(_("年办件量"), default=0)
    minutes_per_case = models.PositiveIntegerField(_("每件工时（分钟）"), default=0)
    seals = models.PositiveSmallIntegerField(_("需要印章"), default=0)
    accounts = models.PositiveSmallIntegerField(_("需要系统账号"), default=0)
    staff = models.DecimalField(_("需要人员"), max_digits=7, decimal_places=2, default=Decimal(0))
    handed_over_on = models.DateField(_("移交日期"), null=True)
    trained_on = models.DateField(_("培训日期"), null=True)
    first_case = models.CharField(_("首件办件编号"), max_length=40, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "code"], name="power_once_in_a_letter"),
            models.CheckConstraint(
                condition=~Q(answer=Answer.DISAGREE) | ~Q(reason=""),
                name="disagreement_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["answer"], name="municipal_answer")]

    def __str__(self) -> str:
        return self.name


seen_through(MunicipalLetter, "matter")
seen_through(MunicipalPower, "matter")
