"""Figures of the hall."""

from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
)
from django.db.models.functions import Abs, Cast, Coalesce, Extract, NullIf, TruncDate
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, Percentile, mean, register, share
from tongban.services.booking.models import Booking
from tongban.services.booking.places import STAYED_AWAY

from .models import Shift, Tap, Ticket, Topic

BY = (
    ("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name"),
    ("group", gettext_lazy("窗口组"), "group__code", "group__name"),
    ("counter", gettext_lazy("窗口"), "counter__number", "counter__number"),
    ("hour", gettext_lazy("钟点"), "queued_at__hour", "queued_at__hour"),
    ("source", gettext_lazy("来源"), "source", "source"),
)
BOOKED_BY = (
    ("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name"),
    ("group", gettext_lazy("窗口组"), "group__code", "group__name"),
    ("channel", gettext_lazy("名额"), "channel", "channel"),
)
SOURCE, MINUTES, PERCENT = "大厅管理", gettext_lazy("分钟"), "%"


def spent(end: str, begin: str) -> Any:
    """Minutes between two times of a row."""
    length = ExpressionWrapper(F(end) - F(begin), output_field=DurationField())
    return ExpressionWrapper(Extract(length, "epoch") / 60.0, output_field=FloatField())


WAITED = spent("called_at", "matter__opened_at")


def of_tickets(key: str, title: Any, unit: Any, basis: Any, value: Any, **more: Any) -> Metric:
    told = {"period": "called_at", "by": BY, "rows": Ticket.objects.all, "source": SOURCE}
    return register(
        Metric(
            key=key,
            title=title,
            unit=unit,
            basis=basis,
            value=value,
            matter="matter",
            **{**told, **more},
        )
    )


drawn = of_tickets(
    "tickets_drawn",
    gettext_lazy("取号"),
    gettext_lazy("个"),
    gettext_lazy("期间取的号"),
    COUNT,
    period="matter__opened_at",
)
tickets = of_tickets(
    "tickets_called",
    gettext_lazy("叫号"),
    gettext_lazy("个"),
    gettext_lazy("期间叫过的号"),
    COUNT,
)
mean_wait = of_tickets(
    "mean_wait",
    gettext_lazy("平均等候"),
    MINUTES,
    gettext_lazy("取号到叫号的分钟数，期间叫过的号的平均"),
    mean(WAITED),
    higher_is_better=False,
)
half_wait = of_tickets(
    "wait_p50",
    gettext_lazy("等候中位数"),
    MINUTES,
    gettext_lazy("期间叫过的号，一半在这么多分钟内叫到"),
    Percentile(WAITED, 50),
    higher_is_better=False,
)
most_wait = of_tickets(
    "wait_p90",
    gettext_lazy("九成等候"),
    MINUTES,
    gettext_lazy("期间叫过的号，九成在这么多分钟内叫到"),
    Percentile(WAITED, 90),
    higher_is_better=False,
)
told_wrong = of_tickets(
    "wait_told_error",
    gettext_lazy("预计等候误差"),
    MINUTES,
    gettext_lazy("取号时告诉的分钟数与实际等候相差多少，期间叫过的号的平均"),
    mean(Abs(F("estimate") - WAITED)),
    rows=lambda: Ticket.objects.filter(estimate__isnull=False, rejoined=False),
    higher_is_better=False,
)
mean_service = of_tickets(
    "mean_service",
    gettext_lazy("平均办理"),
    MINUTES,
    gettext_lazy("叫号到办完的分钟数，期间办完的号的平均"),
    mean(spent("finished_at", "called_at")),
    period="finished_at",
    higher_is_better=False,
)
abandoned = of_tickets(
    "tickets_abandoned",
    gettext_lazy("弃号率"),
    PERCENT,
    gettext_lazy("取号后没有办就离开或过号的 ÷ 期间取的号"),
    share(Q(matter__state__in=("gone", "missed", "absent"))),
    period="matter__opened_at",
    higher_is_better=False,
)
booked_share = of_tickets(
    "tickets_booked",
    gettext_lazy("预约取号比例"),
    PERCENT,
    gettext_lazy("由预约签到取的号 ÷ 期间取的号"),
    share(Q(source="booking")),
    period="matter__opened_at",
)
no_show = register(
    Metric(
        key="bookings_missed",
        title=gettext_lazy("爽约率"),
        unit=PERCENT,
        basis=gettext_lazy("没有到厅的 ÷ 期间的预约（取消的、候补未成的和申诉成立的不计）"),
        source=SOURCE,
        rows=lambda: Booking.objects.filter(matter__state__in=(*STAYED_AWAY, "arrived")),
        value=share(Q(matter__state__in=STAYED_AWAY)),
        period="slot__begins_at",
        by=BOOKED_BY,
        matter="matter",
        higher_is_better=False,
    )
)
SHIFT_BY = (
    ("unit", gettext_lazy("单位"), "counter__unit__code", "counter__unit__short_name"),
    ("counter", gettext_lazy("窗口"), "counter__number", "counter__number"),
    ("clerk", gettext_lazy("人员"), "account__code", "account__name"),
    ("hour", gettext_lazy("钟点"), "began_at__hour", "began_at__hour"),
)


