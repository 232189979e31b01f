"""What is filled in for service that goes to people."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.builtin import ColleagueField, ColleagueForm
from tongban.kernel.procedures.forms import DayInput, StepForm
from tongban.kernel.procedures.in_person import CreditCodeField, InPersonForm, MobileField
from tongban.kernel.procedures.signature import SignatureField
from tongban.kernel.units.models import Unit
from tongban.services.catalogue.choosing import ItemField

from .models import Half, Need, Reflection

POINTS = (
    ("badge", gettext_lazy("两人出示工作证")),
    ("identity", gettext_lazy("核对申请人身份证件原件")),
    ("wish", gettext_lazy("当面说明办理事项和结果，本人同意")),
    ("form", gettext_lazy("代填的表格读给本人听过")),
    ("papers", gettext_lazy("收取的材料当面清点、开收据")),
    ("clean", gettext_lazy("没有留下他人的材料和证件")),
)


class WishForm(StepForm):
    """address: where to come to; personal, like the telephone there."""

    personal: tuple[str, ...] = ("address", "phone")
    item = ItemField()
    need = forms.ChoiceField(label=gettext_lazy("为什么需要上门"), choices=Need.choices)
    address = forms.CharField(label=gettext_lazy("上门地址"), max_length=120)
    phone = MobileField(label=gettext_lazy("上门前联系电话"))


class WishForForm(InPersonForm, WishForm):
    """By who answers the telephone, or in the village."""

    personal = (*InPersonForm.personal, *WishForm.personal)


class ArrangeForm(ColleagueForm):
    day = forms.DateField(label=gettext_lazy("上门日期"), widget=DayInput())
    half = forms.ChoiceField(label=gettext_lazy("时段"), choices=Half.choices)
    first = ColleagueField(label=gettext_lazy("上门人员"))
    second = ColleagueField(label=gettext_lazy("同行人员"))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("first") and found.get("first") == found.get("second"):
            self.add_error("second", _("上门要有两名工作人员，请选另一位"))
        return found


class DoneForm(StepForm):
    """At the home, on a phone: what was done, and the person's own signature."""

    personal: tuple[str, ...] = ("signature",)
    checked = forms.MultipleChoiceField(
        label=gettext_lazy("上门清单"), choices=POINTS, widget=forms.CheckboxSelectMultiple
    )
    outcome = forms.CharField(
        label=gettext_lazy("办理情况"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    about = forms.CharField(label=gettext_lazy("现场收件的办件编号"), max_length=40, required=False)
    signature = SignatureField(label=gettext_lazy("申请人签名"))

    def clean_checked(self) -> list[str]:
        done: list[str] = self.cleaned_data["checked"]
        left = [str(words) for key, words in POINTS if key not in done]
        if left:
            raise forms.ValidationError(_("清单还有没做的：%s") % "、".join(left))
        return done


class VisitForm(StepForm):
    company = forms.CharField(label=gettext_lazy("企业名称"), max_length=120)
    uscc = CreditCodeField()
    topic = forms.CharField(label=gettext_lazy("走访内容"), max_length=120)
    day = forms.DateField(label=gettext_lazy("走访日期"), widget=DayInput())
    visitors = forms.CharField(
        label=gettext_lazy("走访人员"), max_length=120, help_text=gettext_lazy("用顿号分开")
    )


class QuietForm(StepForm):
    said = forms.CharField(
        label=gettext_lazy("走访记录"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class SaidForm(QuietForm):
    """needs: one a line, 单位:诉求; each goes to that unit with a limit of its own."""

    needs = forms.CharField(
        label=gettext_lazy("企业诉求"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("每行一条，写作“单位：诉求”，例如 市场监管局：变更登记要多久"),
    )

    def clean_needs(self) -> list[dict[str, str]]:
        lines = str(self.cleaned_data["needs"] or "").replace("\uff1a", ":").splitlines()
        units = {u.short_name: u.code for u in Unit.objects.all()}
        units |= {u.name: u.code for u in Unit.objects.all()}
        found = []
        for number, line in enumerate((text for text in lines if text.strip()), start=1):
            unit, colon, words = (part.strip() for part in line.partition(":"))
            if not colon or not words:
                raise forms.ValidationError(
                    _("第 %d 条诉求应写作“单位：诉求”，中间用冒号") % number
                )
            if unit not in units:
                told = {"row": number, "unit": unit}
                raise forms.ValidationError(
                    _("第 %(row)d 条诉求的单位“%(unit)s”没有找到，请写单位简称") % told
                )
            found.append({"unit": units[unit], "words": words[:300]})
        return found


class NeedForm(StepForm):
    visit = forms.CharField(max_length=40)
    unit = forms.ModelChoiceField(queryset=Unit.objects.all(), to_field_name="code")
    words = forms.CharField(max_length=300)


class AnswerForm(StepForm):
    answer = forms.CharField(
        label=gettext_lazy("答复"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    solved = forms.TypedChoiceField(
        label=gettext_lazy("是否解决"),
        choices=(("yes", gettext_lazy("已解决")), ("no", gettext_lazy("已说明，不能解决"))),
        coerce=lambda value: value == "yes",
    )


class HelpForm(StepForm):
    item = ItemField(required=False)
    wish = forms.CharField(
        label=gettext_lazy("要帮办的事"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class HelpForForm(InPersonForm, HelpForm):
    pass


class HelperForm(ColleagueForm):
    helper = ColleagueField(label=gettext_lazy("帮办员"))


class HelpedForm(StepForm):
    did = forms.CharField(label=gettext_lazy("帮办了什么"), max_length=300)
    about = forms.CharField(label=gettext_lazy("办件编号"), max_length=40, required=False)


class ReflectForm(StepForm):
    words = forms.CharField(
        label=gettext_lazy("哪件事没有办成，为什么"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    about = forms.CharField(label=gettext_lazy("办件编号"), max_length=40, required=False)


class ReflectForForm(InPersonForm, ReflectForm):
    pass


class SettleForm(StepForm):
    cause = forms.ChoiceField(label=gettext_lazy("查明的原因"), choices=Reflection.Cause.choices)
    answer = forms.CharField(
        label=gettext_lazy("处理结果"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
