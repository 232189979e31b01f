"""What is said when a certificate is issued or used."""

from django import forms
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import StepForm


class IssueForm(StepForm):
    """holder: code of an applicant. unit and type: who issues what. facts: key → text."""

    shapes = {"facts": dict[str, str]}
    holder = forms.CharField(max_length=12)
    unit = forms.CharField(max_length=16)
    type = forms.CharField(label=gettext_lazy("证照名称"), max_length=60)
    number = forms.CharField(label=gettext_lazy("证照编号"), max_length=60)
    valid_from = forms.DateField(label=gettext_lazy("有效期起"))
    valid_until = forms.DateField(label=gettext_lazy("有效期至"), required=False)
    granted_in = forms.CharField(required=False, max_length=40)
    facts = forms.JSONField(required=False)


class UseForm(StepForm):
    """Which case it stands in for paper in, and which unit reads it there."""

    case = forms.CharField(label=gettext_lazy("用于办件"), max_length=40)
    unit = forms.CharField(label=gettext_lazy("使用单位"), max_length=60)
    purpose = forms.CharField(label=gettext_lazy("用途"), max_length=200)
    consent = forms.CharField(label=gettext_lazy("同意方式"), max_length=40)


class GiveUpForm(StepForm):
    """Which case ended it, and what that case was."""

    case = forms.CharField(label=gettext_lazy("依据办件"), max_length=40)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)
