"""走访企业: planned, held and written down; what the company asked for goes to the units, each with
a limit, and the visit ends when all of it has an answer."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.models import EnterpriseRecord
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import Stop, start
from tongban.kernel.procedures.declare import (
    NEW,
    THE_SYSTEM,
    Opening,
    State,
    Step,
    posted,
    staying,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.parts import PartEndedForm
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.kernel.units.models import Unit

from .forms import AnswerForm, NeedForm, QuietForm, SaidForm, VisitForm
from .models import CompanyNeed, CompanyVisit

RULES, DAYS = "走访企业工作办法", 5
operator = posted(Role.OPERATOR, anywhere=True)
head = posted(Role.UNIT_ADMIN)
anyone_heading = posted(Role.UNIT_ADMIN, anywhere=True)
ANSWERING = (posted(Role.CLERK), head, posted(Role.APPROVER), posted(Role.TOWN_CLERK))


def open_visit(taking: Taking) -> Opening:
    data = taking.data
    detail = CompanyVisit(**{f: data[f] for f in ("uscc", "topic", "day", "visitors")})
    known = EnterpriseRecord.objects.filter(uscc=data["uscc"]).first()
    detail.company = known.name if known else data["company"]  # as the register has it
    post = next(p for p in taking.actor.posts if p.role in (Role.OPERATOR, Role.UNIT_ADMIN))
    unit = Unit.objects.get(pk=post.unit_id)
    return Opening(unit=unit, title=detail.company[:200], detail=detail)


def write_down(taking: Taking) -> None:
    """Each need becomes a matter of the unit that can answer it."""
    if not taking.data["needs"]:
        raise wrong("needs", _("没有写诉求；企业没有诉求请按“没有诉求，办结”"))
    taking.detail.said = taking.data["said"]
    taking.after_saving.append(partial(_give_out, taking))


def _give_out(taking: Taking) -> None:
    number, at = taking.matter.number, taking.at
    for place, need in enumerate(taking.data["needs"]):
        data = {**need, "visit": number}
        take(Answering.ask, None, the_system(), data, key=f"need:{number}:{place}", at=at)


def hear_none(taking: Taking) -> None:
    taking.detail.said = taking.data["said"]


def answered(taking: Taking) -> None:
    taking.detail_changed = False
    needs = CompanyNeed.objects.filter(visit=taking.matter.pk)
    if not needs.filter(matter__number=taking.data["part"]).exists():
        raise wrong("part", _("这不是本次走访的诉求"))
    if not needs.filter(matter__closed_at=None).exists():
        close = partial(take, Visiting.close, taking.matter.number, the_system(), at=taking.at)
        taking.after_saving.append(partial(close, key=f"close:{taking.matter.number}"))


def open_need(taking: Taking) -> Opening:
    data = taking.data
    visit = CompanyVisit.objects.select_related("matter").get(matter__number=data["visit"])
    detail = CompanyNeed(visit=visit, words=data["words"])
    title = f"{visit.company}：{data['words']}"[:200]
    return Opening(unit=data["unit"], title=title, detail=detail, part_of=visit.matter)


def keep_answer(taking: Taking) -> None:
    taking.detail.answer, taking.detail.solved = taking.data["answer"], taking.data["solved"]


class Visiting(Procedure):
    code, title = "company_visit", gettext_lazy("走访企业")
    detail, detail_name = CompanyVisit, "company_visit"
    panel_template = "outreach/visit.html"

    @staticmethod
    def panel(matter: Matter, actor: Actor) -> dict[str, Any]:
        visit = matter.detail
        needs = visit.needs.select_related("matter__unit").order_by("pk")
        return {"visit": visit, "needs": needs}

    planned = State(gettext_lazy("已计划"))
    followed = State(gettext_lazy("跟进诉求"))
    closed = State(gettext_lazy("已办结"), final=True)
    dropped = State(gettext_lazy("未成行"), final=True, side=True)

    plan = Step(
        gettext_lazy("计划走访"),
        NEW >> planned,
        by=(operator, anyone_heading),
        form=VisitForm,
        opens=open_visit,
    )
    hold = Step(
        gettext_lazy("记录走访"),
        planned >> followed,
        by=(operator, head),
        form=SaidForm,
        effect=write_down,
        key="R",
    )
    hold_quiet = Step(
        gettext_lazy("没有诉求，办结"),
        planned >> closed,
        by=(operator, head),
        form=QuietForm,
        effect=hear_none,
    )
    part_ended = Step(
        gettext_lazy("一条诉求已有答复"),
        staying(followed),
        by=(THE_SYSTEM,),
        form=PartEndedForm,
        effect=answered,
    )
    close = Step(gettext_lazy("办结"), followed >> closed, by=(THE_SYSTEM,))
    drop = Step(gettext_lazy("未成行"), planned >> dropped, by=(operator, head), form=ReasonForm)


class Answering(Procedure):
    code, title = "company_need", gettext_lazy("企业诉求")
    detail, detail_name = CompanyNeed, "company_need"
    related = ("company_need__visit",)
    panel_template = "outreach/need.html"

    @staticmethod
    def panel(matter: Matter, actor: Actor) -> dict[str, Any]:
        return {"need": matter.detail}

    asked = State(gettext_lazy("待答复"))
    answered = State(gettext_lazy("已答复"), final=True)

    ask = Step(
        gettext_lazy("转办诉求"),
        NEW >> asked,
        by=(THE_SYSTEM,),
        form=NeedForm,
        opens=open_need,
        clock=start(DAYS, RULES),
    )
    answer = Step(
        gettext_lazy("答复诉求"),
        asked >> answered,
        by=ANSWERING,
        form=AnswerForm,
        effect=keep_answer,
        clock=Stop(),
        key="A",
    )
