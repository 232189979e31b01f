"""The elements of an implementation list 实施清单 (GB/T 39554.2—2020), declared once.

The version of a list and the item itself carry the same columns: a version never changes, the
item carries those in force today.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class Rest(models.TextChoices):
    """What becomes of the other parts of one thing when one of them is not granted."""

    DEPENDENTS = "dependents", _("只停要等它的事项，其他照常办理")
    UNBEGUN = "unbegun", _("还没开始的事项都不再办，已在办的照常办理")
    ALL = "all", _("其余没有办结的事项全部停办")


class LifeEvent(models.TextChoices):
    """What brings a person here: the themes by which the portal is walked."""

    NONE = "", "—"
    BIRTH = "birth", _("生育收养")
    RESIDENCE = "residence", _("户籍证件")
    SCHOOL = "school", _("教育科研")
    WORK = "work", _("就业创业")
    MARRIAGE = "marriage", _("婚姻登记")
    HOUSE = "house", _("住房不动产")
    TRAVEL = "travel", _("出境入境")
    VEHICLE = "vehicle", _("交通出行")
    HEALTH = "health", _("医疗卫生")
    INSURANCE = "insurance", _("社会保障")
    HELP = "help", _("救助扶残")
    RETIREMENT = "retirement", _("离职退休")
    FAREWELL = "farewell", _("身后事")
    OPENING = "opening", _("设立变更")
    PERMIT = "permit", _("准营准办")
    PROJECT = "project", _("投资建设")
    TAX = "tax", _("税收财务")
    FARMING = "farming", _("农林牧渔")
    SAFETY = "safety", _("安全环保")
    CULTURE = "culture", _("文体旅游")


class Nature(models.TextChoices):
    """Why this unit may do it (实施主体性质)."""

    STATUTORY = "statutory", _("法定机关")
    AUTHORISED = "authorised", _("授权组织")
    ENTRUSTED = "entrusted", _("受委托组织")


class Commitment(models.TextChoices):
    INSTANT = "instant", _("即办件")
    PROMISE = "promise", _("承诺件")


class DayUnit(models.TextChoices):
    WORKING = "working", _("工作日")
    CALENDAR = "calendar", _("自然日")


class OnlineDepth(models.TextChoices):
    NONE = "", "—"
    ONE = "Ⅰ", _("Ⅰ 信息发布")
    TWO = "Ⅱ", _("Ⅱ 原件预审")
    THREE = "Ⅲ", _("Ⅲ 原件核验")
    FOUR = "Ⅳ", _("Ⅳ 全程网办")


class ResultKind(models.TextChoices):
    NONE = "", "—"
    CERTIFICATE = "certificate", _("证照")
    APPROVAL = "approval", _("批文")
    REPLY = "reply", _("其他结果")


class Elements(models.Model):
    """Days are counted in `day_unit`; no statutory days means the law sets no limit.

    legal_basis: [{law, article, text}]. special_procedures: [{name, days, law}]. steps: the
    road of a case inside the unit, [{name, post, days, after}]. faq: [{question, answer}].
    form_fields: what the form asks, [{field, required, question, option}]: a field of the library,
    under one answer or always; none: the form that every item has.
    """

    name = models.CharField(_("事项名称"), max_length=120)
    kind = models.CharField(_("事项类型"), max_length=16, choices=ItemKind)
    by_application = models.BooleanField(_("依申请"), default=True)
    nature = models.CharField(
        _("实施主体性质"), max_length=12, choices=Nature, default=Nature.STATUTORY
    )
    legal_basis = models.JSONField(_("法律依据"), default=list, blank=True)
    audience = models.CharField(_("服务对象"), max_length=8, choices=Audience)
    life_event = models.CharField(
        _("主题分类"), max_length=12, choices=LifeEvent, default="", blank=True
    )
    conditions = models.TextField(_("受理条件"), default="", blank=True)
    statutory_days = models.PositiveSmallIntegerField(_("法定办结时限"), null=True, blank=True)
    promised_days = models.PositiveSmallIntegerField(_("承诺办结时限"), null=True, blank=True)
    day_unit = models.CharField(
        _("时限单位"), max_length=8, choices=DayUnit, default=DayUnit.WORKING
    )
    commitment = models.CharField(_("办件类型"), max_length=8, choices=Commitment, blank=True)
    visits = models.PositiveSmallIntegerField(_("到办事现场次数"), default=0)
    online_depth = models.CharField(
        _("网上办理深度"), max_length=2, choices=OnlineDepth, blank=True
    )
    bookable = models.BooleanField(_("可预约"), default=False)
    in_hall = models.BooleanField(_("进驻大厅"), default=False)
    place = models.CharField(_("办理地点"), max_length=120, default="", blank=True)
    fee_yuan = models.PositiveIntegerField(_("收费（元）"), default=0)
    fee_basis = models.CharField(_("收费依据"), max_length=200, default="", blank=True)
    result = models.CharField(_("办理结果"), max_length=60, blank=True)
    result_kind = models.CharField(
        _("结果类型"), max_length=12, choices=ResultKind, default="", blank=True
    )
    delivery = models.CharField(_("送达方式"), max_length=60, default="", blank=True)
    special_procedures = models.JSONField(_("特别程序"), default=list, blank=True)
    intermediaries = models.CharField(_("中介服务"), max_length=200, default="", blank=True)
    steps = models.JSONField(_("办理环节"), default=list, blank=True)
    telephone = models.CharField(_("咨询电话"), max_length=40, default="", blank=True)
    complaint_telephone = models.CharField(_("监督投诉电话"), max_length=40, default="", blank=True)
    district_wide = models.BooleanField(_("全区通办"), default=False)
    cross_city = models.BooleanField(_("跨城通办"), default=False)
    cross_province = models.BooleanField(_("跨省通办"), default=False)
    on_kiosk = models.BooleanField(_("自助机可办"), default=False)
    faq = models.JSONField(_("常见问题"), default=list, blank=True)
    form_fields = models.JSONField(_("申请表字段"), default=list, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


LISTED = {  # elements kept as lists: what stands between the bars of a line
    "legal_basis": ("law", "article", "text"),
    "special_procedures": ("name", "days", "law"),
    "steps": ("name", "post", "days", "after"),
    "faq": ("question", "answer"),
    "form_fields": ("field", "required", "question", "option"),
}
ELEMENTS = tuple(field.name for field in Elements._meta.local_fields)


def element(name: str) -> "models.Field[Any, Any]":
    """The declaration of an element. Raises FieldDoesNotExist."""
    field = Elements._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field
