"""One thing as one case: sent once, its parts handled by their units, finished together."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.ledger.models import Event
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import Extend, Limits, Start, Stop
from tongban.kernel.procedures.declare import (
    NEW,
    THE_APPLICANT,
    THE_SYSTEM,
    Document,
    State,
    Step,
    Tell,
    posted,
    staying,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.parts import PartEndedForm
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.taking import Taking
from tongban.services.cases.effects import delivered_once, note_delivery
from tongban.services.cases.forms import DeliverForm
from tongban.services.cases.letters import DELIVERY
from tongban.services.catalogue import joint
from tongban.services.evaluation.step import evaluation
from tongban.services.seals.making import chinese_date

from .forms import ThemeForm
from .models import OneThing
from .opening import go_on, open_thing, withdraw_parts
from .panel import panel_of

LAW = "行政许可法 第四十二条第二款"
clerk, head = posted(Role.CLERK), posted(Role.UNIT_ADMIN)


def limits(taking: Taking) -> Limits:
    return Limits(taking.detail.limit_days, joint.BOUND_DAYS)


def told_in_receipt(matter: Matter, event: Event) -> dict[str, Any]:
    thing: OneThing = matter.detail
    parts = thing.parts.select_related("item__unit")
    return {
        "query_code": matter.query_code,
        "due": chinese_date(matter.due_on),
        "parts": [[part.item.name, part.item.unit.name] for part in parts],
        "pieces": list(thing.uploads),
    }


RECEIPT = Document(
    "together_receipt",
    "一件事收件凭证",
    "件",
    Path(__file__).parent / "letters" / "receipt.typ",
    told_in_receipt,
)


def extended_once(matter: Matter, actor: Any) -> str:
    moves = (matter.clock or {}).get("moves", ())
    return _("已经延长过一次，不能再延长（行政许可法 第四十二条）") if moves else ""


class Joint(Procedure):
    code, title = "one_thing", gettext_lazy("一件事办件")
    detail, detail_name = OneThing, "one_thing"
    related = ("one_thing__theme",)
    panel = staticmethod(panel_of)
    panel_template, my_template = "together/panel.html", "together/my.html"

    going = State(gettext_lazy("联合办理"))
    done = State(gettext_lazy("全部办结"), final=True)
    partly = State(gettext_lazy("部分办结"), final=True, side=True)
    failed = State(gettext_lazy("未办成"), final=True, side=True)
    withdrawn = State(gettext_lazy("已撤回"), final=True, side=True)

    apply = Step(
        gettext_lazy("提交一件事申请"),
        NEW >> going,
        by=(THE_APPLICANT,),
        form=ThemeForm,
        page="themes",
        opens=open_thing,
        clock=Start(limits, LAW),
        document=RECEIPT,
        tells=(Tell(gettext_lazy("您的“%(title)s”申请已收到，编号 %(number)s，各单位同时办理")),),
        law=LAW,
    )
    part_ended = Step(
        gettext_lazy("一个事项已有结果"),
        staying(going),
        by=(THE_SYSTEM,),
        form=PartEndedForm,
        effect=go_on,
        tells=(
            Tell(
                gettext_lazy(
                    "“%(title)s”（%(number)s）中的“%(part)s”已有结果；因此不再办理的事项：%(stopped)s"
                ),
                sms=False,
            ),
        ),
    )
    extend = Step(
        gettext_lazy("延长联合办理期限"),
        staying(going),
        by=(head,),
        form=ReasonForm,
        guard=extended_once,
        clock=Extend(lambda taking: joint.LONGER_DAYS, "经本级人民政府负责人批准延长", LAW),
        tells=(Tell(gettext_lazy("您的“%(title)s”（%(number)s）经批准延长办理期限")),),
        law=LAW,
    )
    finish = Step(
        gettext_lazy("全部办结"),
        going >> done,
        by=(THE_SYSTEM,),
        clock=Stop(),
        tells=(Tell(gettext_lazy("您的“%(title)s”（%(number)s）已全部办结，结果一并送达")),),
    )
    finish_partly = Step(
        gettext_lazy("部分办结"),
        going >> partly,
        by=(THE_SYSTEM,),
        clock=Stop(),
        tells=(Tell(gettext_lazy("您的“%(title)s”（%(number)s）部分办结，各事项结果见详情")),),
    )
    fail = Step(
        gettext_lazy("未办成"),
        going >> failed,
        by=(THE_SYSTEM,),
        clock=Stop(),
        tells=(Tell(gettext_lazy("您的“%(title)s”（%(number)s）未办成，理由见各事项的决定")),),
    )
    withdraw = Step(
        gettext_lazy("撤回全部申请"),
        going >> withdrawn,
        by=(THE_APPLICANT,),
        form=ReasonForm,
        effect=withdraw_parts,
        clock=Stop(),
        tone="danger",
    )
    deliver = Step(
        gettext_lazy("一并送达"),
        staying(done, partly),
        by=(clerk, head),
        form=DeliverForm,
        guard=delivered_once,
        effect=note_delivery,
        document=DELIVERY,
        law="行政许可法 第四十四条",
        key="D",
    )
    evaluate = evaluation(done, partly, failed)
