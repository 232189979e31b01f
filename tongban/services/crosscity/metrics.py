"""Figures of matters between places."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, register

from .models import Agreement, AgreementItem, Arrived, Forwarded, in_force

SOURCE = "国办发〔2020〕35号"
BY_PLACE = ("place", gettext_lazy("地区"), "place__code", "place__name")
BY_UNIT = ("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name")


def _count(key: str, title: Any, basis: Any, rows: Any) -> Metric:
    return register(
        Metric(
            key=key,
            title=title,
            unit=gettext_lazy("件"),
            basis=basis,
            source=SOURCE,
            rows=rows,
            value=COUNT,
            period="matter__opened_at",
            by=(BY_PLACE, BY_UNIT),
            matter="matter",
        )
    )


forwarded = _count(
    "cross_city_forwarded",
    gettext_lazy("跨城代收"),
    gettext_lazy("期间为外地代收的办件"),
    lambda: Forwarded.objects.all(),
)
arrived = _count(
    "cross_city_arrived",
    gettext_lazy("跨城来件"),
    gettext_lazy("期间外地代收转来的办件"),
    lambda: Arrived.objects.all(),
)
agreements = register(
    Metric(
        key="cross_city_items",
        title=gettext_lazy("跨城通办事项"),
        unit=gettext_lazy("项"),
        basis=gettext_lazy("有效协议里的事项"),
        source=SOURCE,
        rows=lambda: AgreementItem.objects.all(),
        value=COUNT,
        as_of=lambda day: Q(agreement__in=Agreement.objects.filter(in_force(day))),
        by=(("place", gettext_lazy("地区"), "agreement__place__code", "agreement__place__name"),),
        columns=(
            (gettext_lazy("基本编码"), "basic_code"),
            (gettext_lazy("事项"), "name"),
            (gettext_lazy("地区"), "agreement__place__name"),
        ),
    )
)
