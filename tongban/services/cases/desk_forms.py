"""What clerks fill in beside the decision itself: materials looked at, paper handed on."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.signature import SignatureField

from .forms import mapping
from .models import Keeping

MOST_WORDS = 300


class SigningForm(forms.Form):
    """The field on the applicant's last page; the step's own form judges it."""

    signature = SignatureField(label=gettext_lazy("手写签名"), required=False)


class CheckMaterialsForm(StepForm):
    """checks: material → what is wrong with it; empty when it is as it should be."""

    shapes = {"checks": dict[str, str]}
    checks = forms.JSONField(label=gettext_lazy("材料核对"), widget=forms.HiddenInput)

    def clean_checks(self) -> dict[str, str]:
        given = mapping(self.cleaned_data["checks"])
        wanted = (
            [row.name for row in self.matter.detail.version.materials.all()] if self.matter else []
        )
        checks = {str(k)[:120]: str(v).strip() for k, v in given.items()}
        if unknown := set(checks) - set(wanted):
            raise forms.ValidationError(_("这个事项没有材料“%s”") % min(unknown))
        if any(len(words) > MOST_WORDS for words in checks.values()):
            raise forms.ValidationError(_("每项说明最多 %d 个字") % MOST_WORDS)
        return checks


class PaperForm(StepForm):
    """place: shelf or cabinet, when it is put away."""

    place = forms.CharField(
        label=gettext_lazy("存放处"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("随身经办不用填；入柜时填柜号"),
    )


class FileForm(StepForm):
    """How long it is kept, and where what is on paper stands."""

    keeping = forms.ChoiceField(
        label=gettext_lazy("保管期限"),
        choices=Keeping.choices,
        initial=Keeping.THIRTY,
    )
    place = forms.CharField(label=gettext_lazy("纸质件存放处"), required=False, max_length=40)
