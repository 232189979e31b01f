"""Figures of evaluations (国办发〔2019〕51号)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, register, share

from .models import Evaluation

BY_UNIT = ("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name")
SATISFIED = Q(level__gte=3)

evaluations = register(
    Metric(
        key="evaluations",
        title=gettext_lazy("评价"),
        unit=gettext_lazy("条"),
        basis=gettext_lazy("期间收到的全部评价"),
        source="国办发〔2019〕51号",
        rows=lambda: Evaluation.objects.all(),
        value=COUNT,
        period="at",
        by=(BY_UNIT,),
        matter="matter",
    )
)
satisfaction_rate = register(
    Metric(
        key="satisfaction_rate",
        title=gettext_lazy("满意率"),
        unit="%",
        basis=gettext_lazy("非常满意、满意和基本满意 ÷ 全部评价"),
        source="国办发〔2019〕51号",
        rows=lambda: Evaluation.objects.all(),
        value=share(SATISFIED),
        period="at",
        by=(BY_UNIT,),
        matter="matter",
    )
)
