"""A ticket's way: waiting, called, served at one counter or several; or absent, or gone."""

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.models import Applicant
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import (
    NEW,
    THE_APPLICANT,
    THE_SYSTEM,
    Opening,
    State,
    Step,
    posted,
    staying,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.numbering import next_number_of
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import Taking
from tongban.services.booking.models import Group
from tongban.services.evaluation.step import evaluation

from . import here, lines
from .forms import CounterForm, DrawForm, TransferForm, priority_of
from .models import Priority, Reason, Source, Ticket

clerk = posted(Role.CLERK)
CALLS, BEHIND = 4, 3  # called once and three times again; who rejoins stands behind three


def draw_ticket(taking: Taking) -> Opening:
    data, group = taking.data, taking.data["group"]
    if taking.actor.applicant_id:
        _refuse_from_afar(taking)
    about, person = None, data["person"]
    if data["about"]:
        about = Matter.objects.select_related("applicant").get(number=data["about"])
        person = person or about.applicant
    if person is None and taking.actor.applicant_id:
        person = Applicant.objects.get(pk=taking.actor.applicant_id)
    by_machine = taking.actor.is_system  # only a machine gives numbers of a block, or for a slot
    label = data["label"] if by_machine else ""
    if not label:
        label = f"{group.letter}{next_number_of(f'ticket:{group.letter}', taking.today):03d}"
    estimate = lines.estimate(group, priority_of(data["reason"]), taking.at)
    taking.facts |= {"label": label, "estimate": round(estimate)}
    detail = Ticket(
        label=label,
        group=group,
        priority=priority_of(data["reason"]),
        reason=data["reason"],
        source=data["source"] or Source.WALK_IN,
        booked=data["reason"] == Reason.BOOKED,
        slot_id=data["slot"] if by_machine else None,
        wave=data["wave"] and by_machine,
        item=data["item"],
        about=about,
        queued_at=taking.at,
        route=[g.code for g in data["route"]],
        estimate=estimate,
    )
    return Opening(unit=group.unit, title=label, applicant=person, detail=detail)


def _refuse_from_afar(taking: Taking) -> None:
    """A phone draws an ordinary ticket, inside the hall; what goes first is seen at the desk."""
    if not here.is_valid(taking.data["here"], taking.at):
        raise NotNow(_("请扫描大厅屏幕上的二维码；它每几分钟更换一次"))
    if any(taking.data[name] for name in ("reason", "label", "slot", "wave", "person", "about")):
        raise NotNow(_("手机只能取普通号；优先服务请到取号机或咨询台"))


def tell_counter(taking: Taking) -> None:
    """The screens at the counter hear of what happens there, and of nothing else."""
    number = taking.detail.counter.number if taking.detail.counter else 0

    def tell() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_notify('tongban', %s)", [f"counter-{number}:"])

    taking.after_saving.append(tell)


def call(taking: Taking) -> None:
    ticket = taking.detail
    ticket.counter, ticket.called_at, ticket.waits = taking.data["counter"], taking.at, False
    ticket.calls += 1
    tell_counter(taking)


def call_once_more(taking: Taking) -> None:
    taking.detail.called_at, taking.detail.calls = taking.at, taking.detail.calls + 1
    tell_counter(taking)


def begin(taking: Taking) -> None:
    taking.detail.begun_at = taking.at
    tell_counter(taking)


def finish(taking: Taking) -> None:
    ticket = taking.detail
    ticket.finished_at, ticket.begun_at = taking.at, ticket.begun_at or ticket.called_at
    tell_counter(taking)


def served_by_hand(taking: Taking) -> None:
    """Called aloud while the server was away; entered afterwards."""
    ticket = taking.detail
    ticket.counter, ticket.waits = taking.data["counter"], False
    ticket.called_at = ticket.begun_at = ticket.finished_at = taking.at
    ticket.calls += 1


def out_of_line(taking: Taking) -> None:
    taking.detail.waits = False


def rejoin(taking: Taking) -> None:
    """Behind the third of those who wait, or last."""
    ticket = taking.detail
    ticket.queued_at = lines.behind(ticket.group_id, BEHIND, taking.at)
    ticket.priority, ticket.reason = Priority.ORDINARY, ""
    ticket.rejoined, ticket.waits, ticket.overtaken = True, True, 0


def transfer(taking: Taking) -> None:
    """To another line at the place its waiting time gives it there."""
    _into(taking.detail, taking.data["group"])
    taking.matter.unit = taking.data["group"].unit


def go_on(taking: Taking) -> None:
    """What it came for here is done; it goes on to the next counter of its way, first in line."""
    ticket = taking.detail
    group = Group.objects.select_related("unit").get(code=ticket.route[0])
    ticket.route = ticket.route[1:]
    _into(ticket, group)
    ticket.priority, ticket.reason = Priority.FIRST, Reason.FOLLOWING
    taking.matter.unit = group.unit
    taking.facts["group"] = group.code


def _into(ticket: Ticket, group: Group) -> None:
    ticket.group, ticket.waits, ticket.overtaken = group, True, 0
    ticket.counter, ticket.begun_at = None, None


def move_up(taking: Taking) -> None:
    taking.detail.priority, taking.detail.reason = Priority.FIRST, Reason.WAVE


def once(matter: Matter, actor: Actor) -> str:
    return _("这个号已经重新排过一次队，请重新取号") if matter.ticket.rejoined else ""


def not_too_often(matter: Matter, actor: Actor) -> str:
    if matter.ticket.calls >= CALLS:
        return _("已重呼 %d 次，请按过号处理") % (CALLS - 1)
    return ""


def has_more(matter: Matter, actor: Actor) -> str:
    return "" if matter.ticket.route else _("这个号没有下一个窗口，请按“办完”")


def has_no_more(matter: Matter, actor: Actor) -> str:
    return _("这个号还要去下一个窗口，请按“去下一窗口”") if matter.ticket.route else ""


def known_wave(matter: Matter, actor: Actor) -> str:
    ticket = matter.ticket
    return "" if ticket.wave and ticket.priority == Priority.ORDINARY else _("不是候补号")


class Queueing(Procedure):
    code, title = "ticket", gettext_lazy("号票")
    detail, detail_name = Ticket, "ticket"
    related = ("ticket__group", "ticket__counter")
    panel_template = "hall/panel.html"

    @staticmethod
    def panel(matter: Matter, actor: Actor) -> dict[str, object]:
        return {"ticket": matter.detail, "order": lines.explained(matter)}

    waiting = State(gettext_lazy("等候"), holds=True)
    called = State(gettext_lazy("已叫号"), holds=True)
    serving = State(gettext_lazy("办理中"), holds=True)
    held = State(gettext_lazy("挂起"), side=True, holds=True)
    absent = State(gettext_lazy("过号未到"), side=True, holds=True)
    served = State(gettext_lazy("已办"), final=True)
    missed = State(gettext_lazy("过号"), final=True, side=True)
    gone = State(gettext_lazy("离开"), final=True, side=True)

    draw = Step(
        gettext_lazy("取号"),
        NEW >> waiting,
        by=(THE_SYSTEM, clerk, THE_APPLICANT),
        form=DrawForm,
        opens=draw_ticket,
    )
    call = Step(gettext_lazy("叫号"), waiting >> called, by=(clerk,), form=CounterForm, effect=call)
    recall = Step(
        gettext_lazy("重呼"),
        called >> called,
        by=(clerk,),
        guard=not_too_often,
        effect=call_once_more,
    )
    begin = Step(gettext_lazy("开始办理"), called >> serving, by=(clerk,), effect=begin)
    finish = Step(
        gettext_lazy("办完"),
        (called | serving) >> served,
        by=(clerk,),
        guard=has_no_more,
        effect=finish,
    )
    by_hand = Step(
        gettext_lazy("手工办过"),
        waiting >> served,
        by=(clerk,),
        form=CounterForm,
        effect=served_by_hand,
    )
    go_on = Step(
        gettext_lazy("去下一窗口"),
        (called | serving) >> waiting,
        by=(clerk,),
        guard=has_more,
        effect=go_on,
    )
    hold = Step(gettext_lazy("挂起"), serving >> held, by=(clerk,), form=ReasonForm)
    resume = Step(gettext_lazy("恢复办理"), held >> serving, by=(clerk,))
    pass_over = Step(gettext_lazy("过号"), called >> absent, by=(clerk,), tone="danger")
    rejoin = Step(
        gettext_lazy("重新排队"),
        absent >> waiting,
        by=(THE_SYSTEM, clerk, THE_APPLICANT),
        guard=once,
        effect=rejoin,
    )
    transfer = Step(
        gettext_lazy("转窗口组"),
        (waiting | called | serving) >> waiting,
        by=(clerk,),
        form=TransferForm,
        effect=transfer,
    )
    move_up = Step(
        gettext_lazy("候补转正"),
        staying(waiting),
        by=(THE_SYSTEM,),
        guard=known_wave,
        effect=move_up,
    )
    leave = Step(
        gettext_lazy("不办了"),
        (waiting | held) >> gone,
        by=(THE_SYSTEM, clerk, THE_APPLICANT),
        effect=out_of_line,
    )
    end_of_day = Step(
        gettext_lazy("当天结束"),
        (waiting | called | serving | held) >> gone,
        by=(THE_SYSTEM,),
        form=ReasonForm,
        effect=out_of_line,
    )
    miss = Step(gettext_lazy("没有回来"), (called | absent) >> missed, by=(THE_SYSTEM,))
    judge = evaluation(served, by=(THE_APPLICANT, THE_SYSTEM))
