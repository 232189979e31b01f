"""Cases from before the platform: opened and ended by the days they really had."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.declare import Opening
from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.in_person import known
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import Taking
from tongban.services.catalogue.models import ServiceItem

from .models import Case, Channel


class HistoricForm(StepForm):
    """A row of the spreadsheet. by: code of the account that brings it in."""

    item = forms.CharField(max_length=31)
    old_number = forms.CharField(max_length=60)
    by = forms.CharField(max_length=12)
    applicant_name = forms.CharField(max_length=120)
    applicant_id = forms.CharField(max_length=18)
    applicant_phone = forms.CharField(max_length=11, required=False)
    channel = forms.ChoiceField(choices=Channel.choices)
    promised_days = forms.IntegerField(required=False)
    statutory_days = forms.IntegerField(required=False)
    result = forms.CharField(max_length=12)
    certificate_number = forms.CharField(max_length=60, required=False)
    valid_until = forms.DateField(required=False)
    personal = ("applicant_name", "applicant_id", "applicant_phone")


def open_historic(taking: Taking) -> Opening:
    data: dict[str, Any] = taking.data
    rows = ServiceItem.objects.select_related("unit", "current")
    item = rows.get(implementation_code=data["item"])
    person = known(data["applicant_id"], data["applicant_name"], data["applicant_phone"])
    case = Case(
        item=item,
        version=item.current,
        channel=data["channel"],
        old_number=old_number(item.unit.code, data["old_number"]),
        promised_days=data["promised_days"],
        statutory_days=data["statutory_days"],
        certificate_number=data["certificate_number"],
        valid_until=data["valid_until"],
    )
    return Opening(unit=item.unit, title=item.name, applicant=person, detail=case)


def old_number(unit: str, number: str) -> str:
    """Different units may have numbered alike."""
    return f"{unit}/{number}"[:60]


def only_historic(matter: Matter, actor: Actor) -> str:
    return "" if matter.detail.old_number else _("只用于补录的历史办件")
