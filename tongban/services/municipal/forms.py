"""What is filled in when powers of the city are asked for, answered, and taken over."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import DayInput, StepForm

from .models import Answer, MunicipalLetter

MOST_POWERS = 1000
TEXTS = ("code", "name", "municipal_unit", "district_unit")
Asked = list[dict[str, str]]


class Letter(forms.Form):
    name = forms.CharField(label=gettext_lazy("来函"), max_length=120)
    document_number = forms.CharField(label=gettext_lazy("来函文号"), max_length=60)
    reply_by = forms.DateField(label=gettext_lazy("复函期限"), widget=DayInput())


class ReceiveForm(Letter, StepForm):
    """powers: [{code, name, municipal_unit, district_unit}], the last a code of our register."""

    shapes = {"powers": list[dict[str, str]]}
    powers = forms.JSONField(label=gettext_lazy("权限清单"), widget=forms.HiddenInput)

    def clean_powers(self) -> Asked:
        rows = self.cleaned_data["powers"]
        good = isinstance(rows, list) and all(
            isinstance(row, dict) and all(isinstance(row.get(n), str) and row[n] for n in TEXTS)
            for row in rows
        )
        if not good or not 0 < len(rows) <= MOST_POWERS:
            raise forms.ValidationError(
                _("请列出 1 到 %d 项，每项有编号、名称、市级单位和区单位") % MOST_POWERS
            )
        return [{n: row[n] for n in TEXTS} for row in rows]


class AskForm(StepForm):
    letter = forms.ModelChoiceField(queryset=MunicipalLetter.objects.all())
    code = forms.CharField(max_length=16)
    name = forms.CharField(max_length=120)
    municipal_unit = forms.CharField(max_length=60)
    unit = forms.CharField(max_length=16)


class LoadForm(StepForm):
    """Estimated load; the people needed follow from it."""

    cases_per_year = forms.IntegerField(
        label=gettext_lazy("年办件量"), min_value=0, max_value=10**7, required=False
    )
    minutes_per_case = forms.IntegerField(
        label=gettext_lazy("每件工时（分钟）"), min_value=0, max_value=10**5, required=False
    )
    seals = forms.IntegerField(
        label=gettext_lazy("需要印章"), min_value=0, max_value=99, required=False
    )
    accounts = forms.IntegerField(
        label=gettext_lazy("需要系统账号"), min_value=0, max_value=999, required=False
    )


class AnswerForm(LoadForm):
    answer = forms.ChoiceField(
        label=gettext_lazy("答复"),
        choices=[(a.value, a.label) for a in (Answer.AGREE, Answer.DISAGREE)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("answer", "reason")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("answer") == Answer.DISAGREE and not data.get("reason"):
            self.add_error("reason", _("不同意承接要写明理由，会写进复函"))
        return data


class RequestForm(LoadForm):
    letter = forms.ModelChoiceField(
        label=gettext_lazy("随哪一封复函提出"),
        queryset=MunicipalLetter.objects.filter(replied_on=None),
        to_field_name="pk",
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("类别"),
        choices=[(a.value, a.label) for a in (Answer.REQUEST, Answer.URGENT)],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=gettext_lazy("权限名称"), max_length=120)
    municipal_unit = forms.CharField(label=gettext_lazy("市级单位"), max_length=60)
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    arrangements = forms.CharField(
        label=gettext_lazy("管理体制优化安排"),
        required=False,
        help_text=gettext_lazy("迫切需要的权限要写：权限下来以后由谁办、怎么管"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    unit = forms.CharField(
        label=gettext_lazy("承接单位代码"),
        max_length=16,
        required=False,
        help_text=gettext_lazy("政数局代部门登记时填，部门自己提出的不填"),
    )
    code = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    field_order = (
        *("letter", "answer", "name", "municipal_unit", "unit", "reason", "arrangements"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        urgent = data.get("answer") == Answer.URGENT
        if urgent and not data.get("reason"):
            self.add_error("reason", _("迫切需要的权限要写明理由"))
        if urgent and not data.get("arrangements"):
            self.add_error("arrangements", _("迫切需要的权限要写明管理体制优化安排"))
        return data


class OpinionForm(StepForm):
    opinion = forms.CharField(
        label=gettext_lazy("合法性审查意见"), widget=forms.Textarea(attrs={"rows": 4})
    )


class HandOverForm(StepForm):
    on = forms.DateField(label=gettext_lazy("移交日期"), widget=DayInput())
    document_number = forms.CharField(label=gettext_lazy("移交文号"), max_length=60)


class TrainForm(StepForm):
    on = forms.DateField(label=gettext_lazy("培训日期"), widget=DayInput())
    people = forms.IntegerField(label=gettext_lazy("培训人数"), min_value=1, max_value=999)


class FirstCaseForm(StepForm):
    number = forms.CharField(label=gettext_lazy("首件办件编号"), max_length=40)
