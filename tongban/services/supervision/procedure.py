"""A finding: the unit explains in writing or appeals, the bureau confirms or overturns it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.clock import Limit
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, Opening, State, Step, posted
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking

from .forms import ExplainForm, FindForm, JudgeForm
from .models import Finding
from .panel import panel_of
from .rules import RULES

DAYS_TO_EXPLAIN = 3  # working days
LAW = "行政许可法 第六十条"
bureau = posted(Role.OPERATOR, anywhere=True)


def open_finding(taking: Taking) -> Opening:
    data = taking.data
    about = Matter.objects.select_related("unit").filter(number=data["about"]).first()
    rule = RULES.get(data["rule"])
    if about is None or rule is None:
        raise wrong("about", _("没有这个办件或规则"))
    finding = Finding(
        rule=rule.key,
        about=about,
        event=data["event"] or 0,
        evidence=data["evidence"] or {},
    )
    return Opening(unit=about.unit, title=f"{rule.title}：{about.number}", detail=finding)


def keep_explanation(taking: Taking) -> None:
    taking.detail.reason, taking.detail.appeals = taking.data["reason"], taking.data["appeals"]


def keep_remark(taking: Taking) -> None:
    taking.detail.remark = taking.data["remark"]


class Watching(Procedure):
    code, title = "finding", gettext_lazy("监察问题")
    detail, detail_name = Finding, "finding"
    related = ("finding__about",)
    panel = staticmethod(panel_of)
    panel_template = "supervision/panel.html"

    found = State(
        gettext_lazy("待说明"),
        within=Limit(DAYS_TO_EXPLAIN, LAW),
        otherwise="stay_silent",
    )
    explained = State(gettext_lazy("待认定"))
    confirmed = State(gettext_lazy("已认定"), final=True)
    overturned = State(gettext_lazy("已撤销"), final=True, side=True)

    find = Step(
        gettext_lazy("自动发现"),
        NEW >> found,
        by=(THE_SYSTEM,),
        form=FindForm,
        opens=open_finding,
        law=LAW,
    )
    explain = Step(
        gettext_lazy("书面说明"),
        found >> explained,
        by=(posted(Role.UNIT_ADMIN), posted(Role.CLERK), posted(Role.APPROVER)),
        form=ExplainForm,
        effect=keep_explanation,
        law=LAW,
        key="E",
    )
    confirm = Step(
        gettext_lazy("认定属实"),
        explained >> confirmed,
        by=(bureau,),
        form=JudgeForm,
        effect=keep_remark,
        law=LAW,
        key="A",
    )
    overturn = Step(
        gettext_lazy("撤销认定"),
        (found | explained) >> overturned,
        by=(bureau,),
        form=JudgeForm,
        effect=keep_remark,
        law=LAW,
        key="U",
    )
    stay_silent = Step(
        gettext_lazy("逾期未说明，直接认定"), found >> confirmed, by=(THE_SYSTEM,), law=LAW
    )
