"""办不成事反映: whoever could not get something done says so, and the bureau finds out why."""

from typing import Any

from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import Stop, start
from tongban.kernel.procedures.declare import (
    NEW,
    THE_APPLICANT,
    Opening,
    State,
    Step,
    Tell,
    posted,
)
from tongban.kernel.procedures.in_person import asker
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.bureau import bureau
from tongban.services.evaluation.step import evaluation

from .about import case_of
from .forms import ReflectForForm, ReflectForm, SettleForm
from .models import Reflection

RULES, DAYS = "办不成事反映窗口工作规则", 5
operator = posted(Role.OPERATOR)
AT_COUNTERS = (posted(Role.CLERK, anywhere=True), posted(Role.OPERATOR, anywhere=True))


def open_reflection(taking: Taking) -> Opening:
    """To the bureau, never to the unit that it is about."""
    applicant = asker(taking)
    about = case_of(taking, applicant)
    detail = Reflection(words=taking.data["words"], about=about)
    title = about.title if about else detail.words
    return Opening(unit=bureau(), title=title[:200], applicant=applicant, detail=detail)


def keep_answer(taking: Taking) -> None:
    taking.detail.cause, taking.detail.answer = taking.data["cause"], taking.data["answer"]
    taking.facts["told"] = {"answer": taking.data["answer"]}


class Reflecting(Procedure):
    code, title = "reflection", gettext_lazy("办不成事反映")
    detail, detail_name = Reflection, "reflection"
    related = ("reflection__about",)
    panel_template = my_template = "outreach/reflection.html"

    @staticmethod
    def panel(matter: Matter, actor: Actor) -> dict[str, Any]:
        return {"reflection": matter.detail}

    told = State(gettext_lazy("待处理"))
    settled = State(gettext_lazy("办成了"), final=True)
    explained = State(gettext_lazy("已说明"), final=True, side=True)

    tell = Step(
        gettext_lazy("反映办不成的事"),
        NEW >> told,
        by=(THE_APPLICANT,),
        form=ReflectForm,
        opens=open_reflection,
        clock=start(DAYS, RULES),
        hint=gettext_lazy("由政数局查明原因并答复，不会转回原窗口自己处理。"),
        tells=(Tell(gettext_lazy("已收到您反映的情况，5 个工作日内答复"), sms=False),),
    )
    tell_for = Step(
        gettext_lazy("登记反映"),
        NEW >> told,
        by=AT_COUNTERS,
        form=ReflectForForm,
        opens=open_reflection,
        clock=start(DAYS, RULES),
    )
    settle = Step(
        gettext_lazy("办成了"),
        told >> settled,
        by=(operator,),
        form=SettleForm,
        effect=keep_answer,
        clock=Stop(),
        tells=(Tell(gettext_lazy("您反映的“%(title)s”：%(answer)s")),),
        key="F",
    )
    explain = Step(
        gettext_lazy("说明不能办"),
        told >> explained,
        by=(operator,),
        form=SettleForm,
        effect=keep_answer,
        clock=Stop(),
        tells=(Tell(gettext_lazy("您反映的“%(title)s”：%(answer)s")),),
    )
    evaluate = evaluation(settled, explained)
