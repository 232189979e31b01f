"""What is filled in over the life of a seal."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import colleagues
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.forms import DayInput, ReasonForm, StepForm
from tongban.kernel.procedures.procedure import procedures
from tongban.kernel.units.models import Unit

from .models import Seal, SealAuthorisation, SealedDocument, waiting_in


class ApplyForm(ReasonForm):
    unit = forms.ModelChoiceField(
        label=gettext_lazy("用章单位"),
        queryset=Unit.objects.exclude(uscc=""),
        to_field_name="code",
        empty_label=gettext_lazy("请选择"),
    )
    name = forms.CharField(
        label=gettext_lazy("印章名称"),
        min_length=4,
        max_length=40,
        help_text=gettext_lazy("单位全称，专用章后加“政务服务专用章”或“行政审批专用章”"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("印章种类"), choices=Seal.Kind.choices)
    field_order = ("unit", "name", "kind", "reason")


class RegisterForm(StepForm):
    """A seal that the district has already. code: what it is known by."""

    code = forms.SlugField(max_length=20)
    unit = forms.ModelChoiceField(queryset=Unit.objects.exclude(uscc=""), to_field_name="code")
    name = forms.CharField(max_length=120)
    kind = forms.ChoiceField(choices=Seal.Kind.choices)


def document_kinds() -> list[tuple[str, Any]]:
    """Every statutory document that any procedure makes."""
    made = (step.document for kind in procedures() for step in kind.steps.values())
    return list({paper.code: (paper.code, paper.title) for paper in made if paper}.values())


class AuthoriseForm(StepForm):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("用于哪些文书"),
        required=False,
        choices=document_kinds,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不勾就是全部文书"),
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("限由谁经办"),
        required=False,
        queryset=Account.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("不限"),
    )
    from_on = forms.DateField(label=gettext_lazy("从"), widget=DayInput())
    to_on = forms.DateField(label=gettext_lazy("到"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        if self.matter:
            field.queryset = colleagues(self.matter.unit_id, timezone.localdate())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("from_on"), data.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("结束日期不能早于开始日期"))
        return data


class PermitForm(StepForm):
    """One by one: papers that wait for this seal."""

    papers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("准许盖章的文书"),
        queryset=SealedDocument.objects.none(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["papers"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        if self.matter:
            field.queryset = waiting_in(self.matter.unit_id)


class WithdrawAuthorisationForm(ReasonForm):
    which = forms.ModelChoiceField(
        label=gettext_lazy("收回哪一项授权"), queryset=SealAuthorisation.objects.none()
    )
    field_order = ("which", "reason")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["which"]
        assert isinstance(field, forms.ModelChoiceField)
        if self.matter:
            held = SealAuthorisation.objects.filter(seal__matter=self.matter, document=None)
            field.queryset = held.exclude(to_on__lt=timezone.localdate())
