"""What is filled in at the steps of a ticket."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tongban.kernel.people.models import Applicant
from tongban.kernel.procedures.forms import StepForm
from tongban.services.booking.models import Group
from tongban.services.catalogue.models import ServiceItem

from .models import Counter, Priority, Reason, Source


def _group() -> Any:
    return forms.ModelChoiceField(
        label=gettext_lazy("窗口组"),
        queryset=Group.objects.select_related("unit"),
        to_field_name="code",
    )


class DrawForm(StepForm):
    """reason: why it goes first. label: a number that was given while the server was away. route:
    groups to go on to, in order. person: code of the applicant where the machine knows them. here:
    from the code on the hall's board, for who draws on their phone."""

    group = _group()
    reason = forms.ChoiceField(
        label=gettext_lazy("优先原因"), choices=Reason.choices, required=False
    )
    source = forms.ChoiceField(choices=Source.choices, required=False)
    item = forms.ModelChoiceField(
        label=gettext_lazy("事项"),
        queryset=ServiceItem.objects.all(),
        to_field_name="implementation_code",
        required=False,
    )
    about = forms.CharField(required=False, max_length=40)
    person = forms.ModelChoiceField(
        queryset=Applicant.objects.all(), to_field_name="code", required=False
    )
    slot = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    wave = forms.BooleanField(required=False)
    here = forms.CharField(required=False, max_length=16)
    label = forms.RegexField(r"^[A-Z]{1,2}\d{3,4}$", required=False, max_length=8)
    route = forms.ModelMultipleChoiceField(
        label=gettext_lazy("还要去"),
        queryset=Group.objects.all(),
        to_field_name="code",
        required=False,
    )


class CounterForm(StepForm):
    """why: how the ticket came to be next, as `queue.next_ticket` found it."""

    counter = forms.ModelChoiceField(
        label=gettext_lazy("窗口"), queryset=Counter.objects.all(), to_field_name="number"
    )
    why = forms.JSONField(required=False)


class TransferForm(StepForm):
    group = _group()


PRIORITY_OF = {Reason.NONE.value: Priority.ORDINARY, Reason.URGENT.value: Priority.URGENT}


def priority_of(reason: str) -> Priority:
    return PRIORITY_OF.get(reason, Priority.FIRST)
