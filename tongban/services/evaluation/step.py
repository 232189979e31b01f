"""The step any procedure takes in: its applicant judges the service, once."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.declare import THE_APPLICANT, State, Step, Who, staying
from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import Taking

from .models import Evaluation, Level


class EvaluationForm(StepForm):
    level = forms.TypedChoiceField(
        label=gettext_lazy("您对这次办理满意吗"),
        choices=Level.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择一项评价")},
    )
    words = forms.CharField(
        label=gettext_lazy("想说的话"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def evaluation(*states: State, by: tuple[Who, ...] = (THE_APPLICANT,)) -> Step:
    return Step(
        gettext_lazy("评价"),
        staying(*states),
        by=by,
        form=EvaluationForm,
        guard=_once,
        effect=_keep,
    )


def _once(matter: Matter, actor: Actor) -> str:
    if Evaluation.objects.filter(matter_id=matter.pk).exists():
        return _("您已经评价过这次办理，谢谢")
    return ""


def _keep(taking: Taking) -> None:
    Evaluation.objects.create(
        matter=taking.matter,
        level=taking.data["level"],
        words=taking.data["words"],
        at=taking.at,
    )
