"""Service items: catalogue item, implementation list in its versions, handling variant."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.files.models import StoredFile
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_by_all, seen_through
from tongban.kernel.units.models import Unit

from .elements import (
    Audience,
    Commitment,
    Elements,
    ItemKind,
    LifeEvent,
    Rest,
)
from .form_fields import FormField  # noqa: F401 - a table of this app

__all__ = ["Audience", "Commitment", "ItemKind"]  # read from here by other apps


class Source(models.TextChoices):
    APPLICANT = "applicant", _("申请人提供")
    DATA_SHARING = "data_sharing", _("数据共享，免提交")


class MaterialForm(models.TextChoices):
    ORIGINAL = "original", _("原件")
    COPY = "copy", _("复印件")
    E_CERTIFICATE = "e_certificate", _("电子证照")


class MaterialKind(models.TextChoices):
    FORM = "form", _("申请表")
    CERTIFICATE = "certificate", _("证照")
    DOCUMENT = "document", _("其他材料")


class Status(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    SUSPENDED = "suspended", _("暂停")
    ABOLISHED = "abolished", _("已废止")


WITHIN_STATUTORY = (
    Q(statutory_days=None) | Q(promised_days=None) | Q(promised_days__lte=F("statutory_days"))
)


class CatalogueItem(models.Model):
    """Basic catalogue 基本目录: what may be done at all, kept nationally or by the province."""

    basic_code = models.CharField(_("基本编码"), max_length=12, unique=True)
    name = models.CharField(_("事项名称"), max_length=120)
    kind = models.CharField(_("事项类型"), max_length=16, choices=ItemKind)

    class Meta:
        ordering = ["basic_code"]

    def __str__(self) -> str:
        return self.name


class ServiceItem(Elements):
    """What this unit does, under one implementation code, with the elements in force today.

    The elements are those of the version in force; only `versions.take_effect` writes them.
    """

    implementation_code = models.CharField(_("实施编码"), max_length=31, unique=True)
    basic_code = models.CharField(_("基本编码"), max_length=12)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="items", verbose_name=_("实施机构"))
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.DRAFT)
    current = models.ForeignKey(
        "ImplementationList", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["implementation_code"]
        constraints = [
            models.CheckConstraint(
                condition=WITHIN_STATUTORY,
                name="item_promised_within_statutory",
            )
        ]
        indexes = [
            models.Index(fields=["unit", "kind"], name="item_unit_kind"),
            models.Index(fields=["basic_code"], name="item_basic"),
        ]


class ChangeKind(models.TextChoices):
    CREATE = "create", _("新增")
    ADJUST = "adjust", _("调整")
    SUSPEND = "suspend", _("暂停")
    RESUME = "resume", _("恢复")
    ABOLISH = "abolish", _("取消")


class ImportRun(models.Model):
    """A spreadsheet handed in: checked, then proposed as changes, all or nothing."""

    class Phase(models.TextChoices):
        WAITING = "waiting", _("检查中")
        FAULTY = "faulty", _("有错误")
        CHECKED = "checked", _("检查通过")
        PROPOSED = "proposed", _("已起草变更")
        UNDONE = "undone", _("已撤销")
        DONE = "done", _("已完成")

    kind = models.CharField(max_length=12)
    name = models.CharField(_("文件"), max_length=120)
    digest = models.CharField(max_length=64)
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    phase = models.CharField(_("状态"), max_length=10, choices=Phase, default=Phase.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]


class Change(models.Model):
    """A change of one or many lists of a unit: proposed, reviewed and put in force together."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="change")
    kind = models.CharField(_("变更类型"), max_length=8, choices=ChangeKind)
    reason = models.CharField(_("理由"), max_length=500)
    legal_basis = models.CharField(_("法律依据"), max_length=300)
    effective_on = models.DateField(_("生效日期"))
    proposed_by = models.CharField(max_length=12, editable=False)
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="changes")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        indexes = [models.Index(fields=["effective_on"], name="change_effective")]


