"""帮办代办: a helper of the unit stays with an applicant until the matter is done."""

from typing import Any

from django.utils.translation import gettext as _
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
    staying,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.in_person import asker
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.bureau import bureau
from tongban.services.evaluation.step import evaluation

from .about import case_of
from .forms import HelpedForm, HelperForm, HelpForForm, HelpForm
from .models import Help

RULES, DAYS = "帮办代办规则", 1
clerk, head = posted(Role.CLERK), posted(Role.UNIT_ADMIN)
FINDING = (clerk, head, posted(Role.OPERATOR))
AT_COUNTERS = (posted(Role.CLERK, anywhere=True), posted(Role.OPERATOR, anywhere=True))


def open_help(taking: Taking) -> Opening:
    item = taking.data["item"]
    unit = item.unit if item else bureau()  # who finds a helper where no item is named
    detail = Help(item=item, wish=taking.data["wish"])
    title = item.name if item else _("帮办：%s") % detail.wish
    return Opening(unit=unit, title=title[:200], applicant=asker(taking), detail=detail)


def name_helper(taking: Taking) -> None:
    taking.matter.handler = taking.data["helper"]
    taking.facts["told"] = {"who": taking.data["helper"].name}
    taking.detail_changed = False


def note_case(taking: Taking) -> None:
    taking.detail.about = case_of(taking, taking.matter.applicant) or taking.detail.about


def is_helper(matter: Matter, actor: Actor) -> str:
    if matter.handler_id == actor.account_id:
        return ""
    return _("由这件的帮办员记录；要换人请先改派帮办员")


class Helping(Procedure):
    code, title = "help", gettext_lazy("帮办代办")
    detail, detail_name = Help, "help"
    related = ("help__item", "help__about")
    panel_template = my_template = "outreach/help.html"

    @staticmethod
    def panel(matter: Matter, actor: Actor) -> dict[str, Any]:
        return {"help": matter.detail, "helper": matter.handler}

    wished = State(gettext_lazy("待派帮办员"))
    helped = State(gettext_lazy("帮办中"))
    done = State(gettext_lazy("帮办完成"), final=True)
    ended = State(gettext_lazy("不再帮办"), final=True, side=True)

    wish = Step(
        gettext_lazy("申请帮办"),
        NEW >> wished,
        by=(THE_APPLICANT,),
        form=HelpForm,
        opens=open_help,
        clock=start(DAYS, RULES),
        hint=gettext_lazy("帮办员免费陪您把事办完：备材料、填表、跑窗口。"),
        tells=(Tell(gettext_lazy("已收到您的帮办申请，一个工作日内联系您"), sms=False),),
    )
    wish_for = Step(
        gettext_lazy("登记帮办"),
        NEW >> wished,
        by=AT_COUNTERS,
        form=HelpForForm,
        opens=open_help,
        clock=start(DAYS, RULES),
    )
    assign = Step(
        gettext_lazy("指派帮办员"),
        wished >> helped,
        by=FINDING,
        form=HelperForm,
        effect=name_helper,
        clock=Stop(),
        tells=(Tell(gettext_lazy("您的帮办员是%(who)s，会与您联系")),),
        key="A",
    )
    reassign_helper = Step(
        gettext_lazy("改派帮办员"),
        staying(helped),
        by=FINDING,
        form=HelperForm,
        effect=name_helper,
        tells=(Tell(gettext_lazy("您的帮办员改为%(who)s"), sms=False),),
    )
    record = Step(
        gettext_lazy("记一次帮办"),
        staying(helped),
        by=FINDING,
        form=HelpedForm,
        guard=is_helper,
        effect=note_case,
        key="R",
    )
    finish = Step(
        gettext_lazy("帮办完成"),
        helped >> done,
        by=FINDING,
        form=HelpedForm,
        guard=is_helper,
        effect=note_case,
        tells=(Tell(gettext_lazy("“%(title)s”的帮办已完成，请评价")),),
        key="F",
    )
    end = Step(
        gettext_lazy("不再帮办"),
        (wished | helped) >> ended,
        by=(THE_APPLICANT, *FINDING),
        form=ReasonForm,
        clock=Stop(),
    )
    evaluate = evaluation(done)
