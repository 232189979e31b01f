"""Forms and effects of the steps that every procedure has."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from ..ledger.models import PersonalFact
from .forms import StepForm

if TYPE_CHECKING:
    from .taking import Taking


class DocumentForm(StepForm):
    """A document made for an earlier event; its digest enters the ledger."""

    name = forms.CharField(label=_("文书"), max_length=60)
    number = forms.CharField(label=_("文号"), max_length=60)
    digest = forms.RegexField(r"^[0-9a-f]{64}$", label=_("摘要"))
    for_event = forms.IntegerField(label=_("所属环节"), min_value=1)


def record_erasure(taking: "Taking") -> None:
    """Delete the personal values beside the chain and say in the chain which are gone."""
    values = PersonalFact.objects.filter(event__matter=taking.matter)
    gone = sorted(values.values_list("event__seq", "field"))
    taking.facts["erased"] = [[seq, field] for seq, field in gone]
    values.delete()
