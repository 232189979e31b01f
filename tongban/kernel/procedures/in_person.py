"""The form of a step that staff take for somebody who is there or on the telephone."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..people.models import Applicant
from ..people.reception import MOBILE, NameDiffers, fault_of_applicant, is_credit_code, person_of
from ..queries.once import Ask, Once
from .forms import StepForm
from .refusals import wrong
from .taking import Taking


class MobileField(forms.CharField):
    def __init__(self, **more: Any):
        super().__init__(**{"label": gettext_lazy("手机号"), "max_length": 11, **more})

    def clean(self, value: Any) -> str:
        phone = str(super().clean(value)).strip()
        if phone and not MOBILE.fullmatch(phone):
            raise forms.ValidationError(_("请填 11 位手机号"))
        return phone


class CreditCodeField(forms.CharField):
    """Of an enterprise (GB 32100), in capital letters."""

    def __init__(self, **more: Any):
        told = {"label": gettext_lazy("统一社会信用代码"), "max_length": 18}
        super().__init__(**{**told, **more})

    def clean(self, value: Any) -> str:
        code = str(super().clean(value)).strip().upper()
        if code and not is_credit_code(code):
            raise forms.ValidationError(_("统一社会信用代码不对，请对照营业执照核对 18 位"))
        return code


class InPersonForm(StepForm):
    personal: tuple[str, ...] = ("applicant_name", "applicant_id", "applicant_phone")

    applicant_name = forms.CharField(label=gettext_lazy("申请人姓名或名称"), max_length=120)
    applicant_id = forms.CharField(
        label=gettext_lazy("证件号码"),
        max_length=18,
        help_text=gettext_lazy("个人填公民身份号码，单位填统一社会信用代码；请当面核对证件原件"),
    )
    applicant_phone = MobileField()

    def clean_applicant_id(self) -> str:
        number = str(self.cleaned_data["applicant_id"]).strip().upper()
        if fault := fault_of_applicant(number):
            raise forms.ValidationError(fault)
        return number


def met(taking: Taking) -> Applicant:
    """Whom the form names."""
    data = taking.data
    name = data["applicant_name"].strip()
    return known(data["applicant_id"], name, data["applicant_phone"])


def asker(taking: Taking) -> Applicant:
    """Who asks: whom the form names where somebody is met in person, else oneself."""
    if isinstance(taking.form, InPersonForm):
        return met(taking)
    return Applicant.objects.get(pk=taking.actor.applicant_id or 0)


def known(number: str, name: str, phone: str) -> Applicant:
    """`person_of`, with the refusal at its field."""
    try:
        return person_of(number, name, phone)
    except NameDiffers as error:
        message = _("这个证件号码登记的是别的名字，请对照证件核对")
        raise wrong("applicant_name", message) from error


FOUND = Once(lambda: Applicant.objects.filter(pk=Ask("applicant")))
LOCKED = Once(lambda: Applicant.objects.select_for_update(no_key=True).filter(pk=Ask("applicant")))


def whom(taking: Taking, *, lock: bool = False) -> Applicant:
    """Oneself, or the legal person in `behalf` whose agent one is today. lock: until the step is
    taken, so that rules on a person are judged one step after the other."""
    code = taking.data.get("behalf", "")
    find, may_be = (LOCKED if lock else FOUND), taking.actor.applicant_ids
    if code:
        mine = Applicant.objects.filter(pk__in=may_be, code=code).values_list("pk", flat=True)
        found = find.first(applicant=mine.first() or 0)
    else:
        found = find.first(applicant=taking.actor.applicant_id or 0)
    if found is None:
        raise wrong("behalf", _("您不是这家单位现在的经办人，请选择本人或请单位授权"))
    return found
