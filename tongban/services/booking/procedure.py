"""Booking of a visit: wished or booked, then checked in at the hall, cancelled, or missed."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.clock import Limit
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import (
    NEW,
    THE_APPLICANT,
    THE_SYSTEM,
    State,
    Step,
    Tell,
    posted,
    staying,
)
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.taking import Taking

from .effects import drop, end, let_go, move, place, rebook, remind
from .forms import (
    AppealForm,
    BookForm,
    ClosedForm,
    PhoneForm,
    PlaceForm,
    RebookForm,
    WishForm,
)
from .models import Booking, Rules
from .opening import open_by_phone, open_online, open_wish, when

RULES = "大厅预约规则"
PLACE_WAITING = "place_waiting"  # a place fell free (waiting_list.py)
TO_APPEAL = Limit(10, RULES, "calendar")
clerk = posted(Role.CLERK)
agent = posted(Role.HOTLINE_AGENT, anywhere=True)
operator = posted(Role.OPERATOR, anywhere=True)
BOOKED = gettext_lazy("已为您预约 %(when)s 到大厅办理“%(title)s”，请提前 30 分钟内签到")


def in_time(matter: Matter, actor: Actor) -> str:
    """Cancelling and changing is for who leaves time for others to take the place."""
    slot, hours = matter.detail.slot, Rules.now().cancel_hours
    if slot and slot.begins_at - timezone.now() < timedelta(hours=hours):
        told = {"when": when(slot), "hours": hours}
        return _("预约时段 %(when)s 前 %(hours)d 小时内不能再取消或改约，来不了请致电大厅") % told
    return ""


def _until_the_day(taking: Taking) -> Limit:
    """Silence speaks on the day after the visit."""
    return Limit(max((taking.detail.day - taking.today).days, 1), RULES, "calendar")


class Visit(Procedure):
    code, title = "booking", gettext_lazy("预约")
    detail, detail_name = Booking, "booking"
    related = ("booking__slot", "booking__group")
    panel_template, my_template = "booking/panel.html", "booking/my.html"

    @staticmethod
    def panel(matter: Matter, actor: Actor) -> dict[str, object]:
        return {"booking": matter.detail}

    wished = State(gettext_lazy("候补"), side=True, within=_until_the_day, otherwise="lapse")
    booked = State(gettext_lazy("已预约"), within=_until_the_day, otherwise="miss")
    arrived = State(gettext_lazy("已到厅"), final=True)
    cancelled = State(gettext_lazy("已取消"), final=True, side=True)
    lapsed = State(gettext_lazy("候补未成"), final=True, side=True)
    missed = State(gettext_lazy("爽约"), side=True, within=TO_APPEAL, otherwise="let_stand")
    appealed = State(gettext_lazy("爽约申诉"), side=True)
    excused = State(gettext_lazy("申诉成立"), final=True, side=True)
    no_show = State(gettext_lazy("爽约记录"), final=True, side=True)

    book = Step(
        gettext_lazy("预约"),
        NEW >> booked,
        by=(THE_APPLICANT,),
        form=BookForm,
        opens=open_online,
        page="book_start",
        tells=(Tell(BOOKED),),
    )
    book_by_phone = Step(
        gettext_lazy("代为预约"),
        NEW >> booked,
        by=(agent, clerk),
        form=PhoneForm,
        opens=open_by_phone,
        page="book_by_phone",
        tells=(Tell(BOOKED),),
    )
    wish = Step(
        gettext_lazy("候补"),
        NEW >> wished,
        by=(THE_APPLICANT,),
        form=WishForm,
        opens=open_wish,
        page="book_start",
        tells=(Tell(gettext_lazy("已登记候补 %(when)s，有空位时按先后为您安排并通知"), sms=False),),
    )
    place = Step(
        gettext_lazy("候补成功"),
        wished >> booked,
        by=(THE_SYSTEM,),
        form=PlaceForm,
        effect=place,
        tells=(Tell(BOOKED),),
    )
    withdraw = Step(gettext_lazy("取消候补"), wished >> cancelled, by=(THE_APPLICANT,), effect=end)
    lapse = Step(
        gettext_lazy("没有空位"),
        wished >> lapsed,
        by=(THE_SYSTEM,),
        effect=end,
        tells=(Tell(gettext_lazy("您候补的“%(title)s”没有等到空位，请另约时间或到大厅取号")),),
    )
    check_in = Step(gettext_lazy("签到"), booked >> arrived, by=(THE_SYSTEM, clerk), effect=end)
    rebook = Step(
        gettext_lazy("改约"),
        staying(booked),
        by=(THE_APPLICANT,),
        form=RebookForm,
        guard=in_time,
        effect=rebook,
        after=(PLACE_WAITING,),
        page="rebook",
        tells=(Tell(gettext_lazy("您的预约已改到 %(when)s")),),
    )
    cancel = Step(
        gettext_lazy("取消预约"),
        booked >> cancelled,
        by=(THE_APPLICANT,),
        guard=in_time,
        effect=let_go,
        after=(PLACE_WAITING,),
    )
    cancel_for = Step(
        gettext_lazy("代为取消"),
        booked >> cancelled,
        by=(agent, clerk),
        form=ReasonForm,
        effect=let_go,
        after=(PLACE_WAITING,),
    )
    move = Step(
        gettext_lazy("大厅改期"),
        staying(booked),
        by=(THE_SYSTEM, operator),
        form=ClosedForm,
        effect=move,
        tells=(Tell(gettext_lazy("大厅临时闭厅（%(reason)s），您的预约已改到 %(when)s")),),
    )
    drop = Step(
        gettext_lazy("大厅取消"),
        booked >> cancelled,
        by=(THE_SYSTEM, operator),
        form=ClosedForm,
        effect=drop,
        tells=(Tell(gettext_lazy("大厅临时闭厅（%(reason)s），您的预约已取消，请另选时间")),),
    )
    remind = Step(
        gettext_lazy("提醒"),
        staying(booked),
        by=(THE_SYSTEM,),
        effect=remind,
        tells=(Tell(gettext_lazy("提醒：您预约了 %(when)s 到大厅办理“%(title)s”")),),
    )
    miss = Step(
        gettext_lazy("未到，记为爽约"),
        booked >> missed,
        by=(THE_SYSTEM,),
        effect=end,
        tells=(Tell(gettext_lazy("您没有在预约时段到厅，记爽约一次；有正当理由可在 10 天内申诉")),),
    )
    appeal = Step(gettext_lazy("申诉"), missed >> appealed, by=(THE_APPLICANT,), form=AppealForm)
    let_stand = Step(gettext_lazy("未申诉"), missed >> no_show, by=(THE_SYSTEM,))
    excuse = Step(
        gettext_lazy("申诉成立"),
        appealed >> excused,
        by=(clerk, operator),
        form=ReasonForm,
        tells=(Tell(gettext_lazy("您的申诉成立，这次爽约不计")),),
    )
    reject = Step(
        gettext_lazy("申诉不成立"),
        appealed >> no_show,
        by=(clerk, operator),
        form=ReasonForm,
        tone="danger",
        tells=(Tell(gettext_lazy("您的申诉不成立，爽约记录保留")),),
    )
