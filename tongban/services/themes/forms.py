"""What is filled in when a theme changes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import StepForm

from .models import Kind
from .plan import Plan, faults


class PlanForm(StepForm):
    """plan: see `plan.Plan`."""

    shapes = {"plan": dict[str, Any]}
    plan = forms.JSONField(label=gettext_lazy("主题方案"), widget=forms.HiddenInput)

    def clean_plan(self) -> dict[str, Any]:
        plan = Plan.of(self.cleaned_data["plan"])
        if found := faults(plan):
            raise forms.ValidationError(found)
        return plan.as_json()


class ProposeForm(StepForm):
    shapes = {"plan": dict[str, Any]}
    code = forms.RegexField(
        r"[A-Z0-9]{2,16}",
        label=gettext_lazy("主题编号"),
        max_length=16,
        error_messages={"invalid": gettext_lazy("主题编号用 2 到 16 个大写字母或数字")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("变更类型"), choices=Kind.choices)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)
    plan = forms.JSONField(label=gettext_lazy("主题方案"), required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == Kind.WITHDRAW:
            data["plan"] = {}
        elif "plan" in data:
            plan = Plan.of(data["plan"])
            for fault in faults(plan):
                self.add_error("plan", fault)
            data["plan"] = plan.as_json()
        else:
            self.add_error("plan", _("请填写主题方案"))
        return data
