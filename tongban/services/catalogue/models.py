"""Service items as this district offers them: the implementation lists 实施清单."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.units.models import Unit


class ItemKind(models.TextChoices):
    """Types of items (国办函〔2018〕 事项类型), values language-neutral."""

    LICENCE = "licence", _("行政许可")
    PENALTY = "penalty", _("行政处罚")
    COERCION = "coercion", _("行政强制")
    LEVY = "levy", _("行政征收")
    BENEFIT = "benefit", _("行政给付")
    INSPECTION = "inspection", _("行政检查")
    CONFIRMATION = "confirmation", _("行政确认")
    AWARD = "award", _("行政奖励")
    ADJUDICATION = "adjudication", _("行政裁决")
    OTHER_POWER = "other_power", _("其他行政权力")
    PUBLIC_SERVICE = "public_service", _("公共服务")


class Audience(models.TextChoices):
    NATURAL = "natural", _("个人")
    LEGAL = "legal", _("企业和组织")
    BOTH = "both", _("个人和企业")


class Commitment(models.TextChoices):
    INSTANT = "instant", _("即办件")
    PROMISE = "promise", _("承诺件")


class Source(models.TextChoices):
    APPLICANT = "applicant", _("申请人提供")
    DATA_SHARING = "data_sharing", _("数据共享,免提交")


class ServiceItem(models.Model):
    """Days are working days; no statutory days means the law sets no limit."""

    implementation_code = models.CharField(_("实施编码"), max_length=31, unique=True)
    basic_code = models.CharField(max_length=12)
    name = models.CharField(_("事项名称"), max_length=120)
    kind = models.CharField(_("事项类型"), max_length=16, choices=ItemKind)
    by_application = models.BooleanField(default=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="items")
    audience = models.CharField(max_length=8, choices=Audience)
    statutory_days = models.PositiveSmallIntegerField(_("法定办结时限"), null=True)
    promised_days = models.PositiveSmallIntegerField(_("承诺办结时限"), null=True)
    commitment = models.CharField(max_length=8, choices=Commitment, blank=True)
    visits = models.PositiveSmallIntegerField(_("到办事现场次数"), default=0)
    online_depth = models.CharField(_("网上办理深度"), max_length=2, blank=True)
    bookable = models.BooleanField(default=False)
    in_hall = models.BooleanField(default=False)
    fee_yuan = models.PositiveIntegerField(default=0)
    result = models.CharField(_("办理结果"), max_length=60, blank=True)
    on_kiosk = models.BooleanField(default=False)
    cross_city = models.BooleanField(default=False)
    search_text = models.TextField(default="", editable=False)

    class Meta:
        ordering = ["implementation_code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(statutory_days=None)
                | models.Q(promised_days=None)
                | models.Q(promised_days__lte=models.F("statutory_days")),
                name="item_promised_within_statutory",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Material(models.Model):
    """What an applicant hands in, or what data sharing brings."""

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    form = models.CharField(max_length=20)
    required = models.BooleanField(default=True)
    shortage_tolerant = models.BooleanField(default=False)
    source = models.CharField(max_length=16, choices=Source)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["item", "name"], name="material_once")]

    def __str__(self) -> str:
        return self.name


class Situation(models.Model):
    """One answer to a question; it may add a material to those everybody needs."""

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="situations")
    position = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=120)
    option = models.CharField(max_length=60)
    adds = models.ForeignKey(Material, models.CASCADE, null=True, related_name="when")

    class Meta:
        ordering = ["position"]


class Theme(models.Model):
    """One thing 一件事: items a person meets as one event."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    audience = models.CharField(max_length=8, choices=Audience)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ThemeItem(models.Model):
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="parts")
    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="themes")
    position = models.PositiveSmallIntegerField()
    order = models.CharField(max_length=10)

    class Meta:
        ordering = ["position"]
