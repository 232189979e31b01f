"""Repair of a kiosk: reported, given to a company, mended, looked at again; within two days."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import Stop, start
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, Opening, State, Step, posted
from tongban.kernel.procedures.forms import ReasonForm, StepForm
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import Taking

from .models import Kiosk, Repair

DAYS, RULE = 2, "自助机运维规则"
bureau = posted(Role.OPERATOR, anywhere=True)
town = posted(Role.TOWN_CLERK, anywhere=True)


class ReportForm(StepForm):
    kiosk = forms.ModelChoiceField(
        label=gettext_lazy("自助机"),
        queryset=Kiosk.objects.select_related("device__unit"),
        to_field_name="device__code",
    )
    what = forms.CharField(label=gettext_lazy("故障"), max_length=200)


class AssignForm(StepForm):
    company = forms.CharField(label=gettext_lazy("维修单位"), max_length=60)


class MendForm(StepForm):
    done = forms.CharField(label=gettext_lazy("处理"), max_length=200)


def open_repair(taking: Taking) -> Opening:
    kiosk: Kiosk = taking.data["kiosk"]
    if Repair.objects.filter(kiosk=kiosk, matter__closed_at=None).exists():
        raise NotNow(_("这台自助机已有未完成的报修"))
    title = f"{kiosk.device.code} {kiosk.place}"
    detail = Repair(kiosk=kiosk, what=taking.data["what"])
    return Opening(unit=kiosk.device.unit, title=title, detail=detail)


def assign(taking: Taking) -> None:
    taking.detail.company = taking.data["company"]


def mend(taking: Taking) -> None:
    taking.detail.done = taking.data["done"]


class Repairing(Procedure):
    code, title = "repair", gettext_lazy("自助机报修")
    detail, detail_name = Repair, "repair"
    related = ("repair__kiosk__device",)
    panel_template = "kiosks/panel.html"

    @staticmethod
    def panel(matter: object, actor: object) -> dict[str, object]:
        return {"repair": matter.detail}  # type: ignore[attr-defined]

    reported = State(gettext_lazy("已报修"))
    assigned = State(gettext_lazy("已派单"))
    mended = State(gettext_lazy("已修复"))
    checked = State(gettext_lazy("已验收"), final=True)
    withdrawn = State(gettext_lazy("无需维修"), final=True, side=True)

    report = Step(
        gettext_lazy("报修"),
        NEW >> reported,
        by=(THE_SYSTEM, bureau, town),
        form=ReportForm,
        opens=open_repair,
        clock=start(DAYS, RULE),
    )
    assign = Step(
        gettext_lazy("派单"), reported >> assigned, by=(bureau,), form=AssignForm, effect=assign
    )
    mend = Step(
        gettext_lazy("修复"),
        (reported | assigned) >> mended,
        by=(bureau, town),
        form=MendForm,
        effect=mend,
    )
    accept = Step(gettext_lazy("验收"), mended >> checked, by=(bureau, town), clock=Stop())
    again = Step(gettext_lazy("未修好"), mended >> assigned, by=(bureau, town), form=ReasonForm)
    withdraw = Step(
        gettext_lazy("无需维修"),
        (reported | assigned) >> withdrawn,
        by=(bureau, THE_SYSTEM),
        form=ReasonForm,
        clock=Stop(),
    )
