"""Figures of cases."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from tongban.kernel.metrics.metric import COUNT, Metric, register, share
from tongban.kernel.procedures.models import Matter
from tongban.services.catalogue.models import Source

from .models import Case, CaseMaterial, Channel

BY_UNIT = ("unit", gettext_lazy("单位"), "unit__code", "unit__short_name")
CASES = Matter.objects.filter(kind="case")
DECIDED = ("closed", "refused", "declined")
IN_TIME = Q(due_on__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__lte=F("due_on"))

received = register(
    Metric(
        key="cases_received",
        title=gettext_lazy("收件"),
        unit=gettext_lazy("件"),
        basis=gettext_lazy("期间提交的全部办件"),
        source="年度总结 统一申办受理平台",
        rows=lambda: CASES.all(),
        value=COUNT,
        period="opened_at",
        by=(BY_UNIT, ("item", gettext_lazy("事项"), "title", "title")),
    )
)
closed = register(
    Metric(
        key="cases_closed",
        title=gettext_lazy("办结"),
        unit=gettext_lazy("件"),
        basis=gettext_lazy("期间办结、不予许可和不予受理的办件"),
        source="年度总结 统一申办受理平台",
        rows=lambda: CASES.filter(state__in=DECIDED),
        value=COUNT,
        period="closed_at",
        by=(BY_UNIT, ("item", gettext_lazy("事项"), "title", "title")),
    )
)
in_time = register(
    Metric(
        key="closed_in_time",
        title=gettext_lazy("按时办结率"),
        unit="%",
        basis=gettext_lazy("按时办结数 ÷ 办结数；未设时限的按时计"),
        source="行政许可法 第四十二条",
        rows=lambda: CASES.filter(state__in=DECIDED),
        value=share(IN_TIME),
        period="closed_at",
        by=(BY_UNIT,),
    )
)
UNIFIED = (
    ("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name"),
    ("item", gettext_lazy("事项"), "matter__title", "matter__title"),
)
unified_closed = register(
    Metric(
        key="unified_closed",
        title=gettext_lazy("统一申办受理平台办结"),
        unit=gettext_lazy("件"),
        basis=gettext_lazy("期间办结的网上申请"),
        source="年度总结 统一申办受理平台",
        rows=lambda: Case.objects.filter(channel=Channel.ONLINE, matter__state__in=DECIDED),
        value=COUNT,
        period="matter__closed_at",
        by=UNIFIED,
        matter="matter",
    )
)
unified_overdue = register(
    Metric(
        key="unified_overdue",
        title=gettext_lazy("统一申办受理平台逾期"),
        unit=gettext_lazy("件"),
        basis=gettext_lazy("期间办结的网上申请中超过承诺时限的"),
        source="年度总结 统一申办受理平台",
        rows=lambda: Case.objects.filter(
            channel=Channel.ONLINE,
            matter__state__in=DECIDED,
            matter__ended_on__gt=F("matter__due_on"),
        ),
        value=COUNT,
        period="matter__closed_at",
        by=UNIFIED,
        matter="matter",
        higher_is_better=False,
    )
)
online = register(
    Metric(
        key="online_rate",
        title=gettext_lazy("网办率"),
        unit="%",
        basis=gettext_lazy("网上申请的办件 ÷ 全部办件"),
        source="年度总结 互联网+政务服务",
        rows=lambda: Case.objects.all(),
        value=share(Q(channel=Channel.ONLINE)),
        period="matter__opened_at",
        by=(("unit", gettext_lazy("单位"), "matter__unit__code", "matter__unit__short_name"),),
        matter="matter",
    )
)
not_handed_in = register(
    Metric(
        key="materials_not_handed_in",
        title=gettext_lazy("材料免提交率"),
        unit="%",
        basis=gettext_lazy("由电子证照代替或数据共享取得的材料 ÷ 申请要用的全部材料"),
        source="国务院关于在线政务服务的若干规定 第十条",
        rows=lambda: CaseMaterial.objects.all(),
        value=share(Q(certificate__isnull=False) | Q(material__source=Source.DATA_SHARING)),
        period="at",
        by=(
            (
                *("unit", gettext_lazy("单位")),
                *("case__matter__unit__code", "case__matter__unit__short_name"),
            ),
        ),
        matter="case__matter",
    )
)