class PowerListIssue(models.Model):
    """The power and responsibility list of a unit as announced: sealed by the step that does it."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="power_list_issue"
    )
    on = models.DateField(_("截至"))
    total = models.PositiveIntegerField(_("事项数"))


PUBLISHED = Q(number__isnull=False)


class ImplementationList(Elements):
    """One version of an item's implementation list 实施清单; immutable once it has a number.

    In force from `from_on` until the day before `until_on`. A draft has neither number nor days.
    `change` is empty for the stock with which the district began.
    """

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions")
    change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="lines")
    number = models.PositiveSmallIntegerField(_("版本"), null=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status)
    from_on = models.DateField(_("生效日期"), null=True)
    until_on = models.DateField(null=True)

    class Meta:
        ordering = ["item", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="version_once"),
            models.UniqueConstraint(fields=["change", "item"], name="line_once_in_a_change"),
            models.CheckConstraint(
                condition=WITHIN_STATUTORY,
                name="list_promised_within_statutory",
            ),
            models.CheckConstraint(
                condition=Q(number=None, from_on=None, until_on=None)
                | Q(number__isnull=False, from_on__isnull=False),
                name="version_has_its_days",
            ),
            ExclusionConstraint(
                name="one_version_in_force",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    (
                        Func(
                            "from_on",
                            "until_on",
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=PUBLISHED,
            ),
        ]
        indexes = [models.Index(fields=["from_on", "until_on"], name="version_days")]


class Variant(models.Model):
    """Handling variant 业务办理项: the concrete situation a person applies for."""

    version = models.ForeignKey(ImplementationList, models.CASCADE, related_name="variants")
    suffix = models.CharField(max_length=2)
    name = models.CharField(_("业务办理项名称"), max_length=120)
    answers = models.JSONField(default=dict)

    class Meta:
        ordering = ["suffix"]
        constraints = [models.UniqueConstraint(fields=["version", "suffix"], name="variant_once")]

    def __str__(self) -> str:
        return self.name


class Material(models.Model):
    """What an applicant hands in, or what data sharing brings."""

    version = models.ForeignKey(ImplementationList, models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("材料名称"), max_length=120)
    kind = models.CharField(
        _("材料类型"), max_length=12, choices=MaterialKind, default=MaterialKind.DOCUMENT
    )
    form = models.CharField(_("材料形式"), max_length=20, choices=MaterialForm)
    copies = models.PositiveSmallIntegerField(_("纸质份数"), default=1)
    required = models.BooleanField(_("必要"), default=True)
    shortage_tolerant = models.BooleanField(_("容缺"), default=False)
    e_certificate = models.CharField(_("电子证照名称"), max_length=60, default="", blank=True)
    source = models.CharField(_("来源渠道"), max_length=16, choices=Source)
    sample = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    blank_form = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="material_once")]
        indexes = [models.Index(fields=["name"], name="material_name")]

    def __str__(self) -> str:
        return self.name


class Situation(models.Model):
    """One answer to a question; it may add a material to those everybody needs."""

    version = models.ForeignKey(ImplementationList, models.CASCADE, related_name="situations")
    position = models.PositiveSmallIntegerField()
    question = models.CharField(_("情形问题"), max_length=120)
    option = models.CharField(_("选项"), max_length=60)
    adds = models.ForeignKey(Material, models.CASCADE, null=True, related_name="when")
    excludes = models.CharField(_("不能办理的原因"), max_length=120, default="", blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "question", "option", "adds"], name="situation_once"
            )
        ]


class ThemeBatch(models.Model):
    """Themes that a document asks for come as a batch; the district's own belong to none."""

    document_number = models.CharField(_("文号"), max_length=60, unique=True)
    title = models.CharField(_("文件"), max_length=200)
    published_on = models.DateField(_("公布日期"))

    class Meta:
        ordering = ["published_on"]

    def __str__(self) -> str:
        return self.document_number


class Theme(models.Model):
    """One thing 一件事: items a person meets as one event; published until it is withdrawn."""

    code = models.CharField(_("主题编号"), max_length=16, unique=True)
    name = models.CharField(_("主题名称"), max_length=120)
    audience = models.CharField(_("服务对象"), max_length=8, choices=Audience)
    life_event = models.CharField(
        _("主题分类"), max_length=12, choices=LifeEvent, default="", blank=True
    )
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("牵头单位")
    )
    batch = models.ForeignKey(
        ThemeBatch, models.PROTECT, null=True, related_name="themes", verbose_name=_("批次")
    )
    rest = models.CharField(_("一项未办成时"), max_length=10, choices=Rest, default=Rest.DEPENDENTS)
    from_on = models.DateField(_("发布日期"), null=True)
    withdrawn_on = models.DateField(_("下线日期"), null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ThemeItem(models.Model):
    """after: implementation codes of the parts it waits for."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="parts")
    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="themes")
    position = models.PositiveSmallIntegerField()
    after = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["theme", "item"], name="theme_item_once")]


class Synonym(models.Model):
    """An everyday word and what the lists call it, added by the bureau to those shipped."""

    everyday = models.CharField(_("大家怎么说"), max_length=30, unique=True)
    official = models.CharField(_("清单里怎么说"), max_length=120)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]


class FailedSearch(models.Model):
    """Words that found nothing, counted: no person, no address is kept."""

    words = models.CharField(_("搜索词"), max_length=60, unique=True)
    times = models.PositiveIntegerField(_("次数"), default=1)
    last_at = models.DateTimeField(_("最近一次"))

    class Meta:
        ordering = ["-times", "-last_at"]


class Checklist(models.Model):
    """What somebody with these answers needs 办事清单: no name, no number, only the answers.

    The code is short enough to be read aloud; counter, kiosk and hotline open it.
    """

    code = models.CharField(max_length=8, unique=True)
    version = models.ForeignKey(ImplementationList, models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="checklist_at")]


class RepealedLaw(models.Model):
    """A law that no list may rest on any more."""

    name = models.CharField(_("法律名称"), max_length=120, unique=True)
    repealed_on = models.DateField(_("废止日期"))


class Defect(models.Model):
    """Something wrong with a published guide, and whose it is to mend."""

    version = models.ForeignKey(ImplementationList, models.CASCADE, related_name="defects")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    what = models.CharField(max_length=200)
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "kind"], name="defect_unit_kind")]


seen_through(Change, "matter")
seen_by_all(ServiceItem)
seen_by_all(ImplementationList)
seen_by_all(Theme)
seen_through(PowerListIssue, "matter")
