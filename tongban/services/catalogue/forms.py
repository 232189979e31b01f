"""What is filled in when lists are changed."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.forms import DayInput, StepForm

from .documents import PARTS
from .models import ChangeKind

MOST_LINES = 6000
NUL = "\\u0000"  # as JSON spells it; no text of the database can hold it


class LinesForm(StepForm):
    """lines: implementation code → {elements, materials, situations, variants}, only what
    changes. The documents are kept as drafts; the ledger gets their digest."""

    shapes = {"lines": dict[str, dict[str, Any]]}
    lines = forms.JSONField(label=_("变更内容"), widget=forms.HiddenInput)

    def clean_lines(self) -> dict[str, dict[str, Any]]:
        lines = self.cleaned_data["lines"]
        good = isinstance(lines, dict) and all(
            isinstance(change, dict)
            and isinstance(change.get("elements", {}), dict)
            and all(isinstance(change.get(part, []), list) for part in PARTS)
            and all(isinstance(row, dict) for part in PARTS for row in change.get(part, []))
            for change in lines.values()
        )
        if not good or NUL in json.dumps(lines) or not 0 < len(lines) <= MOST_LINES:
            raise forms.ValidationError(
                _("请选择 1 到 %d 个事项，内容为“实施编码：变更内容”") % MOST_LINES
            )
        return dict(lines)

    def recorded(self) -> dict[str, Any]:
        return {name: value for name, value in super().recorded().items() if name != "lines"}


class Why(forms.Form):
    """Why lists change, and from when: asked wherever a change is proposed."""

    reason = forms.CharField(label=_("理由"), max_length=500)
    legal_basis = forms.CharField(label=_("法律依据"), max_length=300)
    effective_on = forms.DateField(label=_("生效日期"), widget=DayInput())


class ProposeForm(Why, LinesForm):
    kind = forms.ChoiceField(label=_("变更类型"), choices=ChangeKind.choices)
    undoes = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
