"""Figures of supervision."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, register, share

from .models import Finding

BY = (
    ("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name"),
    ("rule", gettext_lazy("规则"), "rule", "rule"),
)

found = register(
    Metric(
        key="findings",
        title=gettext_lazy("监察问题"),
        unit=gettext_lazy("个"),
        basis=gettext_lazy("期间自动发现的问题，含后来撤销的"),
        source="行政许可法 第六十条",
        rows=lambda: Finding.objects.all(),
        value=COUNT,
        period="matter__opened_at",
        by=BY,
        matter="matter",
        higher_is_better=False,
    )
)
overturned = register(
    Metric(
        key="findings_overturned",
        title=gettext_lazy("监察问题撤销率"),
        unit="%",
        basis=gettext_lazy("经申诉撤销的 ÷ 期间办结的监察问题；高说明规则判得不准"),
        source="行政许可法 第六十条",
        rows=lambda: Finding.objects.all(),
        value=share(Q(matter__state="overturned")),
        period="matter__closed_at",
        by=BY,
        matter="matter",
        higher_is_better=False,
    )
)
