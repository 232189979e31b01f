"""上门服务: asked for, arranged with two of the staff, done at home against a list, and signed."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.clock import published
from tongban.kernel.ledger import personal
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.models import AccessLog, Account
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
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking
from tongban.services.evaluation.step import evaluation

from .about import case_of
from .forms import POINTS, ArrangeForm, DoneForm, WishForForm, WishForm
from .models import Going, Half, HomeVisit

RULES, DAYS, AHEAD = "上门服务规则", 5, 30
MISSES = 2  # nobody at home so often: it ends, and may be asked for again
clerk, head = posted(Role.CLERK), posted(Role.UNIT_ADMIN)
town, agent = posted(Role.TOWN_CLERK, anywhere=True), posted(Role.HOTLINE_AGENT, anywhere=True)
ARRANGED = gettext_lazy("%(when)s %(who)s 两名工作人员上门办理“%(title)s”，请在家等候")


def open_visit(taking: Taking) -> Opening:
    item = taking.data["item"]
    detail = HomeVisit(item=item, need=taking.data["need"])
    return Opening(unit=item.unit, title=item.name, applicant=asker(taking), detail=detail)


def set_going(taking: Taking) -> None:
    """Two different people, on a working day to come, who are not at another home then."""
    data, visit = taking.data, taking.detail
    _refuse_day(taking)
    visit.day, visit.half = data["day"], data["half"]
    two = [data["first"], data["second"]]
    taking.facts["told"] = {
        "when": f"{data['day']:%m-%d} {Half(data['half']).label}",
        "who": "、".join(account.name for account in two),
    }
    _free(visit)
    try:
        with transaction.atomic():
            Going.objects.bulk_create(
                Going(visit=visit, account=a, day=data["day"], half=data["half"]) for a in two
            )
    except IntegrityError as error:
        raise wrong("first", _busy(two, data)) from error


def _refuse_day(taking: Taking) -> None:
    day = taking.data["day"]
    if not taking.today < day or (day - taking.today).days > AHEAD:
        raise wrong("day", _("请选明天起 %d 天内的日期") % AHEAD)
    if not published().is_working(day):
        raise wrong("day", _("这一天不是工作日，请换一天"))


def _busy(two: list[Account], data: dict[str, Any]) -> str:
    rows = Going.objects.filter(account__in=two, day=data["day"], half=data["half"], live=True)
    names = "、".join(rows.values_list("account__name", flat=True))
    return _("%s 这个时段已有别的上门，请换人或换时段") % names


def _free(visit: HomeVisit) -> None:
    Going.objects.filter(visit=visit.pk, live=True).delete()


def nobody_home(taking: Taking) -> None:
    taking.detail.missed += 1
    Going.objects.filter(visit=taking.matter.pk, live=True).update(live=False)


def give_up(taking: Taking) -> None:
    _free(taking.detail)


def keep_done(taking: Taking) -> None:
    data, visit = taking.data, taking.detail
    visit.checked, visit.outcome = data["checked"], data["outcome"]
    visit.about = case_of(taking, taking.matter.applicant)
    Going.objects.filter(visit=visit.pk).update(live=False)


def goes(matter: Matter, actor: Actor) -> str:
    """Who was named goes, nobody else: the person at home was told the names."""
    if Going.objects.filter(visit=matter.pk, account=actor.account_id or 0, live=True).exists():
        return ""
    return _("只有安排上门的两名工作人员可以记录；要换人请先改约")


def not_too_often(matter: Matter, actor: Actor) -> str:
    if matter.home_visit.missed + 1 > MISSES:
        return _("已 %d 次上门无人，请联系后按“不能上门”办结") % MISSES
    return ""


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    """The address and telephone only for the two who go, and for the applicant; it is logged."""
    visit: HomeVisit = matter.detail
    going = list(visit.going.filter(live=True).select_related("account"))
    goes_there = actor.account_id in [one.account_id for one in going]
    mine = matter.applicant_id in actor.applicant_ids
    where = personal.read(matter.events.prefetch_related("personal").get(seq=1))
    if goes_there and matter.applicant:
        AccessLog.objects.create(
            reader_id=actor.account_id or 0,
            subject=matter.applicant,
            fields="address,phone",
            purpose=f"{matter.number} 上门",
        )
    words = dict(POINTS)
    return {
        "visit": visit,
        "going": [one.account.name for one in going],
        "where": where if goes_there or mine else {},
        "checked": [words[key] for key in visit.checked if key in words],
    }


class GoingHome(Procedure):
    code, title = "home_visit", gettext_lazy("上门服务")
    detail, detail_name = HomeVisit, "home_visit"
    related = ("home_visit__item",)
    panel = staticmethod(panel_of)
    panel_template = my_template = "outreach/home.html"

    requested = State(gettext_lazy("待安排"))
    arranged = State(gettext_lazy("已安排"))
    visited = State(gettext_lazy("已上门"), final=True)
    declined = State(gettext_lazy("不能上门"), final=True, side=True)
    cancelled = State(gettext_lazy("已取消"), final=True, side=True)

    request = Step(
        gettext_lazy("申请上门"),
        NEW >> requested,
        by=(THE_APPLICANT,),
        form=WishForm,
        opens=open_visit,
        clock=start(DAYS, RULES),
        hint=gettext_lazy("高龄、残疾、重病或路远不便的，工作人员两人一起上门办理，不收费。"),
        tells=(Tell(gettext_lazy("已收到您的上门申请“%(title)s”，会在 5 个工作日内安排")),),
    )
    request_for = Step(
        gettext_lazy("代为申请上门"),
        NEW >> requested,
        by=(clerk, agent, town),
        form=WishForForm,
        opens=open_visit,
        clock=start(DAYS, RULES),
    )
    arrange = Step(
        gettext_lazy("安排上门"),
        requested >> arranged,
        by=(clerk, head),
        form=ArrangeForm,
        effect=set_going,
        tells=(Tell(ARRANGED),),
        key="A",
    )
    rearrange = Step(
        gettext_lazy("改约上门"),
        staying(arranged),
        by=(clerk, head),
        form=ArrangeForm,
        effect=set_going,
        tells=(Tell(ARRANGED),),
    )
    visit = Step(
        gettext_lazy("上门完成"),
        arranged >> visited,
        by=(clerk, head),
        form=DoneForm,
        guard=goes,
        effect=keep_done,
        clock=Stop(),
        tells=(Tell(gettext_lazy("“%(title)s”上门服务已完成，请评价")),),
        key="F",
    )
    not_met = Step(
        gettext_lazy("上门无人"),
        arranged >> requested,
        by=(clerk, head),
        form=ReasonForm,
        guard=not_too_often,
        effect=nobody_home,
        tells=(Tell(gettext_lazy("工作人员上门时没有见到您，会再与您约时间")),),
    )
    decline = Step(
        gettext_lazy("不能上门"),
        (requested | arranged) >> declined,
        by=(clerk, head),
        form=ReasonForm,
        effect=give_up,
        clock=Stop(),
        tone="danger",
        tells=(Tell(gettext_lazy("“%(title)s”不能上门办理，原因见详情")),),
    )
    cancel = Step(
        gettext_lazy("取消上门"),
        (requested | arranged) >> cancelled,
        by=(THE_APPLICANT,),
        effect=give_up,
        clock=Stop(),
    )
    evaluate = evaluation(visited)
