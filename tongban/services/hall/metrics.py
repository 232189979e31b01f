"""Figures of the hall."""

from django.db.models import DurationField, ExpressionWrapper, F, FloatField
from django.db.models.functions import Extract
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, mean, register

from .models import Ticket

BY_UNIT = ("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name")
WAIT = ExpressionWrapper(F("called_at") - F("matter__opened_at"), output_field=DurationField())
MINUTES = ExpressionWrapper(Extract(WAIT, "epoch") / 60.0, output_field=FloatField())

tickets = register(
    Metric(
        key="tickets_called",
        title=gettext_lazy("叫号"),
        unit=gettext_lazy("个"),
        basis=gettext_lazy("期间叫过的号"),
        source="大厅管理",
        rows=lambda: Ticket.objects.all(),
        value=COUNT,
        period="called_at",
        by=(BY_UNIT,),
        matter="matter",
    )
)
mean_wait = register(
    Metric(
        key="mean_wait",
        title=gettext_lazy("平均等候"),
        unit=gettext_lazy("分钟"),
        basis=gettext_lazy("取号到叫号的分钟数,期间叫过的号的平均"),
        source="大厅管理",
        rows=lambda: Ticket.objects.all(),
        value=mean(MINUTES),
        period="called_at",
        by=(BY_UNIT,),
        matter="matter",
        higher_is_better=False,
    )
)
