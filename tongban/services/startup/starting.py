"""一窗企业开办: one form; the registration first, then seals, tax, insurance and bank side by side
at their units; everything is picked up at one window."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import Stop, start
from tongban.kernel.procedures.declare import (
    NEW,
    THE_APPLICANT,
    THE_SYSTEM,
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
from tongban.kernel.procedures.parts import PartEndedForm
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import Taking, take
from tongban.kernel.units.models import Unit
from tongban.services.evaluation.step import evaluation

from .carving import Engraving
from .forms import BroughtForm, DoneForm, HandForm, StageForm, StartForForm, StartForm
from .models import Carving, Office, Stage, Startup, StartupStage

LAW = "国办发〔2020〕24号"  # a company is started within four working days
PROMISED, STATUTORY = 1, 4
clerk, head = posted(Role.CLERK), posted(Role.UNIT_ADMIN)
anywhere = posted(Role.CLERK, anywhere=True)
LEVEL_TO_START = 2


def open_startup(taking: Taking) -> Opening:
    applicant = asker(taking)
    if applicant.identity_level < LEVEL_TO_START:
        raise NotNow(_("办理前请先完成实名核验（姓名和身份证号）"))
    detail = Startup(company=taking.data["company"], wants=taking.data["wants"])
    unit = _office(Stage.REGISTER)
    begin = partial(_open_stage, taking, Stage.REGISTER)
    taking.after_saving.append(begin)
    return Opening(unit=unit, title=detail.company, applicant=applicant, detail=detail)


def _office(stage: str) -> Unit:
    office = Office.objects.select_related("unit").filter(stage=stage).first()
    if office is None:
        raise NotNow(_("“%s”还没有指定办理单位，请联系政数局") % Stage(stage).label)
    return office.unit


def _open_stage(taking: Taking, stage: str) -> None:
    number = taking.matter.number
    data, key = {"startup": number, "stage": stage}, f"stage:{number}:{stage}"
    take(AtUnit.give, None, the_system(), data, key=key, at=taking.at)


def open_stage(taking: Taking) -> Opening:
    startup = Startup.objects.select_related("matter__applicant").get(
        matter__number=taking.data["startup"]
    )
    stage = taking.data["stage"]
    detail = StartupStage(startup=startup, stage=stage)
    return Opening(
        unit=_office(stage),
        title=f"{startup.company} {Stage(stage).label}"[:200],
        applicant=startup.matter.applicant,
        detail=detail,
        part_of=startup.matter,
    )


def go_on(taking: Taking) -> None:
    """Registered: all that was wished for begins at once. Refused: nothing more does. All ended:
    it lies ready at the window."""
    startup: Startup = taking.detail
    rows = StartupStage.objects.filter(startup=startup.pk).select_related("matter")
    stages = {row.stage: row for row in rows}
    first = stages[Stage.REGISTER]
    if first.matter.state == AtUnit.refused.name:
        taking.after_saving.append(partial(_end, taking, Starting.fail))
    elif not startup.uscc:
        startup.uscc = first.result
        taking.after_saving.append(partial(_begin_rest, taking))
    elif not Matter.objects.filter(part_of=taking.matter, closed_at=None).exists():
        taking.after_saving.append(partial(_end, taking, Starting.finish))


def _begin_rest(taking: Taking) -> None:
    startup, number = taking.detail, taking.matter.number
    for stage in startup.wants:
        if stage != Stage.SEAL:
            _open_stage(taking, stage)
            continue
        data = {"company": startup.company, "uscc": startup.uscc, "startup": number}
        take(Engraving.order_part, None, the_system(), data, key=f"seal:{number}", at=taking.at)
    if not startup.wants:
        _end(taking, Starting.finish)


def _end(taking: Taking, step: Step) -> None:
    number = taking.matter.number
    take(step, number, the_system(), key=f"end:{number}", at=taking.at)


def hand_over(taking: Taking) -> None:
    startup, data = taking.detail, taking.data
    startup.receiver, startup.waybill = data["receiver"], data["waybill"]


def open_brought(taking: Taking) -> Opening:
    data = taking.data
    detail = Startup(company=data["company"], uscc=data["uscc"], wants=list(Stage.values[1:]))
    return Opening(unit=_office(Stage.REGISTER), title=detail.company, detail=detail)


def not_registered(matter: Matter, actor: Actor) -> str:
    if matter.startup.uscc:
        return _("已经登记成立；不再经营请办理注销")
    return ""


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    startup = matter.detail
    carving = Carving.objects.filter(matter__part_of=matter).select_related("matter", "vendor")
    return {
        "startup": startup,
        "wants": [Stage(stage).label for stage in startup.wants],
        "stages": startup.stages.select_related("matter__unit").order_by("pk"),
        "carving": carving.first(),
    }


class Starting(Procedure):
    code, title = "startup", gettext_lazy("一窗企业开办")
    detail, detail_name = Startup, "startup"
    panel = staticmethod(panel_of)
    panel_template = my_template = "startup/startup.html"

    going = State(gettext_lazy("联合办理"))
    ready = State(gettext_lazy("可领取"))
    closed = State(gettext_lazy("已领取"), final=True)
    failed = State(gettext_lazy("未登记"), final=True, side=True)
    withdrawn = State(gettext_lazy("已撤回"), final=True, side=True)

    apply = Step(
        gettext_lazy("申请企业开办"),
        NEW >> going,
        by=(THE_APPLICANT,),
        form=StartForm,
        opens=open_startup,
        clock=start(PROMISED, LAW, STATUTORY),
        hint=gettext_lazy("登记、刻章、税务、社保、银行开户一次申请，一个窗口领取，印章免费。"),
        tells=(Tell(gettext_lazy("“%(title)s”的开办申请已收到，编号 %(number)s")),),
        law=LAW,
    )
    apply_for = Step(
        gettext_lazy("窗口收件"),
        NEW >> going,
        by=(anywhere,),
        form=StartForForm,
        opens=open_startup,
        clock=start(PROMISED, LAW, STATUTORY),
        tells=(Tell(gettext_lazy("“%(title)s”的开办申请已收到，编号 %(number)s")),),
        law=LAW,
    )
    bring_in = Step(
        gettext_lazy("补录"), NEW >> closed, by=(THE_SYSTEM,), form=BroughtForm, opens=open_brought
    )
    part_ended = Step(
        gettext_lazy("一个环节已有结果"),
        staying(going),
        by=(THE_SYSTEM,),
        form=PartEndedForm,
        effect=go_on,
    )
    finish = Step(
        gettext_lazy("全部办好"),
        going >> ready,
        by=(THE_SYSTEM,),
        clock=Stop(),
        tells=(Tell(gettext_lazy("“%(title)s”的执照、印章等已办好，请到企业开办窗口一次领取")),),
    )
    fail = Step(
        gettext_lazy("不予登记"),
        going >> failed,
        by=(THE_SYSTEM,),
        clock=Stop(),
        tells=(Tell(gettext_lazy("“%(title)s”没有登记，原因见详情")),),
    )
    hand_over = Step(
        gettext_lazy("一窗发放"),
        ready >> closed,
        by=(clerk, head),
        form=HandForm,
        effect=hand_over,
        key="D",
    )
    withdraw = Step(
        gettext_lazy("撤回"),
        going >> withdrawn,
        by=(THE_APPLICANT,),
        guard=not_registered,
        clock=Stop(),
        tone="danger",
    )
    evaluate = evaluation(closed, failed)


class AtUnit(Procedure):
    code, title = "startup_stage", gettext_lazy("企业开办环节")
    detail, detail_name = StartupStage, "startup_stage"
    related = ("startup_stage__startup__matter",)
    panel_template = "startup/stage.html"

    @staticmethod
    def panel(matter: Matter, actor: Actor) -> dict[str, Any]:
        return {"stage": matter.detail}

    todo = State(gettext_lazy("待办"))
    done = State(gettext_lazy("办好"), final=True)
    refused = State(gettext_lazy("不予办理"), final=True, side=True)

    give = Step(
        gettext_lazy("分办"),
        NEW >> todo,
        by=(THE_SYSTEM,),
        form=StageForm,
        opens=open_stage,
        clock=start(PROMISED, LAW),
    )
    finish = Step(
        gettext_lazy("办好"),
        todo >> done,
        by=(clerk, head),
        form=DoneForm,
        effect=lambda taking: setattr(taking.detail, "result", taking.data["result"]),
        clock=Stop(),
        key="F",
    )
    refuse = Step(
        gettext_lazy("不予办理"),
        todo >> refused,
        by=(clerk, head),
        form=ReasonForm,
        clock=Stop(),
        tone="danger",
    )
