"""Powers of departments handed to towns 下放镇街: batches, lines, getting ready, taking back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_by_all, seen_through
from tongban.kernel.units.models import Unit
from tongban.services.catalogue.models import ServiceItem


class Kind(models.TextChoices):
    DELEGATED = "delegated", _("下放")
    ENTRUSTED = "entrusted", _("委托")
    STRETCHED = "stretched", _("服务前移")


class Check(models.TextChoices):
    """What a town needs before a power takes effect there: 放得下、接得住、管得好."""

    PEOPLE = "people", _("人员到位")
    TRAINING = "training", _("培训合格")
    ACCOUNT = "account", _("系统账号")
    SEAL = "seal", _("印章")
    SUPERVISION = "supervision", _("监管方案")


class DelegationBatch(models.Model):
    """A batch 下放批次: powers for towns under one document."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="delegation"
    )
    name = models.CharField(_("批次"), max_length=40, unique=True)
    kind = models.CharField(_("方式"), max_length=10, choices=Kind)
    legal_basis = models.CharField(_("法律依据"), max_length=300)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    effective_on = models.DateField(_("生效日期"))
    handling = models.TextField(_("意见处理情况"), blank=True)
    prepared_by = models.CharField(max_length=12, editable=False)

    def __str__(self) -> str:
        return self.name

    def open_lines(self) -> "models.QuerySet[DelegatedItem]":
        return self.lines.filter(dropped="").select_related("item__unit", "town")


class TakingBack(models.Model):
    """Powers taken back from towns 收回."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="taking_back"
    )
    reason = models.CharField(_("理由"), max_length=500)
    legal_basis = models.CharField(_("法律依据"), max_length=300)
    effective_on = models.DateField(_("收回日期"))


class DelegatedItem(models.Model):
    """One power for one town. checks: the readiness checks that are done; ready_on: the day the
    bureau confirmed them; `town_item` has the town's own list under its own code."""

    batch = models.ForeignKey(DelegationBatch, models.PROTECT, related_name="lines")
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="delegations")
    town = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    checks = models.JSONField(default=list)
    ready_on = models.DateField(_("就绪日期"), null=True)
    dropped = models.CharField(_("移出理由"), max_length=200, blank=True)
    in_force_on = models.DateField(_("实施日期"), null=True)
    town_item = models.ForeignKey(ServiceItem, models.PROTECT, null=True, related_name="+")
    taking_back = models.ForeignKey(
        TakingBack, models.PROTECT, null=True, related_name="lines", db_index=False
    )
    taken_back_on = models.DateField(_("收回日期"), null=True)

    class Meta:
        ordering = ["town", "item"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "item", "town"], name="line_once_in_a_batch"),
            models.UniqueConstraint(
                fields=["item", "town"],
                condition=Q(taken_back_on=None, dropped=""),
                name="power_with_a_town_once",
            ),
            models.CheckConstraint(
                condition=Q(in_force_on=None) | Q(ready_on__lte=F("in_force_on")),
                name="nothing_in_force_before_ready",
            ),
        ]
        indexes = [
            models.Index(fields=["town_item"], name="delegated_town_item"),
            models.Index(fields=["taking_back"], name="delegated_taking_back"),
        ]

    def __str__(self) -> str:
        return f"{self.town.short_name} · {self.item.name}（{self.item.unit.short_name}）"


class Preparation(models.Model):
    """One town getting ready for its lines of one batch."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="preparation"
    )
    batch = models.ForeignKey(DelegationBatch, models.PROTECT, related_name="preparations")

    def open_lines(self) -> "models.QuerySet[DelegatedItem]":
        """The lines still meant for the town."""
        return self.batch.open_lines().filter(town=self.matter.unit_id)


class AfterCare(models.Model):
    """What a town did with a power in a quarter, and how much of it did not stand.

    reversed: changed or set aside in administrative review; lost: lost in court.
    """

    line = models.ForeignKey(DelegatedItem, models.PROTECT, related_name="quarters")
    report = models.ForeignKey("AfterCareReport", models.PROTECT, related_name="rows")
    quarter = models.CharField(_("季度"), max_length=6)
    cases = models.PositiveIntegerField(_("办件"))
    reversed = models.PositiveIntegerField(_("复议被纠正"))
    lost = models.PositiveIntegerField(_("诉讼败诉"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "quarter"], name="after_care_once_a_quarter"),
            models.CheckConstraint(
                condition=Q(cases__gte=F("reversed") + F("lost")), name="reversals_within_cases"
            ),
        ]


class AfterCareReport(models.Model):
    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="after_care"
    )
    quarter = models.CharField(_("季度"), max_length=6)


seen_through(DelegationBatch, "matter")
seen_through(Preparation, "matter")
seen_through(TakingBack, "matter")
seen_by_all(DelegatedItem)  # the power lists of the towns say the same
