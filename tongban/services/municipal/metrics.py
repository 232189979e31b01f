"""Figures of taking over powers of the city: what the district has replied by a day."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongban.kernel.metrics.metric import COUNT, Metric, register

from .models import Answer, MunicipalPower


def replied_by(day: date) -> Q:
    return Q(letter__replied_on__lte=day)


def answered(answer: Answer) -> Any:
    def rows() -> QuerySet[MunicipalPower]:
        return MunicipalPower.objects.filter(answer=answer)

    return rows


def _figure(key: str, answer: Answer, title: Any) -> Metric:
    return register(
        Metric(
            key=key,
            title=title,
            unit=_("项"),
            basis=_("已复函的市级权限中，答复为这一类的"),
            source="年度总结 承接市级审批权限",
            rows=answered(answer),
            value=COUNT,
            by=(("unit", _("单位"), "matter__unit__code", "matter__unit__short_name"),),
            matter="matter",
            as_of=replied_by,
            columns=(
                *((_("编号"), "code"), (_("权限名称"), "name"), (_("市级单位"), "municipal_unit")),
                *((_("单位"), "matter__unit__short_name"), (_("理由"), "reason")),
            ),
            address=lambda row: f"/desk/municipal_power/{row.matter.number}/",
            pulls=("code",),
        )
    )


agreed = _figure("powers_agreed", Answer.AGREE, _("同意承接市级审批权限"))
disagreed = _figure("powers_disagreed", Answer.DISAGREE, _("不同意承接市级审批权限"))
requested = _figure("powers_requested", Answer.REQUEST, _("申请新增承接"))
needed = _figure("powers_needed", Answer.URGENT, _("迫切需要的市级审批权限和优化管理体制"))
