"""What is filled in for matters of other places."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.reception import fault_of_applicant
from tongban.kernel.procedures.forms import DayInput, ReasonForm, StepForm
from tongban.kernel.procedures.in_person import InPersonForm
from tongban.kernel.procedures.signature import WaybillField
from tongban.services.cases.forms import add
from tongban.services.catalogue.form_fields import asked
from tongban.services.catalogue.situations import needs_of

from .models import Agreement, AgreementItem, Identified, Place, items_for


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Place
        fields = ["code", "name", "contact", "address"]

    address = forms.URLField(
        label=gettext_lazy("接收地址"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("对方平台收件的网址；没有就寄送"),
    )


class AgreementForm(forms.ModelForm):  # type: ignore[type-arg]
    """items: one a line, 基本编码 事项 材料、材料."""

    class Meta:
        model = Agreement
        fields = ["number", "way", "from_on", "to_on"]
        widgets = {"from_on": DayInput(), "to_on": DayInput()}

    items = forms.CharField(
        label=gettext_lazy("事项"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("每行一项：基本编码 事项名称 材料、材料（中间空格）"),
    )

    def clean_items(self) -> list[AgreementItem]:
        found, seen = [], set()
        lines = [line for line in self.cleaned_data["items"].splitlines() if line.strip()]
        for number, line in enumerate(lines, start=1):
            parts = line.split()
            if len(parts) not in (2, 3) or not (parts[0].isdigit() and len(parts[0]) == 12):
                raise forms.ValidationError(
                    _("第 %d 行应为：12 位基本编码 事项名称 材料、材料，用空格分开") % number
                )
            if parts[0] in seen:
                raise forms.ValidationError(_("第 %d 行的基本编码前面已有，请删去一行") % number)
            seen.add(parts[0])
            materials = parts[2].split("、") if len(parts) == 3 else []
            found.append(AgreementItem(basic_code=parts[0], name=parts[1], materials=materials))
        return found


class PapersForm(StepForm):
    """papers: material → id, as the page or the inbox that received them says."""

    papers = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_papers(self) -> dict[str, int]:
        given = self.cleaned_data["papers"] or {}
        if isinstance(given, dict) and all(type(pk) is int for pk in given.values()):
            return given
        raise forms.ValidationError(_("材料应为“名称：文件编号”"))


class CollectForm(InPersonForm, PapersForm):
    item = forms.ModelChoiceField(
        queryset=AgreementItem.objects.select_related("agreement__place"), widget=forms.HiddenInput
    )
    identified = forms.ChoiceField(
        label=gettext_lazy("身份核验"), choices=Identified.choices, widget=forms.RadioSelect
    )
    told = forms.CharField(
        label=gettext_lazy("申请内容"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_item(self) -> AgreementItem:
        item: AgreementItem = self.cleaned_data["item"]
        place = item.agreement.place_id
        if not items_for(place, timezone.localdate()).filter(pk=item.pk).exists():
            raise forms.ValidationError(_("这份协议现在不在有效期内，不能代收"))
        return item


class SentForm(StepForm):
    their_number = forms.CharField(label=gettext_lazy("办理地编号"), max_length=60)


class PostedForm(StepForm):
    waybill = WaybillField(label=gettext_lazy("寄出运单号"))


class WordsForm(StepForm):
    words = forms.CharField(label=gettext_lazy("进度"), max_length=300)


class ResultForm(WordsForm):
    """file: id of the stored result, when one came."""

    granted = forms.TypedChoiceField(
        label=gettext_lazy("结果"),
        choices=(("yes", gettext_lazy("办成")), ("no", gettext_lazy("没有办成"))),
        coerce=lambda value: value == "yes",
    )
    file = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class ArriveForm(PapersForm):
    """What the other place sent, as its message says it."""

    personal: tuple[str, ...] = ("name", "number", "phone")
    place = forms.ModelChoiceField(queryset=Place.objects.all(), to_field_name="code")
    their_number = forms.CharField(max_length=60)
    basic_code = forms.CharField(max_length=12)
    name = forms.CharField(max_length=120)
    number = forms.CharField(max_length=18)
    phone = forms.CharField(max_length=11)
    told = forms.CharField(max_length=500, required=False)

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip().upper()
        if fault := fault_of_applicant(number):
            raise forms.ValidationError(fault)
        return number


class AcceptForm(StepForm):
    """The questions and facts of the item, as far as the other place did not ask them."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.asked: list[Any] = []
        self.questions: dict[str, str] = {}
        if self.matter is None:
            return
        item = self.matter.detail.item
        for place, question in enumerate(needs_of(item).questions):
            name = f"question_{place}"
            self.questions[name] = question.text
            self.fields[name] = forms.ChoiceField(
                label=question.text, choices=[(option, option) for option in question.options]
            )
        data = args[0] if args else kwargs.get("data")
        answers = {text: (data or {}).get(name, "") for name, text in self.questions.items()}
        self.asked = asked(item.form_fields, answers)
        add(self, self.asked)

    def answers(self) -> dict[str, str]:
        return {text: self.cleaned_data[name] for name, text in self.questions.items()}

    def facts(self) -> dict[str, Any]:
        """Key → value of what the item asks, as an application says it."""
        given = {**self.recorded(), **self.personal_values()}
        return {one.field.key: given[one.field.key] for one in self.asked if one.field.key in given}


class AskForm(ReasonForm):
    reason = forms.CharField(
        label=gettext_lazy("要补什么"), max_length=300, widget=forms.Textarea(attrs={"rows": 4})
    )
