"""Taken in at another place for us: a clerk of the item's unit opens the case it is meant to be,
and the other place is told of each turn and of the result."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.files.models import Upload
from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.models import Account
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import Stop, start
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, Opening, State, Step, posted
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.in_person import known
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.parts import PartEndedForm
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue.models import ServiceItem, Status
from tongban.services.catalogue.situations import needs_of

from .collecting import keep_papers
from .forms import AcceptForm, ArriveForm, AskForm, PapersForm
from .models import Arrived

RULES, DAYS = "国办发〔2020〕35号", 1
REPLY = "cross_reply"
clerk = posted(Role.CLERK)


def open_arrived(taking: Taking) -> Opening:
    data = taking.data
    rows = ServiceItem.objects.select_related("unit", "current")
    found = rows.filter(basic_code=data["basic_code"], status=Status.PUBLISHED)
    item = found.filter(cross_city=True, current__isnull=False).first()
    if item is None:
        raise wrong("basic_code", _("我地没有这个跨城通办事项，请核对基本编码"))
    applicant = known(data["number"], data["name"], data["phone"])
    facts = {"told": data["told"]} if data["told"] else {}
    detail = Arrived(place=data["place"], their_number=data["their_number"], item=item, facts=facts)
    taking.after_saving.append(partial(keep_papers, taking, data["papers"] or {}))
    title = f"{data['place']}：{item.name}"[:200]
    return Opening(unit=item.unit, title=title, applicant=applicant, detail=detail)


def begin(taking: Taking) -> None:
    """The case itself, with the papers that came; what it refuses is said to the clerk."""
    taking.after_saving.append(partial(_open_case, taking))


def _open_case(taking: Taking) -> None:
    arrived: Arrived = taking.detail
    account = Account.objects.get(pk=taking.actor.account_id or 0)
    answers = taking.form.answers()
    wanted = {material.name for material in needs_of(arrived.item).under(answers)}
    papers = {row.material: row for row in taking.matter.cross_papers.select_related("file")}
    uploads = {
        material: str(Upload.objects.create(file=row.file, account=account, name=row.name).pk)
        for material, row in papers.items()
        if material in wanted  # what our list does not ask for stays with what came
    }
    assert taking.matter.applicant is not None
    data: dict[str, Any] = {
        "item": arrived.item.implementation_code,
        "answers": answers,
        "uploads": uploads,
        "facts": taking.form.facts(),
        "consent": True,
        "applicant": taking.matter.applicant.code,
        "account": account.code,
        "part_of": taking.matter.number,
    }
    key = f"cross:{taking.matter.number}"
    event = take(Handling.apply_in_theme, None, the_system(), data, key=key, at=taking.at)
    Arrived.objects.filter(pk=taking.matter.pk).update(case=event.matter)


def supplied(taking: Taking) -> None:
    taking.after_saving.append(partial(keep_papers, taking, taking.data["papers"] or {}))


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    papers = matter.cross_papers.select_related("file")
    return {"arrived": matter.detail, "papers": papers}


class Receiving(Procedure):
    code, title = "cross_in", gettext_lazy("跨城来件")
    detail, detail_name = Arrived, "arrived"
    related = ("arrived__place", "arrived__item__current", "arrived__case")
    panel = staticmethod(panel_of)
    panel_template = "crosscity/in.html"

    arrived = State(gettext_lazy("待受理"))
    asked = State(gettext_lazy("待补正"), side=True)
    handled = State(gettext_lazy("办理中"), holds=True)
    ended = State(gettext_lazy("已办结"), final=True)
    declined = State(gettext_lazy("不予接收"), final=True, side=True)

    arrive = Step(
        gettext_lazy("来件"),
        NEW >> arrived,
        by=(THE_SYSTEM,),
        form=ArriveForm,
        opens=open_arrived,
        clock=start(DAYS, RULES),
        law=RULES,
    )
    accept = Step(
        gettext_lazy("接收并立案"),
        arrived >> handled,
        by=(clerk,),
        form=AcceptForm,
        effect=begin,
        after=(REPLY,),
        clock=Stop(),
        key="A",
    )
    ask = Step(
        gettext_lazy("要求补正"),
        arrived >> asked,
        by=(clerk,),
        form=AskForm,
        after=(REPLY,),
    )
    supplied = Step(
        gettext_lazy("收到补正"),
        asked >> arrived,
        by=(THE_SYSTEM,),
        form=PapersForm,
        effect=supplied,
    )
    decline = Step(
        gettext_lazy("不予接收"),
        (arrived | asked) >> declined,
        by=(clerk,),
        form=ReasonForm,
        after=(REPLY,),
        clock=Stop(),
        tone="danger",
    )
    part_ended = Step(
        gettext_lazy("办件已办结"),
        handled >> ended,
        by=(THE_SYSTEM,),
        form=PartEndedForm,
        after=(REPLY,),
    )
