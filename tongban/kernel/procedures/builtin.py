"""Forms and effects of the steps that every procedure has."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..ledger.models import PersonalFact
from ..people.actor import colleagues
from ..people.models import Account
from .forms import StepForm
from .refusals import NotNow

if TYPE_CHECKING:
    from .taking import Taking


class DocumentForm(StepForm):
    """A document made for an earlier event; its digest enters the ledger."""

    name = forms.CharField(label=_("文书"), max_length=60)
    number = forms.CharField(label=_("文号"), max_length=60)
    digest = forms.RegexField(r"^[0-9a-f]{64}$", label=_("摘要"), widget=forms.HiddenInput)
    for_event = forms.IntegerField(label=_("所属环节"), min_value=1, widget=forms.HiddenInput)


class ColleagueField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of those who work in the matter's unit today, by their public code."""

    def __init__(self, **more: Any):
        told = {"queryset": Account.objects.none(), "to_field_name": "code"}
        super().__init__(**{**told, "empty_label": _("请选择"), **more})


class ColleagueForm(StepForm):
    """A step that names colleagues of the matter's unit."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.matter:
            found = colleagues(self.matter.unit_id, timezone.localdate())
            for field in self.fields.values():
                if isinstance(field, ColleagueField):
                    field.queryset = found


class ReassignForm(ColleagueForm):
    to = ColleagueField(label=_("转给"))
    reason = forms.CharField(label=_("理由"), max_length=200)


def reassign(taking: "Taking") -> None:
    taking.matter.handler = taking.data["to"]
    taking.detail_changed = False


class MoveForm(StepForm):
    to_version = forms.IntegerField(label=_("新版本"), min_value=1)


def move_version(taking: "Taking") -> None:
    """From here on the matter follows another version of its declaration."""
    from .procedure import procedure

    matter, wanted = taking.matter, taking.data["to_version"]
    try:
        declared = procedure(matter.kind, wanted)
    except KeyError as error:
        raise NotNow(_("没有第 %d 版流程") % wanted) from error
    if matter.state not in declared.states:
        raise NotNow(
            _("第 %(version)d 版没有“%(state)s”这一状态，请先办到两版都有的状态再转")
            % {"version": wanted, "state": matter.stands_in.title}
        )
    matter.procedure_version = wanted


def record_erasure(taking: "Taking") -> None:
    """Delete the personal values beside the chain and say in the chain which are gone."""
    values = PersonalFact.objects.filter(event__matter=taking.matter)
    gone = sorted(values.values_list("event__seq", "field"))
    taking.facts["erased"] = [[seq, field] for seq, field in gone]
    values.delete()