def with_served() -> Any:
    """Shifts that have ended, each with the tickets finished in it and their minutes."""
    during = Ticket.objects.filter(
        counter=OuterRef("counter"),
        finished_at__gte=OuterRef("began_at"),
        finished_at__lte=OuterRef("ended_at"),
    ).order_by()
    at_one = during.values("counter")
    busy = at_one.annotate(m=Sum(spent("finished_at", "called_at"))).values("m")
    count = at_one.annotate(n=Count("pk")).values("n")
    return Shift.objects.filter(ended_at__isnull=False).annotate(
        busy=Coalesce(Subquery(busy, output_field=FloatField()), 0.0),
        served=Coalesce(Subquery(count, output_field=IntegerField()), 0),
    )


def of_shifts(key: str, title: Any, unit: Any, basis: Any, value: Any) -> Metric:
    return register(
        Metric(
            key=key,
            title=title,
            unit=unit,
            basis=basis,
            source=SOURCE,
            rows=with_served,
            value=value,
            period="ended_at",
            by=SHIFT_BY,
            columns=(
                (gettext_lazy("窗口"), "counter__number"),
                (gettext_lazy("人员"), "account__name"),
                (gettext_lazy("开始"), "began_at"),
                (gettext_lazy("办完"), "served"),
            ),
        )
    )


utilisation = of_shifts(
    "counter_utilisation",
    gettext_lazy("窗口利用率"),
    PERCENT,
    gettext_lazy("办理用的分钟 ÷ 开窗的分钟"),
    Sum("busy") * 100.0 / NullIf(Sum(spent("ended_at", "began_at")), 0.0),
)
served = of_shifts(
    "tickets_served",
    gettext_lazy("办完的号"),
    gettext_lazy("个"),
    gettext_lazy("期间在开窗时段里办完的号"),
    Sum("served"),
)
extended = register(
    Metric(
        key="extended_visits",
        title=gettext_lazy("延时服务"),
        unit=gettext_lazy("次"),
        basis=gettext_lazy("期间在延时时段到厅的预约"),
        source=SOURCE,
        rows=lambda: Booking.objects.filter(matter__state="arrived", slot__extended=True),
        value=COUNT,
        period="slot__begins_at",
        by=BOOKED_BY,
        matter="matter",
    )
)
BY_TOPIC = (
    ("topic", gettext_lazy("主题"), "topic__name", "topic__name"),
    ("hour", gettext_lazy("钟点"), "at__hour", "at__hour"),
)
TAPPED = (
    (gettext_lazy("主题"), "topic__name"),
    (gettext_lazy("时间"), "at"),
    (gettext_lazy("数量"), "number"),
)
A_DAY = NullIf(Count(TruncDate("at"), distinct=True), 0)


def of_taps(key: str, title: Any, unit: Any, basis: Any, kind: str, value: Any) -> Metric:
    return register(
        Metric(
            key=key,
            title=title,
            unit=unit,
            basis=basis,
            source=SOURCE,
            rows=lambda: Tap.objects.filter(topic__kind=kind),
            value=value,
            period="at",
            by=BY_TOPIC,
            columns=TAPPED,
        )
    )


QUESTION, SHEETS = Topic.Kind.QUESTION, Topic.Kind.SHEETS
consultations = of_taps(
    "consultations",
    gettext_lazy("咨询引导"),
    gettext_lazy("人次"),
    gettext_lazy("期间咨询台计的咨询"),
    QUESTION,
    COUNT,
)
consultations_a_day = of_taps(
    "consultations_per_day",
    gettext_lazy("每天咨询引导"),
    gettext_lazy("人次/天"),
    gettext_lazy("咨询引导 ÷ 有计数的天数"),
    QUESTION,
    Cast(COUNT, FloatField()) / A_DAY,
)
copies = of_taps(
    "copies",
    gettext_lazy("免费复印打印"),
    gettext_lazy("张"),
    gettext_lazy("期间计的复印打印张数"),
    SHEETS,
    Sum("number"),
)
copies_a_day = of_taps(
    "copies_per_day",
    gettext_lazy("每天复印打印"),
    gettext_lazy("张/天"),
    gettext_lazy("免费复印打印 ÷ 有计数的天数"),
    SHEETS,
    Cast(Sum("number"), FloatField()) / A_DAY,
)
