"""What is filled in at each step of a case, in words people understand."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.units.models import Unit

RULES = (
    ("听证", gettext_lazy("听证")),
    ("检验检测", gettext_lazy("检验检测")),
    ("鉴定", gettext_lazy("鉴定")),
    ("专家评审", gettext_lazy("专家评审")),
)


class ApplicationForm(StepForm):
    """The facts of an application; materials and answers are added by the portal or counter."""

    subject = forms.CharField(
        label=gettext_lazy("经营者名称"),
        max_length=120,
        help_text=gettext_lazy("店名或公司名称,与营业执照一致"),
    )
    address = forms.CharField(label=gettext_lazy("经营场所"), max_length=200)
    town = forms.ModelChoiceField(
        label=gettext_lazy("所在镇街"),
        queryset=Unit.objects.filter(kind=Unit.Kind.TOWN),
        to_field_name="code",
        empty_label=gettext_lazy("请选择"),
        error_messages={"invalid_choice": gettext_lazy("请从列表中选择镇街")},
    )
    contact = forms.CharField(
        label=gettext_lazy("联系人"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    personal = ("contact",)


class SubmitForm(ApplicationForm):
    """The whole application as a machine or the portal sends it: item, answers, uploads.

    behalf: code of the legal person an agent acts for. answers: question → option. uploads:
    name of the material → id of an upload.
    """

    behalf = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    item = forms.CharField(label=gettext_lazy("事项"), max_length=31, widget=forms.HiddenInput)
    answers = forms.JSONField(label=gettext_lazy("情形"), required=False)
    uploads = forms.JSONField(label=gettext_lazy("材料"), required=False)

    def clean_answers(self) -> dict[str, str]:
        return _texts(self.cleaned_data.get("answers"), _("情形应为“问题:选项”"))

    def clean_uploads(self) -> dict[str, str]:
        return _texts(self.cleaned_data.get("uploads"), _("材料应为“材料名称:文件编号”"))


class CorrectionsForm(StepForm):
    corrections = forms.CharField(
        label=gettext_lazy("需要补正的全部内容"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("每行一项。只能告知一次,请写全"),
    )


class CorrectForm(StepForm):
    answer = forms.CharField(
        label=gettext_lazy("补正说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    uploads = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_uploads(self) -> dict[str, str]:
        return _texts(self.cleaned_data.get("uploads"), _("材料应为“材料名称:文件编号”"))


class PauseForm(StepForm):
    rule = forms.ChoiceField(label=gettext_lazy("特别程序"), choices=RULES)
    days = forms.IntegerField(
        label=gettext_lazy("预计所需工作日"), min_value=1, max_value=60, initial=10
    )


class ExtendForm(StepForm):
    days = forms.IntegerField(
        label=gettext_lazy("延长工作日"),
        min_value=1,
        max_value=10,
        error_messages={"max_value": gettext_lazy("最多延长 10 个工作日(行政许可法 第四十二条)")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class GrantForm(StepForm):
    opinion = forms.CharField(
        label=gettext_lazy("审查意见"),
        max_length=500,
        initial=gettext_lazy("材料齐全,符合许可条件,准予许可。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    years = forms.IntegerField(
        label=gettext_lazy("有效期(年)"), min_value=1, max_value=30, initial=5
    )


def _texts(value: Any, fault: str) -> dict[str, str]:
    if value is None:
        return {}
    good = isinstance(value, dict) and all(
        isinstance(v, str | int) and not isinstance(v, bool) and k.isprintable()
        for k, v in value.items()
    )
    if not good or len(value) > 60:
        raise forms.ValidationError(fault)
    return {str(k)[:120]: str(v)[:120] for k, v in value.items()}
