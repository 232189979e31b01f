"""Figures of service items: over the lists published and in force on the day (指标口径)."""

from typing import Any

from django.db.models import Case, Count, Exists, F, FloatField, OuterRef, Q, QuerySet, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext_lazy as _

from tongban.kernel.metrics.metric import COUNT, Metric, mean, register, share
from tongban.kernel.units.models import Unit

from .elements import Commitment, DayUnit, ItemKind, OnlineDepth
from .models import Defect, ImplementationList, Material, Source
from .versions import published_on

WORKING_PER_CALENDAR = 5 / 7  # limits in calendar days are compared in working days
SOURCE = "年度总结 互联网+政务服务；政务服务事项指标口径"
BY = (
    ("unit", _("单位"), "item__unit__code", "item__unit__short_name"),
    ("kind", _("事项类型"), "kind", "kind"),
)
ONLINE = Q(online_depth__in=(OnlineDepth.TWO, OnlineDepth.THREE, OnlineDepth.FOUR))
COLUMNS = (
    *((_("事项"), "name"), (_("单位"), "item__unit__short_name"), (_("类型"), "kind")),
    *((_("法定"), "statutory_days"), (_("承诺"), "promised_days"), (_("办件类型"), "commitment")),
    *((_("网办深度"), "online_depth"), (_("到场次数"), "visits"), (_("可预约"), "bookable")),
)


def lists() -> QuerySet[ImplementationList]:
    """Lists of departments: a power that towns carry out too counts once."""
    return ImplementationList.objects.filter(item__unit__kind=Unit.Kind.DEPARTMENT)


def licences() -> QuerySet[ImplementationList]:
    return lists().filter(kind=ItemKind.LICENCE)


def by_application() -> QuerySet[ImplementationList]:
    return lists().filter(by_application=True)


def address(row: ImplementationList) -> str:
    return f"/desk/items/{row.item.implementation_code}/"


def worst(condition: Q) -> tuple[Any, ...]:
    """Rows that fail the condition first."""
    return (Case(When(condition, then=1), default=0), "item__unit__code", "name")


def working(field: str) -> Combinable:
    """Days of a limit as working days."""
    return Case(
        When(day_unit=DayUnit.CALENDAR, then=F(field) * WORKING_PER_CALENDAR),
        default=Cast(field, FloatField()),
        output_field=FloatField(),
    )


def stock(key: str, title: Any, basis: Any, rows: Any, value: Combinable, **more: Any) -> Metric:
    """A figure over what is published on a day."""
    defaults = {"unit": "%", "source": SOURCE, "by": BY, "columns": COLUMNS}
    return register(
        Metric(
            key=key,
            title=title,
            basis=basis,
            rows=rows,
            value=value,
            as_of=published_on,
            address=address,
            **{**defaults, **more},
        )
    )


def portion(key: str, title: Any, basis: Any, rows: Any, which: Q) -> Metric:
    """The share of what is published for which a condition holds."""
    return stock(key, title, basis, rows, share(which), pulls=worst(which))


published = stock(
    "items_published",
    _("政务服务事项"),
    _("各部门已发布且在有效期内的实施清单，下放镇街的另计"),
    lists,
    COUNT,
    unit=_("项"),
)
licences_published = stock(
    "licences_published", _("行政许可事项"), _("已发布的行政许可"), licences, COUNT, unit=_("项")
)
hall_items = stock(
    "hall_items",
    _("进驻大厅事项"),
    _("已发布且进驻行政服务大厅的事项"),
    lambda: lists().filter(in_hall=True),
    COUNT,
    unit=_("项"),
)
service_units = stock(
    "service_units",
    _("政务服务单位"),
    _("有已发布事项的部门"),
    lists,
    Count("item__unit", distinct=True),
    unit=_("个"),
    by=BY[1:],
)
hall_units = stock(
    "hall_units",
    _("进驻大厅单位"),
    _("至少一个已发布事项进驻行政服务大厅的部门"),
    lambda: lists().filter(in_hall=True),
    Count("item__unit", distinct=True),
    unit=_("个"),
    by=BY[1:],
)
limit_compression = stock(
    "limit_compression",
    _("时限压缩率"),
    _("1 − 承诺时限之和 ÷ 法定时限之和；有法定时限的行政许可，折合工作日"),
    lambda: licences().filter(statutory_days__gt=0, promised_days__isnull=False),
    100.0 - 100.0 * Sum(working("promised_days")) / NullIf(Sum(working("statutory_days")), 0.0),
    pulls=(F("promised_days").desc(), "statutory_days", "name"),
)
instant_share = portion(
    "instant_share",
    _("即办件占比"),
    _("即办的行政许可 ÷ 行政许可"),
    licences,
    Q(commitment=Commitment.INSTANT),
)
instant_share_application = portion(
    "instant_share_application",
    _("依申请即办件占比"),
    _("即办的依申请事项 ÷ 依申请事项"),
    by_application,
    Q(commitment=Commitment.INSTANT),
)
online_capable = portion(
    "online_capable",
    _("可网办率"),
    _("网上办理深度 Ⅱ 及以上 ÷ 依申请事项"),
    by_application,
    ONLINE,
)
online_capable_power = portion(
    "online_capable_power",
    _("行政权力事项可网办率"),
    _("网上办理深度 Ⅱ 及以上 ÷ 依申请的行政权力事项"),
    lambda: by_application().exclude(kind=ItemKind.PUBLIC_SERVICE),
    ONLINE,
)
online_licences = portion(
    "online_licences",
    _("许可网办率"),
    _("可以网上申请的行政许可 ÷ 行政许可"),
    licences,
    ONLINE,
)
fully_online = portion(
    "fully_online",
    _("全流程网办率"),
    _("网上办理深度 Ⅳ 的行政许可 ÷ 行政许可"),
    licences,
    Q(online_depth=OnlineDepth.FOUR),
)
bookable_share = portion(
    "bookable_share",
    _("可预约率"),
    _("可预约的大厅事项 ÷ 进驻大厅事项"),
    lambda: lists().filter(in_hall=True),
    Q(bookable=True),
)
average_visits = stock(
    "average_visits",
    _("平均到现场次数"),
    _("到现场次数之和 ÷ 行政许可"),
    licences,
    mean("visits"),
    unit=_("次"),
    higher_is_better=False,
    pulls=("-visits", "name"),
)
shared_materials = stock(
    "shared_materials",
    _("免提交材料的事项占比"),
    _("至少一份材料由数据共享取得的依申请事项 ÷ 依申请事项"),
    lambda: by_application().annotate(
        shares=Exists(Material.objects.filter(version=OuterRef("pk"), source=Source.DATA_SHARING))
    ),
    share(Q(shares=True)),
    pulls=("shares", "name"),
)
guide_accuracy = portion(
    "guide_accuracy",
    _("办事指南准确度"),
    _("夜间检查没有发现缺陷的依申请事项 ÷ 依申请事项"),
    lambda: by_application().annotate(faulty=Exists(Defect.objects.filter(version=OuterRef("pk")))),
    Q(faulty=False),
)
# what a change can be tried on; the accuracy of a guide is known only after the nightly look
STOCKS = (
    *(published, licences_published, hall_items, limit_compression, instant_share),
    *(instant_share_application, online_capable, online_capable_power, online_licences),
    *(fully_online, bookable_share, average_visits, shared_materials),
)
