"""What is filled in to book a visit."""

from django import forms
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import DayInput, ReasonForm, StepForm
from tongban.kernel.procedures.in_person import InPersonForm

from .models import Channel

BIG = 2**31


def _slot() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("时段"),
        min_value=1,
        max_value=BIG,
        error_messages={"required": gettext_lazy("请选择一个时段")},
    )


class VisitForm(StepForm):
    """For whom and for what. about: number of a case; item: implementation code; one of the two,
    or the group alone. materials: names of those the person has. behalf: as in an application."""

    group = forms.CharField(label=gettext_lazy("窗口组"), max_length=20, required=False)
    about = forms.CharField(label=gettext_lazy("办件编号"), max_length=40, required=False)
    item = forms.CharField(label=gettext_lazy("事项"), max_length=31, required=False)
    people = forms.IntegerField(
        label=gettext_lazy("几人同来"), min_value=1, max_value=20, required=False
    )
    materials = forms.JSONField(label=gettext_lazy("已备齐的材料"), required=False)
    incomplete = forms.BooleanField(label=gettext_lazy("材料不齐也预约"), required=False)
    behalf = forms.CharField(label=gettext_lazy("代办单位"), max_length=12, required=False)

    def clean_people(self) -> int:
        return int(self.cleaned_data["people"] or 1)

    def clean_materials(self) -> list[str] | None:
        given = self.cleaned_data["materials"]
        if given is None or (isinstance(given, list) and all(isinstance(m, str) for m in given)):
            return given
        raise forms.ValidationError(gettext_lazy("材料应为名称的列表"))


class BookForm(VisitForm):
    slot = _slot()
    channel = forms.ChoiceField(
        label=gettext_lazy("名额"),
        choices=[c for c in Channel.choices if c[0] != "phone"],
        required=False,
    )

    def clean_channel(self) -> str:
        return self.cleaned_data["channel"] or Channel.ONLINE.value


class PhoneForm(InPersonForm, VisitForm):
    """Entered by who answers the telephone, or at the consultation desk."""

    slot = _slot()


class WishForm(VisitForm):
    """A place as soon as one falls free on a day."""

    day = forms.DateField(label=gettext_lazy("日期"), widget=DayInput())


class PlaceForm(StepForm):
    """What the system found. why: in words, for the applicant and for who asks later."""

    slot = _slot()
    why = forms.CharField(max_length=200)


class RebookForm(StepForm):
    slot = _slot()


class ClosedForm(StepForm):
    slot = forms.IntegerField(min_value=1, max_value=BIG, required=False)
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=120)


class AppealForm(ReasonForm):
    pass
