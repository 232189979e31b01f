"""Figures of one thing."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, register, share
from tongban.kernel.procedures.models import Matter

BY = (
    ("unit", gettext_lazy("单位"), "unit__code", "unit__short_name"),
    ("theme", gettext_lazy("一件事"), "title", "title"),
)
RECEIVED = Matter.objects.filter(kind="one_thing")

received = register(
    Metric(
        key="one_things_received",
        title=gettext_lazy("一件事收件"),
        unit=gettext_lazy("件"),
        basis=gettext_lazy("期间提交的一件事申请，每件含多个事项"),
        source="国办发〔2024〕6号",
        rows=lambda: RECEIVED.all(),
        value=COUNT,
        period="opened_at",
        by=BY,
    )
)
finished = register(
    Metric(
        key="one_things_finished",
        title=gettext_lazy("一件事全部办结率"),
        unit="%",
        basis=gettext_lazy("全部事项办结的 ÷ 期间结束的一件事申请"),
        source="国办发〔2024〕6号",
        rows=lambda: RECEIVED.exclude(state="withdrawn"),
        value=share(Q(state="done")),
        period="closed_at",
        by=BY,
    )
)
