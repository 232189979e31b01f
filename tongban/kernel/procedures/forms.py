"""The form of a step. What it validates is what the ledger records."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Model, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .models import Matter

LONGEST_TEXT = 2000
GENERAL_REQUIRED = forms.Field.default_error_messages["required"]


def _named(label: Any) -> str:
    return str(gettext("请填写“%s”") % label)


_missing = lazy(_named, str)


@cache
def _complete(form: type[forms.Form]) -> None:
    """Once for a class: no text without an end; what is missing is called by its name."""
    for field in form.base_fields.values():
        if isinstance(field, forms.CharField) and field.max_length is None:
            field.max_length = LONGEST_TEXT
            field.validators.append(MaxLengthValidator(LONGEST_TEXT))
        if field.error_messages["required"] == GENERAL_REQUIRED:
            field.error_messages["required"] = _missing(field.label)


class StepForm(forms.Form):
    """personal: fields kept outside the chain, as salted digests. shapes: what a JSON field holds
    where it is more than words by name, as the API's schema says it."""

    personal: tuple[str, ...] = ()
    shapes: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, matter: "Matter | None" = None, **kwargs: Any):
        _complete(type(self))
        super().__init__(*args, **kwargs)
        self.matter = matter

    def recorded(self) -> dict[str, Any]:
        """The validated values that go into the event in the clear."""
        data = self.cleaned_data
        return {
            name: plain(data[name])
            for name in self.fields
            if name not in self.personal and data.get(name) not in (None, "", [])
        }

    def personal_values(self) -> dict[str, str]:
        data = self.cleaned_data
        return {name: str(data[name]) for name in self.personal if data.get(name)}


class DayInput(forms.DateInput):
    """The browser's own calendar; it reads and shows one spelling in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own clock, without seconds."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ReasonForm(StepForm):
    """A step that must say why."""

    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )


def plain(value: Any) -> Any:
    """A form's value as the ledger's few types."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return str(value)
    if isinstance(value, Model):
        return str(getattr(value, "code", value.pk))
    if isinstance(value, list | tuple | QuerySet):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    return value
