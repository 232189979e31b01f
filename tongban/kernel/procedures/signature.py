"""Handwriting 手写签名: the strokes as they were drawn, as the path of an SVG.

It is personal: the ledger holds its salted digest in the event it was written for, which binds it
to everything else that event says; the strokes themselves may be erased (电子签名法 第十三条).
"""

import re
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from .forms import StepForm

WIDTH, HEIGHT = 600, 200  # of the field in which it is drawn
LONGEST, FEWEST_POINTS = 20_000, 8
PATH = re.compile(r"(M\d{1,3} \d{1,3}(L\d{1,3} \d{1,3})*)+")
POINT = re.compile(r"(\d{1,3}) (\d{1,3})")


class SignatureInput(forms.HiddenInput):
    """Drawn with a finger or a pen; without script there is none, and none is needed."""

    input_type = "hidden"

    @property
    def is_hidden(self) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By the pages' own templates: the renderer of forms knows none of ours."""
        context = {**self.get_context(name, value, attrs), "width": WIDTH, "height": HEIGHT}
        return render_to_string("screens/signature.html", context)


class SignatureField(forms.CharField):
    widget = SignatureInput

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=LONGEST, **kwargs)

    def clean(self, value: Any) -> str:
        path = str(super().clean(value))
        if not path:
            return ""
        points = [(int(x), int(y)) for x, y in POINT.findall(path)]
        inside = all(x <= WIDTH and y <= HEIGHT for x, y in points)
        if not PATH.fullmatch(path) or not inside or len(points) < FEWEST_POINTS:
            raise forms.ValidationError(_("签名没有写完整，请清除后重写"))
        return path


class WaybillField(forms.RegexField):
    """Number of a parcel."""

    def __init__(self, **more: Any):
        told = {"invalid": _("运单号是 8 到 20 位数字或大写字母")}
        super().__init__(r"^[0-9A-Z]{8,20}$", error_messages=told, **more)


class HandedForm(StepForm):
    """Handed over in person: who took it, and their signature."""

    personal: tuple[str, ...] = ("signature",)
    receiver = forms.CharField(label=_("领取人"), max_length=40)
    signature = SignatureField(label=_("领取人签名"))


def as_svg(path: str) -> str:
    """For a paper. The path was checked when it was written."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path d="{path}" fill="none" stroke="#111" stroke-width="5" '
        f'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
