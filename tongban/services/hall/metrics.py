"""Figures of the hall."""

from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, FloatField, Q
from django.db.models.functions import Extract
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, mean, register, share
from tongban.services.booking.models import Booking
from tongban.services.booking.places import STAYED_AWAY

from .models import Ticket

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


def minutes(end: str, begin: str) -> Any:
    spent = ExpressionWrapper(F(end) - F(begin), output_field=DurationField())
    return mean(ExpressionWrapper(Extract(spent, "epoch") / 60.0, output_field=FloatField()))


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
    gettext_lazy("取号到叫号的分钟数,期间叫过的号的平均"),
    minutes("called_at", "matter__opened_at"),
    higher_is_better=False,
)
mean_service = of_tickets(
    "mean_service",
    gettext_lazy("平均办理"),
    MINUTES,
    gettext_lazy("叫号到办完的分钟数,期间办完的号的平均"),
    minutes("finished_at", "called_at"),
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
        basis=gettext_lazy("没有到厅的 ÷ 期间的预约(取消的、候补未成的和申诉成立的不计)"),
        source=SOURCE,
        rows=lambda: Booking.objects.filter(matter__state__in=(*STAYED_AWAY, "arrived")),
        value=share(Q(matter__state__in=STAYED_AWAY)),
        period="slot__begins_at",
        by=BOOKED_BY,
        matter="matter",
        higher_is_better=False,
    )
)
