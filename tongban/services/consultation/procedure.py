"""Consulting a unit: asked → answered; who does not answer in time is taken to have no objection.

Any procedure asks with `asking.ask`; its page shows the answers with `asking.opinions`.
"""

from django.utils.translation import gettext_lazy

from tongban.kernel.clock import Limit
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, Opening, State, Step, posted
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.models import Unit

from .forms import AnswerForm, AskForm
from .models import Consultation
from .panel import panel_of

ANSWERING = (
    *(posted(Role.UNIT_ADMIN), posted(Role.CLERK)),
    *(posted(Role.APPROVER), posted(Role.TOWN_CLERK)),
)
RULES = "重大行政决策程序暂行条例"  # who decides consults the bodies concerned first


def open_consultation(taking: Taking) -> Opening:
    data = taking.data
    about = Matter.objects.filter(number=data["about"]).first()
    unit = Unit.objects.filter(code=data["unit"]).first()
    if about is None or unit is None:
        raise wrong("about", "没有这个办理事项或单位")
    detail = Consultation(
        about=about, question=data["question"], days=data["days"], points=data["points"] or []
    )
    return Opening(
        unit=unit, title=f"{about.title}：征求{unit.short_name}意见"[:200], detail=detail
    )


def keep_answer(taking: Taking) -> None:
    for name in ("answer", "against", "opinion"):
        setattr(taking.detail, name, taking.data.get(name) or ([] if name == "against" else ""))


class Consulting(Procedure):
    code, title = "consultation", gettext_lazy("征求意见")
    detail, detail_name = Consultation, "consultation"
    related = ("consultation__about",)
    panel = staticmethod(panel_of)
    panel_template = "consultation/panel.html"

    asked = State(
        gettext_lazy("待答复"),
        within=lambda taking: Limit(taking.detail.days, RULES),
        otherwise="stay_silent",
    )
    answered = State(gettext_lazy("已答复"), final=True)
    silent = State(gettext_lazy("逾期未复，视为无意见"), final=True, side=True)

    ask = Step(
        gettext_lazy("发出征求意见"),
        NEW >> asked,
        by=(THE_SYSTEM,),
        form=AskForm,
        opens=open_consultation,
    )
    answer = Step(
        gettext_lazy("答复意见"),
        asked >> answered,
        by=ANSWERING,
        form=AnswerForm,
        effect=keep_answer,
        law=RULES,
        key="A",
    )
    stay_silent = Step(gettext_lazy("逾期未复"), asked >> silent, by=(THE_SYSTEM,), law=RULES)
