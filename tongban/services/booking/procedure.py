"""Booking of a visit: booked, then checked in at the hall, cancelled, or missed."""

from datetime import timedelta

from django import forms
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.clock import Limit
from tongban.kernel.people.models import Applicant
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import (
    NEW,
    THE_APPLICANT,
    THE_SYSTEM,
    Opening,
    State,
    Step,
    Tell,
    posted,
)
from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import CHINA, Taking

from .models import Booking, Slot

EARLY, LATE = timedelta(minutes=30), timedelta(minutes=10)
RULES = "大厅预约规则"


class BookForm(StepForm):
    slot = forms.IntegerField(
        label=gettext_lazy("时段"),
        min_value=1,
        max_value=2**31,
        error_messages={"required": gettext_lazy("请选择一个时段")},
    )
    about = forms.CharField(label=gettext_lazy("办件编号"), max_length=40)


def open_booking(taking: Taking) -> Opening:
    about = Matter.objects.filter(number=taking.data["about"]).select_related("unit").first()
    if about is None or about.applicant_id not in taking.actor.applicant_ids:
        raise NotNow(_("没有找到您的这个办件,请从“我的办件”进入预约"))
    if not about.is_open:
        raise NotNow(_("这个办件已经办结,不需要再到大厅"))
    if Booking.objects.filter(about=about, live=True).exists():
        raise NotNow(_("这个办件已有预约;要换时间,请先取消原预约"))
    slot = _take_place(taking, about.unit_id)
    taking.facts["slot"] = slot.begins_at.isoformat()
    begins = timezone.localtime(slot.begins_at, CHINA)
    taking.facts["told"] = {"when": f"{begins:%m-%d %H:%M}"}
    return Opening(
        unit=about.unit,
        title=about.title,
        applicant=Applicant.objects.get(pk=about.applicant_id),
        detail=Booking(slot=slot, about=about),
    )


def _take_place(taking: Taking, unit_id: int) -> Slot:
    """One statement counts and takes the place: of two for the last one, one gets it."""
    slots = Slot.objects.filter(pk=taking.data["slot"], unit=unit_id)
    free = slots.filter(taken__lt=F("capacity"), begins_at__gt=taking.at)
    if not free.update(taken=F("taken") + 1):
        raise NotNow(_("这个时段刚刚约满或已经开始,请换一个时段"))
    return slots.get()


def give_back(taking: Taking) -> None:
    Slot.objects.filter(pk=taking.detail.slot_id).update(taken=F("taken") - 1)
    taking.detail.live = False


def end(taking: Taking) -> None:
    taking.detail.live = False


class Visit(Procedure):
    code, title = "booking", gettext_lazy("预约")
    detail, detail_name = Booking, "booking"

    booked = State(
        gettext_lazy("已预约"),
        within=lambda taking: Limit(_days_ahead(taking), RULES, "calendar"),
        otherwise="miss",
    )
    arrived = State(gettext_lazy("已到厅"), final=True)
    cancelled = State(gettext_lazy("已取消"), final=True, side=True)
    missed = State(gettext_lazy("爽约"), final=True, side=True)

    book = Step(
        gettext_lazy("预约"),
        NEW >> booked,
        by=(THE_APPLICANT,),
        form=BookForm,
        opens=open_booking,
        tells=(
            Tell(gettext_lazy("已为您预约 %(when)s 到大厅办理“%(title)s”,请提前 30 分钟内签到")),
        ),
    )
    check_in = Step(
        gettext_lazy("签到"), booked >> arrived, by=(THE_SYSTEM, posted(Role.CLERK)), effect=end
    )
    cancel = Step(
        gettext_lazy("取消预约"), booked >> cancelled, by=(THE_APPLICANT,), effect=give_back
    )
    miss = Step(gettext_lazy("未到,记为爽约"), booked >> missed, by=(THE_SYSTEM,), effect=end)


def _days_ahead(taking: Taking) -> int:
    """Silence speaks on the day after the slot."""
    begins = timezone.localtime(taking.matter.detail.slot.begins_at, CHINA).date()
    return max((begins - taking.today).days, 1)
