"""What is filled in to start a company and to have its seals carved."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.in_person import CreditCodeField, InPersonForm
from tongban.kernel.procedures.signature import HandedForm, SignatureField, WaybillField

from .models import Stage, Vendor

SEALS = (
    ("official", gettext_lazy("公章")),
    ("finance", gettext_lazy("财务专用章")),
    ("invoice", gettext_lazy("发票专用章")),
    ("contract", gettext_lazy("合同专用章")),
    ("person", gettext_lazy("法定代表人名章")),
)
FREE = ("official", "finance", "invoice", "person")  # the set that costs a new company nothing


class StartForm(StepForm):
    """wants: what is done along with the registration; all of it where nothing is said."""

    company = forms.CharField(label=gettext_lazy("企业名称"), max_length=120)
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("同时办理"),
        choices=[choice for choice in Stage.choices if choice[0] != Stage.REGISTER],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("不选就是全部一起办"),
    )

    def clean_wants(self) -> list[str]:
        every = [stage.value for stage in Stage if stage != Stage.REGISTER]
        return self.cleaned_data["wants"] or every


class StartForForm(InPersonForm, StartForm):
    pass


class BroughtForm(StepForm):
    """From before the platform: what was finished, and when."""

    company = forms.CharField(max_length=120)
    uscc = forms.CharField(max_length=18)
    vendor = forms.ModelChoiceField(
        queryset=Vendor.objects.all(), to_field_name="name", required=False
    )


class StageForm(StepForm):
    startup = forms.CharField(max_length=40)
    stage = forms.ChoiceField(choices=Stage.choices)


class DoneForm(StepForm):
    result = forms.CharField(
        label=gettext_lazy("结果编号"),
        max_length=40,
        help_text=gettext_lazy("设立登记填统一社会信用代码，其他填登记号、预约号"),
    )

    def clean_result(self) -> str:
        result = str(self.cleaned_data["result"]).strip()
        if self.matter and self.matter.detail.stage == Stage.REGISTER:
            return CreditCodeField(max_length=40).clean(result)
        return result


class HandForm(HandedForm):
    """At the one window: everything in one bag, or by post."""

    waybill = WaybillField(label=gettext_lazy("邮寄运单号"), required=False)
    signature = SignatureField(label=gettext_lazy("领取人签名"), required=False)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not found.get("waybill") and not found.get("signature") and not self.errors:
            self.add_error("signature", _("当面领取请领取人签名，邮寄请填运单号"))
        return found


class CarveForm(StepForm):
    company = forms.CharField(label=gettext_lazy("企业名称"), max_length=120)
    uscc = CreditCodeField()


class CarveForForm(InPersonForm, CarveForm):
    pass


class CarvePartForm(CarveForm):
    startup = forms.CharField(max_length=40)


class MadeForm(StepForm):
    filed = forms.RegexField(
        r"^\d{13}$",
        label=gettext_lazy("印章备案编号"),
        error_messages={"invalid": gettext_lazy("公安印章备案编号是 13 位数字")},
    )


class SettleForm(StepForm):
    """month: YYYY-MM, one that has ended."""

    vendor = forms.ModelChoiceField(
        label=gettext_lazy("刻章单位"), queryset=Vendor.objects.all(), to_field_name="name"
    )
    month = forms.DateField(
        label=gettext_lazy("月份"),
        input_formats=["%Y-%m", "%Y-%m-%d"],
        help_text=gettext_lazy("写作 2022-09，要已经结束的月份"),
    )

    def clean_month(self) -> Any:
        first = self.cleaned_data["month"].replace(day=1)
        if first >= timezone.localdate().replace(day=1):
            raise forms.ValidationError(_("这个月还没有结束，下个月再结算"))
        return first


class VoucherForm(StepForm):
    voucher = forms.CharField(label=gettext_lazy("付款凭证号"), max_length=40)
