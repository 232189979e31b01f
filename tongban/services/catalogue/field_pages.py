"""Pages of forms as data: the library of fields, and the form of an item as people will see it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.screens.routes import forbidden

from .form_fields import FieldKind, FormField, asked
from .models import ImplementationList, ServiceItem
from .situations import Needs

FIXED = ("key", "kind", "personal")  # what a field is: never changed once a list asks for it


class FieldForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = FormField
        fields = (
            *("key", "label", "kind", "help", "choices", "longest", "pattern", "fault"),
            *("personal", "prefill"),
        )
        widgets = {"choices": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("请选择")), *FieldKind.choices]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if self.instance.pk and uses(self.instance.key):
            for name in FIXED:
                if name in data and data[name] != self.initial[name]:
                    raise ValidationError(
                        {name: _("已有清单在用这个字段，不能改它的字段名、类型和是否个人信息")}
                    )
        return data


def uses(key: str) -> int:
    """How many versions of lists, drafts too, ask for a field."""
    return ImplementationList.objects.filter(form_fields__contains=[{"field": key}]).count()


def library(request: HttpRequest, key: str = "") -> HttpResponse:
    """The library; the bureau adds and mends. `key`: the field being mended."""
    bureau = Role.OPERATOR in actor(request).roles
    field = get_object_or_404(FormField, key=key[:40]) if key else None
    form = FieldForm(request.POST or None, instance=field) if bureau else None
    if request.method == "POST" and form is None:
        return forbidden(request, str(Role.OPERATOR.label))
    if form is not None and form.is_valid():
        form.save()
        return HttpResponseRedirect(reverse("form_fields"))
    context = {
        "rows": [(one, uses(one.key)) for one in FormField.objects.all()],
        "form": form,
        "field": field,
    }
    bad = request.method == "POST"
    return render(request, "catalogue/fields.html", context, status=422 if bad else 200)


def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The form of an item under chosen answers: of the open draft if there is one."""
    rows = ServiceItem.objects.select_related("unit", "current")
    item = get_object_or_404(rows.exclude(current=None), implementation_code=code[:31])
    drafts = item.versions.filter(number=None, change__matter__closed_at=None)
    version = drafts.order_by("-pk").first() or item.current
    assert version is not None
    needs = Needs(version)
    answers = {
        question.text: given
        for number, question in enumerate(needs.questions, start=1)
        if (given := request.GET.get(f"q{number}", "")) in question.options
    }
    shown = forms.Form()
    for one in asked(version.form_fields, answers):
        shown.fields[one.field.key] = one.field.field(required=one.required)
    context = {
        "item": item,
        "version": version,
        "questions": [
            (q.text, [(option, answers.get(q.text) == option) for option in q.options])
            for q in needs.questions
        ],
        "form": shown,
    }
    return render(request, "catalogue/form_preview.html", context)
