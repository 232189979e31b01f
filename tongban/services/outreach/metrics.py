"""Figures of service that goes to people."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, register, share

from .models import CompanyNeed, CompanyVisit, Help, HomeVisit, Reflection

BY_UNIT = (
    "unit",
    gettext_lazy("单位"),
    "matter__unit__code",
    "matter__unit__short_name",
)
TIMES, PIECES = gettext_lazy("次"), gettext_lazy("件")
CLOSED = {"period": "matter__closed_at", "matter": "matter", "source": "大厅管理"}


def _closed(key: str, title: Any, unit: Any, basis: Any, rows: Any, **more: Any) -> Metric:
    told = {"value": COUNT, "by": (BY_UNIT,), **CLOSED, **more}
    return register(Metric(key=key, title=title, unit=unit, basis=basis, rows=rows, **told))


company_visits = _closed(
    "company_visits",
    gettext_lazy("主动上门走访企业"),
    TIMES,
    gettext_lazy("期间办结的走访，企业提出的诉求都已答复"),
    lambda: CompanyVisit.objects.filter(matter__state="closed"),
)
needs_solved = _closed(
    "company_needs_solved",
    gettext_lazy("企业诉求解决率"),
    "%",
    gettext_lazy("已解决的 ÷ 期间答复的企业诉求"),
    lambda: CompanyNeed.objects.filter(matter__state="answered"),
    value=share(Q(solved=True)),
)
home_visits = _closed(
    "home_visits",
    gettext_lazy("上门服务"),
    TIMES,
    gettext_lazy("期间完成的上门服务"),
    lambda: HomeVisit.objects.filter(matter__state="visited"),
    by=(BY_UNIT, ("need", gettext_lazy("原因"), "need", "need")),
)
helps = _closed(
    "helps",
    gettext_lazy("帮办代办"),
    PIECES,
    gettext_lazy("期间完成的帮办"),
    lambda: Help.objects.filter(matter__state="done"),
)
reflections = _closed(
    "reflections_settled",
    gettext_lazy("办不成事办成率"),
    "%",
    gettext_lazy("办成的 ÷ 期间答复的办不成事反映"),
    lambda: Reflection.objects.filter(matter__state__in=("settled", "explained")),
    value=share(Q(matter__state="settled")),
    by=(BY_UNIT, ("cause", gettext_lazy("原因"), "cause", "cause")),
)
