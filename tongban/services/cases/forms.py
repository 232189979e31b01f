"""What is filled in at each step of a case, in words people understand."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.in_person import InPersonForm
from tongban.kernel.procedures.signature import SignatureField
from tongban.kernel.screens.json_object import json_object
from tongban.services.catalogue.form_fields import DEFAULT_FORM, Asked, asked
from tongban.services.catalogue.models import ServiceItem

from .models import Channel

RULES = (
    ("听证", gettext_lazy("听证")),
    ("检验检测", gettext_lazy("检验检测")),
    ("鉴定", gettext_lazy("鉴定")),
    ("专家评审", gettext_lazy("专家评审")),
)


class FactsForm(StepForm):
    """The facts of an application as the item's list asks them under the answers given."""

    def __init__(self, *args: Any, asked: list[Asked], **kwargs: Any):
        super().__init__(*args, **kwargs)
        add(self, asked)


def add(form: StepForm, asked: list[Asked]) -> None:
    """Fields of the library join a form; what is personal stays outside the ledger's chain."""
    for one in asked:
        field = one.field.field(required=one.required)
        field.error_messages["required"] = _("请填写“%s”") % one.field.words
        form.fields[one.field.key] = field
    form.personal = tuple(one.field.key for one in asked if one.field.personal)


class SubmitForm(StepForm):
    """The whole application as a machine or the portal sends it: item, answers, uploads, facts.

    behalf: code of the legal person an agent acts for. answers: question → option. uploads:
    name of the material → id of an upload. consent: certificates that are held may stand in for
    materials. facts: key → value of what the item's form asks;
    those of the form that every item has may stand beside it, as programs send them.
    """

    shapes = {"facts": dict[str, str]}
    behalf = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    item = forms.CharField(label=gettext_lazy("事项"), max_length=31, widget=forms.HiddenInput)
    answers = forms.JSONField(label=gettext_lazy("情形"), required=False, widget=forms.HiddenInput)
    uploads = forms.JSONField(label=gettext_lazy("材料"), required=False, widget=forms.HiddenInput)
    facts = forms.JSONField(
        label=gettext_lazy("申请内容"), required=False, widget=forms.HiddenInput
    )
    subject = forms.CharField(
        label=gettext_lazy("经营者名称"), required=False, max_length=120, widget=forms.HiddenInput
    )
    address = forms.CharField(
        label=gettext_lazy("经营场所"), required=False, max_length=200, widget=forms.HiddenInput
    )
    town = forms.CharField(
        label=gettext_lazy("所在镇街"), required=False, max_length=16, widget=forms.HiddenInput
    )
    contact = forms.CharField(
        label=gettext_lazy("联系人"), required=False, max_length=40, widget=forms.HiddenInput
    )

    consent = forms.BooleanField(
        label=gettext_lazy("同意使用电子证照"), required=False, widget=forms.HiddenInput
    )
    signature = SignatureField(label=gettext_lazy("手写签名"), required=False)

    def __init__(self, data: Any = None, **kwargs: Any):
        given = dict(data.items()) if data is not None else {}
        reserved = ("behalf", "item", "answers", "uploads", "facts", "consent", "signature")
        facts = mapping(given.get("facts"))
        given |= {str(k): v for k, v in facts.items() if k not in reserved}
        super().__init__(given if data is not None else None, **kwargs)
        for name in DEFAULT_FORM:
            del self.fields[name]
        self.asked = self.asked_by(given)
        add(self, self.asked)
        self.personal = (*self.personal, "signature")

    def asked_by(self, given: dict[str, Any]) -> list[Asked]:
        """The form of the item that is applied for; of an unknown one, what every item has."""
        items = ServiceItem.objects.filter(implementation_code=str(given.get("item", ""))[:31])
        rows = items.values_list("form_fields", flat=True).first() or []
        return asked(rows, mapping(given.get("answers")))

    def clean_answers(self) -> dict[str, str]:
        return _texts(self.cleaned_data.get("answers"), _("情形应为“问题：选项”"))

    def clean_uploads(self) -> dict[str, str]:
        return _texts(self.cleaned_data.get("uploads"), _("材料应为“材料名称：文件编号”"))

    def recorded(self) -> dict[str, Any]:
        return {name: value for name, value in super().recorded().items() if name != "facts"}

    def open_facts(self) -> dict[str, Any]:
        """What was filled in and is not personal, as the ledger holds it."""
        recorded = self.recorded()
        keys = [one.field.key for one in self.asked]
        return {key: recorded[key] for key in keys if key in recorded}


