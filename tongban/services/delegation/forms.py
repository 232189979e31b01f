"""What is filled in when powers go to towns, while they get ready, and when powers come back."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import DayInput, ReasonForm, StepForm

from .models import Check, DelegatedItem, Kind

MOST_LINES = 3000
QUARTER = r"20\d\dQ[1-4]"
Wanted = list[dict[str, str]]


class About(forms.Form):
    """What a batch is, apart from its lines."""

    name = forms.CharField(
        label=gettext_lazy("批次"), max_length=40, help_text=gettext_lazy("例如：第四批")
    )
    kind = forms.ChoiceField(label=gettext_lazy("方式"), choices=Kind.choices)
    legal_basis = forms.CharField(label=gettext_lazy("法律依据"), max_length=300)
    effective_on = forms.DateField(label=gettext_lazy("拟生效日期"), widget=DayInput())


class PrepareForm(About, StepForm):
    """lines: [{implementation_code, to_town}]."""

    shapes = {"lines": list[dict[str, str]]}
    lines = forms.JSONField(label=gettext_lazy("下放事项"), widget=forms.HiddenInput)

    def clean_lines(self) -> Wanted:
        lines = self.cleaned_data["lines"]
        good = isinstance(lines, list) and all(
            isinstance(row, dict)
            and all(isinstance(row.get(n), str) for n in ("implementation_code", "to_town"))
            for row in lines
        )
        if not good or not 0 < len(lines) <= MOST_LINES:
            raise forms.ValidationError(
                _("请列出 1 到 %d 行，每行是实施编码和镇街代码") % MOST_LINES
            )
        return [{n: row[n] for n in ("implementation_code", "to_town")} for row in lines]


class ConcludeForm(StepForm):
    adopt = forms.BooleanField(
        label=gettext_lazy("采纳不同意意见，把有关事项移出本批"), required=False
    )
    handling = forms.CharField(
        label=gettext_lazy("意见处理情况"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )


class OpinionForm(StepForm):
    opinion = forms.CharField(
        label=gettext_lazy("合法性审查意见"), widget=forms.Textarea(attrs={"rows": 4})
    )


class IssueForm(StepForm):
    document_number = forms.CharField(
        label=gettext_lazy("文号"),
        max_length=60,
        help_text=gettext_lazy("例如：湛开政数〔2022〕3号"),
    )
    effective_on = forms.DateField(label=gettext_lazy("生效日期"), widget=DayInput())


class OfLines(StepForm):
    """Some of the lines a town prepares; none chosen means all."""

    lines = forms.ModelMultipleChoiceField(
        label=gettext_lazy("适用的事项（不勾为全部）"),
        queryset=DelegatedItem.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.matter:
            field = self.fields["lines"]
            assert isinstance(field, forms.ModelMultipleChoiceField)
            field.queryset = self.matter.detail.open_lines()

    def recorded(self) -> dict[str, Any]:
        chosen = self.cleaned_data["lines"]
        codes = [line.item.implementation_code for line in chosen]
        return {**super().recorded(), "lines": codes or "all"}


class RecordForm(OfLines):
    checks = forms.MultipleChoiceField(
        label=gettext_lazy("已经落实"), choices=Check.choices, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("checks", "lines")


class DropForm(ReasonForm, OfLines):
    field_order = ("reason", "lines")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["lines"].required = True
        self.fields["lines"].label = _("移出的事项")


class TakeBackForm(ReasonForm):
    """lines: codes of the towns' own lists."""

    shapes = {"lines": list[str]}
    legal_basis = forms.CharField(label=gettext_lazy("法律依据"), max_length=300)
    effective_on = forms.DateField(label=gettext_lazy("收回日期"), widget=DayInput())
    lines = forms.JSONField(label=gettext_lazy("收回的事项"), widget=forms.HiddenInput)

    def clean_lines(self) -> list[str]:
        lines = self.cleaned_data["lines"]
        if not isinstance(lines, list) or not 0 < len(lines) <= MOST_LINES:
            raise forms.ValidationError(_("请选择要收回的事项"))
        return sorted({str(code)[:31] for code in lines})


class AfterCareForm(StepForm):
    """rows: code of the town's own list → [cases, reversed, lost]."""

    shapes = {"rows": dict[str, list[int]]}
    quarter = forms.RegexField(
        QUARTER,
        label=gettext_lazy("季度"),
        max_length=6,
        error_messages={"invalid": gettext_lazy("季度写成 2026Q3 这样")},
    )
    rows = forms.JSONField(label=gettext_lazy("各事项办理情况"), widget=forms.HiddenInput)

    def clean_rows(self) -> dict[str, list[int]]:
        rows = self.cleaned_data["rows"]
        if not isinstance(rows, dict) or not 0 < len(rows) <= MOST_LINES:
            raise forms.ValidationError(_("请填写至少一个事项"))
        for code, numbers in rows.items():
            _refuse_bad_numbers(code, numbers)
        return dict(rows)


def _refuse_bad_numbers(code: str, numbers: Any) -> None:
    whole = isinstance(numbers, list) and len(numbers) == 3
    if not whole or not all(isinstance(n, int) and 0 <= n < 10**6 for n in numbers):
        raise forms.ValidationError(_("%s 的办件、复议、败诉要填 0 以上的整数") % code)
    if numbers[1] + numbers[2] > numbers[0]:
        raise forms.ValidationError(
            _("%(code)s 的复议纠正和败诉（%(bad)d）多于办件（%(all)d），请核对")
            % {"code": code, "bad": numbers[1] + numbers[2], "all": numbers[0]}
        )
