"""The district's library of form fields 统一字段库: a fact has one name on every form, so that
people type it once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.signin import fault_of_id
from tongban.kernel.procedures.forms import DayInput
from tongban.kernel.queries.once import Ask, Once
from tongban.kernel.units.models import Unit

from . import codes

LONGEST = 2000
PHONE = r"(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})"
DEFAULT_FORM = ("subject", "address", "town", "contact")  # of lists that name no fields
SHIPPED = (  # the words of the fields that every district has, for their translation
    *(gettext_lazy("经营者名称"), gettext_lazy("经营场所"), gettext_lazy("所在镇街")),
    *(gettext_lazy("联系人"), gettext_lazy("店名或公司名称，与营业执照一致")),
)
REQUIRED = ("必填", "required", "1", "是")


class FieldKind(models.TextChoices):
    TEXT = "text", gettext_lazy("一行文字")
    LONG = "long", gettext_lazy("多行文字")
    NUMBER = "number", gettext_lazy("数字")
    DAY = "day", gettext_lazy("日期")
    CHOICE = "choice", gettext_lazy("选项")
    YES = "yes", gettext_lazy("是或否")
    ID_NUMBER = "id_number", gettext_lazy("公民身份号码")
    USCC = "uscc", gettext_lazy("统一社会信用代码")
    PHONE = "phone", gettext_lazy("电话")
    TOWN = "town", gettext_lazy("镇街")


class Prefill(models.TextChoices):
    """Where a value comes from when the person has not typed it before."""

    NONE = "", "—"
    NAME = "name", gettext_lazy("申请人姓名或名称")
    ID_NUMBER = "id_number", gettext_lazy("申请人证件号码")
    PHONE = "phone", gettext_lazy("申请人电话")
    FIRM_NAME = "firm_name", gettext_lazy("企业登记：名称")
    FIRM_ADDRESS = "firm_address", gettext_lazy("企业登记：住所")
    FIRM_PERSON = "firm_person", gettext_lazy("企业登记：法定代表人")
    FIRM_SCOPE = "firm_scope", gettext_lazy("企业登记：经营范围")


class FormField(models.Model):
    """One fact. choices: one a line. pattern: a regular expression the whole text must match, and
    `fault` what is said when it does not. A personal one is kept outside the ledger's chain."""

    key = models.SlugField(gettext_lazy("字段名"), max_length=40, unique=True)
    label = models.CharField(gettext_lazy("显示名称"), max_length=40, unique=True)
    kind = models.CharField(gettext_lazy("类型"), max_length=12, choices=FieldKind)
    help = models.CharField(gettext_lazy("填写说明"), max_length=120, blank=True)
    choices = models.TextField(gettext_lazy("选项（每行一个）"), blank=True)
    longest = models.PositiveSmallIntegerField(gettext_lazy("最多字数"), default=120)
    pattern = models.CharField(gettext_lazy("格式（正则表达式）"), max_length=120, blank=True)
    fault = models.CharField(gettext_lazy("格式不对时的提示"), max_length=120, blank=True)
    personal = models.BooleanField(gettext_lazy("个人信息"), default=False)
    prefill = models.CharField(
        gettext_lazy("自动带出"), max_length=12, choices=Prefill, default="", blank=True
    )

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label

    @property
    def words(self) -> str:
        """The label in the reader's language where it is one of those shipped."""
        return _(self.label)

    def clean(self) -> None:
        if self.kind == FieldKind.CHOICE and len(self.options()) < 2:
            raise ValidationError({"choices": _("选项至少两个，每行一个")})
        if not 1 <= self.longest <= LONGEST:
            raise ValidationError({"longest": _("最多字数应为 1 到 %d") % LONGEST})
        if self.pattern:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValidationError({"pattern": _("格式写得不对：%s") % error}) from error
            if not self.fault:
                raise ValidationError({"fault": _("设了格式，就要写格式不对时的提示")})

    def options(self) -> list[str]:
        return list(dict.fromkeys(filter(None, map(str.strip, self.choices.splitlines()))))

    def field(self, *, required: bool) -> forms.Field:
        """As a field of a form."""
        common: dict[str, Any] = {
            "label": self.words,
            "required": required,
            "help_text": _(self.help) if self.help else "",
        }
        if self.kind == FieldKind.CHOICE:
            choices = [("", _("请选择")), *((option, option) for option in self.options())]
            return forms.ChoiceField(choices=choices, **common)
        if self.kind == FieldKind.TOWN:
            return forms.ModelChoiceField(
                queryset=Unit.objects.filter(kind=Unit.Kind.TOWN),
                to_field_name="code",
                empty_label=_("请选择"),
                error_messages={"invalid_choice": _("请从列表中选择镇街")},
                **common,
            )
        if self.kind == FieldKind.YES:
            choices = [("是", _("是")), ("否", _("否"))]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        if self.kind == FieldKind.DAY:
            return forms.DateField(widget=DayInput(), **common)
        if self.kind == FieldKind.NUMBER:
            return forms.DecimalField(max_digits=15, decimal_places=2, **common)
        long = self.kind == FieldKind.LONG
        widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
        return forms.CharField(
            max_length=self.longest, widget=widget, validators=self._validators(), **common
        )

    def _validators(self) -> list[Any]:
        found: list[Any] = []
        if self.kind == FieldKind.ID_NUMBER:
            found.append(_id_number)
        if self.kind == FieldKind.USCC:
            found.append(_uscc)
        if self.kind == FieldKind.PHONE:
            found.append(RegexValidator(rf"^{PHONE}$", _("请填 11 位手机号，或区号加电话号码")))
        if self.pattern:
            found.append(RegexValidator(rf"^(?:{self.pattern})$", self.fault))
        return found


@dataclass(frozen=True)
class Asked:
    """A field as a form asks it."""

    field: FormField
    required: bool


def rows_for(form_fields: list[dict[str, Any]], answers: dict[str, str]) -> list[tuple[str, bool]]:
    """(key, required) of what is asked under these answers, in order, each once."""
    if not form_fields:
        return [(key, True) for key in DEFAULT_FORM]
    found: dict[str, bool] = {}
    for row in form_fields:
        asked = not row["question"] or answers.get(row["question"]) == row["option"]
        if asked:
            found[row["field"]] = found.get(row["field"], False) or row["required"] in REQUIRED
    return list(found.items())


def asked(form_fields: list[dict[str, Any]], answers: dict[str, str]) -> list[Asked]:
    """The fields themselves; one statement."""
    return asked_once([form_fields], answers)


FIELDS = Once(lambda: FormField.objects.filter(key__among=Ask("keys")))


def asked_once(forms: Iterable[list[dict[str, Any]]], answers: dict[str, str]) -> list[Asked]:
    """The fields of several forms, each once; required where one of them requires it."""
    wanted: dict[str, bool] = {}
    for form in forms:
        for key, required in rows_for(form, answers):
            wanted[key] = wanted.get(key, False) or required
    known = {field.key: field for field in FIELDS.all(keys=list(wanted))}
    return [Asked(known[key], required) for key, required in wanted.items() if key in known]


def _id_number(value: str) -> None:
    if fault := fault_of_id(value):
        raise ValidationError(fault)


def _uscc(value: str) -> None:
    try:
        codes.unit_code(value)
    except codes.BadCode as error:
        raise ValidationError(str(error)) from error
