"""What is asked and what is answered when units are consulted."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import StepForm

from .models import Answer

LONGEST_LIMIT = 60


class AskForm(StepForm):
    shapes = {"points": list[dict[str, str]]}
    about = forms.CharField(max_length=40)
    unit = forms.CharField(max_length=16)
    question = forms.CharField(max_length=300)
    days = forms.IntegerField(min_value=1, max_value=LONGEST_LIMIT)
    points = forms.JSONField(required=False)


class AnswerForm(StepForm):
    answer = forms.ChoiceField(
        label=gettext_lazy("意见"), choices=Answer.choices, widget=forms.RadioSelect
    )
    against = forms.MultipleChoiceField(
        label=gettext_lazy("不同意的事项"), required=False, widget=forms.CheckboxSelectMultiple
    )
    opinion = forms.CharField(
        label=gettext_lazy("理由和建议"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        points = self.matter.detail.points if self.matter else []
        if points:
            field = self.fields["against"]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(point["key"], point["title"]) for point in points]
        else:
            del self.fields["against"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        answer, against = data.get("answer"), data.get("against", [])
        if answer == Answer.PARTLY and not against and "against" in self.fields:
            self.add_error("against", _("部分同意时，请勾出不同意的事项"))
        if answer == Answer.AGREE and against:
            self.add_error("against", _("勾了不同意的事项，意见应选“部分同意”或“不同意”"))
        if answer in (Answer.PARTLY, Answer.DISAGREE) and not data.get("opinion"):
            self.add_error("opinion", _("不同意要说明理由"))
        return data
