"""Taken in here for another place: collected, the person identified, forwarded, followed, and the
result given back."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.files.models import StoredFile, Upload
from tongban.kernel.people.acting import unit_as
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import Stop, start
from tongban.kernel.procedures.declare import (
    NEW,
    THE_SYSTEM,
    Opening,
    State,
    Step,
    Tell,
    posted,
    staying,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.in_person import met
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.signature import HandedForm
from tongban.kernel.procedures.taking import Taking
from tongban.services.evaluation.step import evaluation

from .forms import CollectForm, PapersForm, PostedForm, ResultForm, SentForm, WordsForm
from .models import Forwarded, Paper

RULES, DAYS = "国办发〔2020〕35号", 1  # matters taken in for another place
FORWARD = "cross_forward"
clerk, anywhere = posted(Role.CLERK), posted(Role.CLERK, anywhere=True)


def open_collected(taking: Taking) -> Opening:
    """At the counter of whoever takes it in."""
    data, item = taking.data, taking.data["item"]
    papers = data["papers"] or {}
    if missing := [name for name in item.materials if name not in papers]:
        raise wrong("papers", _("还缺：%s") % "、".join(missing))
    detail = Forwarded(place=item.agreement.place, item=item, identified=data["identified"])
    taking.after_saving.append(partial(keep_papers, taking, papers))
    unit = unit_as(taking.actor, Role.CLERK)
    title = f"{item.agreement.place}：{item.name}"[:200]
    return Opening(unit=unit, title=title, applicant=met(taking), detail=detail)


def keep_papers(taking: Taking, papers: dict[str, Any]) -> None:
    """papers: material → id: of an upload of the actor's own, or, where another place sent it, of a
    stored file."""
    if taking.actor.is_system:
        files = StoredFile.objects.in_bulk(list(papers.values()))
        found = {pk: (stored, "") for pk, stored in files.items()}
    else:
        own = Upload.objects.filter(account=taking.actor.account_id or 0).select_related("file")
        found = {pk: (up.file, up.name) for pk, up in own.in_bulk(list(papers.values())).items()}
    Paper.objects.bulk_create(
        Paper(
            matter=taking.matter,
            material=material[:120],
            name=found[pk][1] or material[:120],
            file=found[pk][0],
        )
        for material, pk in papers.items()
        if pk in found
    )


def supply(taking: Taking) -> None:
    papers = taking.data["papers"] or {}
    if not papers:
        raise wrong("papers", _("请上传要补的材料"))
    taking.after_saving.append(partial(keep_papers, taking, papers))
    taking.detail.words = ""


def keep_number(taking: Taking) -> None:
    taking.detail.their_number = taking.data["their_number"]


def posted_there(taking: Taking) -> None:
    taking.detail.waybill = taking.data["waybill"]


def bounced(taking: Taking) -> None:
    taking.detail.words = taking.data["reason"][:300]


def note(taking: Taking) -> None:
    taking.detail.words = taking.data["words"]
    taking.facts["told"] = {"words": taking.data["words"]}


def decided(taking: Taking) -> None:
    note(taking)
    taking.detail.granted = taking.data["granted"]
    if taking.actor.is_system:  # a result is what the other place sent
        taking.detail.result_id = taking.data["file"]


def hand_over(taking: Taking) -> None:
    taking.detail.receiver = taking.data["receiver"]


def goes_by_wire(matter: Matter, actor: Actor) -> str:
    return "" if matter.forwarded.place.address else _("这个地区没有接收地址，请寄出后按“已寄出”")


class Forwarding(Procedure):
    code, title = "cross_out", gettext_lazy("跨城代收")
    detail, detail_name = Forwarded, "forwarded"
    related = ("forwarded__place", "forwarded__item")
    panel_template = my_template = "crosscity/out.html"

    @staticmethod
    def panel(matter: Matter, actor: Actor) -> dict[str, Any]:
        return {"out": matter.detail, "papers": matter.cross_papers.select_related("file")}

    collected = State(gettext_lazy("已收件"))
    forwarding = State(gettext_lazy("转送中"))
    sent = State(gettext_lazy("办理地办理中"), holds=True)
    correcting = State(gettext_lazy("待补正"), side=True)
    returned = State(gettext_lazy("结果已回"))
    closed = State(gettext_lazy("已交付"), final=True)
    cancelled = State(gettext_lazy("已撤回"), final=True, side=True)

    collect = Step(
        gettext_lazy("代收"),
        NEW >> collected,
        by=(anywhere,),
        form=CollectForm,
        opens=open_collected,
        page="crosscity",
        clock=start(DAYS, RULES),
        tells=(Tell(gettext_lazy("已代收“%(title)s”，编号 %(number)s，转送后告诉您进度")),),
        law=RULES,
    )
    forward = Step(
        gettext_lazy("转送"),
        collected >> forwarding,
        by=(clerk,),
        guard=goes_by_wire,
        after=(FORWARD,),
        key="F",
    )
    post = Step(
        gettext_lazy("已寄出"),
        (collected | forwarding) >> sent,
        by=(clerk,),
        form=PostedForm,
        effect=posted_there,
        clock=Stop(),
    )
    bounce = Step(
        gettext_lazy("办理地没有收下"),
        forwarding >> collected,
        by=(THE_SYSTEM,),
        form=ReasonForm,
        effect=bounced,
    )
    arrive = Step(
        gettext_lazy("办理地已收到"),
        forwarding >> sent,
        by=(THE_SYSTEM,),
        form=SentForm,
        effect=keep_number,
        clock=Stop(),
        tells=(Tell(gettext_lazy("“%(title)s”已转到办理地，正在办理"), sms=False),),
    )
    progress = Step(
        gettext_lazy("办理地进度"),
        staying(sent),
        by=(THE_SYSTEM, clerk),
        form=WordsForm,
        effect=note,
    )
    correct = Step(
        gettext_lazy("办理地要求补正"),
        sent >> correcting,
        by=(THE_SYSTEM, clerk),
        form=WordsForm,
        effect=note,
        tells=(Tell(gettext_lazy("“%(title)s”需要补正：%(words)s，请到代收窗口补交")),),
    )
    supply = Step(
        gettext_lazy("补交并转送"),
        correcting >> forwarding,
        by=(clerk,),
        form=PapersForm,
        effect=supply,
        page="cross_supply",
        after=(FORWARD,),
    )
    finish = Step(
        gettext_lazy("办理地已有结果"),
        sent >> returned,
        by=(THE_SYSTEM, clerk),
        form=ResultForm,
        effect=decided,
        tells=(Tell(gettext_lazy("“%(title)s”已有结果：%(words)s，请到代收窗口领取")),),
    )
    hand_over = Step(
        gettext_lazy("交付"),
        returned >> closed,
        by=(clerk,),
        form=HandedForm,
        effect=hand_over,
        key="D",
    )
    cancel = Step(
        gettext_lazy("撤回"),
        (collected | correcting) >> cancelled,
        by=(clerk,),
        form=ReasonForm,
        clock=Stop(),
        tone="danger",
    )
    evaluate = evaluation(closed)
