"""What is said about a finding."""

from django import forms
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import StepForm


class FindForm(StepForm):
    shapes = {"evidence": dict[str, str]}
    rule = forms.CharField(max_length=24)
    about = forms.CharField(max_length=40)
    event = forms.IntegerField(min_value=0, required=False)
    evidence = forms.JSONField(required=False)


class ExplainForm(StepForm):
    reason = forms.CharField(
        label=gettext_lazy("情况说明"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    appeals = forms.BooleanField(label=gettext_lazy("认为认定有误，提出申诉"), required=False)


class JudgeForm(StepForm):
    remark = forms.CharField(
        label=gettext_lazy("认定意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