class PartForm(SubmitForm):
    """A part of one thing: whose it is, who sent the whole, and which whole."""

    applicant = forms.CharField(max_length=12)
    account = forms.CharField(max_length=12)
    part_of = forms.CharField(max_length=40)


class CounterForm(InPersonForm, SubmitForm):
    """An application that staff enter for somebody who is there, writes, or stands at a machine."""

    channel = forms.ChoiceField(
        label=gettext_lazy("来件方式"), choices=[c for c in Channel.choices if c[0] != "online"]
    )

    def __init__(self, data: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.personal = (*self.personal, *InPersonForm.personal)
        self.fields["consent"].widget = forms.CheckboxInput()
        self.fields["consent"].label = _("申请人当面同意使用其电子证照代替材料")


def mapping(value: Any) -> dict[str, Any]:
    """JSON as a program gives it or as a form sends it; empty for anything else."""
    if isinstance(value, str):
        value = json_object(value)
    return value if isinstance(value, dict) else {}


class DeliverForm(StepForm):
    how = forms.ChoiceField(
        label=gettext_lazy("送达方式"),
        choices=[("counter", gettext_lazy("窗口领取")), ("post", gettext_lazy("邮寄"))],
        widget=forms.RadioSelect,
    )
    waybill = forms.RegexField(
        r"^[A-Za-z0-9]{8,20}$",
        label=gettext_lazy("运单号"),
        required=False,
        max_length=20,
        error_messages={"invalid": gettext_lazy("运单号是 8 到 20 位字母或数字")},
    )
    received_by = forms.CharField(label=gettext_lazy("领取人"), required=False, max_length=40)
    signature = SignatureField(label=gettext_lazy("领取人手写签名"), required=False)
    personal = ("received_by", "signature")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("how") == "post" and not data.get("waybill") and "waybill" not in self.errors:
            self.add_error("waybill", _("邮寄要填运单号"))
        if data.get("how") == "counter" and not data.get("received_by"):
            self.add_error("received_by", _("窗口领取要填领取人"))
        return data


class CorrectionsForm(StepForm):
    corrections = forms.CharField(
        label=gettext_lazy("需要补正的全部内容"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("每行一项。只能告知一次，请写全"),
    )
    days = forms.IntegerField(
        label=gettext_lazy("补正期限（工作日）"),
        min_value=1,
        max_value=60,
        initial=15,
        required=False,
        help_text=gettext_lazy("到期没有补正的，自动终止办理并告知申请人"),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.matter:
            wrong = {n: words for n, words in self.matter.detail.checked.items() if words}
            self.fields["corrections"].initial = "\n".join(f"{n}：{w}" for n, w in wrong.items())


class SupplyForm(StepForm):
    """Pieces that follow later."""

    uploads = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_uploads(self) -> dict[str, str]:
        return _texts(self.cleaned_data.get("uploads"), _("材料应为“材料名称：文件编号”"))


class CorrectForm(SupplyForm):
    answer = forms.CharField(
        label=gettext_lazy("补正说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("answer",)


class PreReviewForm(StepForm):
    """Looked at before anything is received: what to bring, or that nothing is amiss."""

    opinion = forms.CharField(
        label=gettext_lazy("预审意见"),
        max_length=500,
        initial=gettext_lazy("材料初步符合要求，请等待受理。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("申请人会收到；不代替受理，不停止五日的告知期限"),
    )


class ChargeForm(StepForm):
    """The amount and its basis are those of the item's list: nothing else may be charged."""

    days = forms.IntegerField(
        label=gettext_lazy("缴费期限（工作日）"), min_value=1, max_value=60, initial=10
    )


class PaidForm(StepForm):
    receipt = forms.RegexField(
        r"^[A-Za-z0-9]{6,40}$",
        label=gettext_lazy("缴费票据号"),
        error_messages={"invalid": gettext_lazy("票据号是 6 到 40 位字母或数字")},
    )


class TransferForm(StepForm):
    sent_to = forms.CharField(label=gettext_lazy("转报给哪个机关"), max_length=60)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


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
        error_messages={"max_value": gettext_lazy("最多延长 10 个工作日（行政许可法 第四十二条）")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class GrantForm(StepForm):
    opinion = forms.CharField(
        label=gettext_lazy("审查意见"),
        max_length=500,
        initial=gettext_lazy("材料齐全，符合许可条件，准予许可。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    years = forms.IntegerField(
        label=gettext_lazy("有效期（年）"), min_value=1, max_value=30, initial=5
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
