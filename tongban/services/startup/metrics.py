"""Figures of company start-up and seal carving."""

from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, register

from .models import Carving, Startup

BY_UNIT = ("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name")

startups = register(
    Metric(
        key="company_startups",
        title=gettext_lazy("一窗企业开办"),
        unit=gettext_lazy("件"),
        basis=gettext_lazy("期间办结并一窗领取的企业开办"),
        source="国办发〔2020〕24号",
        rows=lambda: Startup.objects.filter(matter__state="closed"),
        value=COUNT,
        period="matter__closed_at",
        by=(BY_UNIT,),
        matter="matter",
    )
)
carvings = register(
    Metric(
        key="seal_carvings",
        title=gettext_lazy("免费刻制公章"),
        unit=gettext_lazy("套"),
        basis=gettext_lazy("期间交付的免费印章，每家企业一套"),
        source="免费刻章实施办法",
        rows=lambda: Carving.objects.filter(matter__state="delivered"),
        value=COUNT,
        period="matter__closed_at",
        by=(BY_UNIT, ("vendor", gettext_lazy("刻章单位"), "vendor__name", "vendor__name")),
        matter="matter",
    )
)
