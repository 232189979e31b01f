"""The page on which a batch is prepared: from a spreadsheet, or items × towns typed in."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.files.spreadsheets import Table
from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.export import attachment
from tongban.kernel.screens.handing_in import NOTHING, hand_in
from tongban.kernel.screens.routes import attempt_key
from tongban.kernel.screens.sheets import Fault, template
from tongban.kernel.units.models import Unit

from .forms import About, Wanted
from .procedure import Delegating
from .sheets import DELEGATIONS, Asked, asked


class AskedForm(About):
    file = forms.FileField(
        label=gettext_lazy("下放事项表"),
        required=False,
        help_text=gettext_lazy(".xlsx 或 .csv；表里写了批次的，按批次各起草一批"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    codes = forms.CharField(
        label=gettext_lazy("或者逐行填实施编码"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    towns = forms.ModelMultipleChoiceField(
        label=gettext_lazy("交给哪些镇街"),
        queryset=Unit.objects.filter(kind=Unit.Kind.TOWN),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("file") and not (data.get("codes") and data.get("towns")):
            self.add_error("file", _("请上传下放事项表，或者填实施编码并勾选镇街"))
        return data

    def typed(self) -> Wanted:
        codes = dict.fromkeys(self.cleaned_data["codes"].split())
        towns = [town.code for town in self.cleaned_data["towns"]]
        return [{"implementation_code": c, "to_town": t} for c in codes for t in towns]


def prepare(request: HttpRequest) -> HttpResponse:
    form, handed = AskedForm(), NOTHING
    made: list[Event] = []

    def taken(table: Table | None) -> list[Fault]:
        found = asked(table) if table else Asked(lines={"": form.typed()})
        if not found.faults:
            made.extend(draft(found, form.cleaned_data, actor(request), attempt_key(request)))
        return found.faults

    if request.method == "POST":
        form = AskedForm(request.POST, request.FILES)
        handed = hand_in(request, form, taken)
        if handed.done:
            return _to(made)
    context = {"form": form, "key": uuid4().hex, **handed.context()}
    return render(request, "delegation/prepare.html", context, status=handed.status)


def draft(found: Asked, about: dict[str, Any], by: Actor, key: str) -> list[Event]:
    """A draft for each batch of the file, all or none; what the file does not say, `about` says."""
    with transaction.atomic():
        events = []
        for name, lines in found.lines.items():
            said = {k: v for k, v in found.about.get(name, {}).items() if v}
            day = said.pop("effective_date", about["effective_on"])
            data = {**about, **said, "effective_on": day, "name": name or about["name"]}
            data["lines"] = lines
            events.append(take(Delegating.prepare, None, by, data, key=f"{key[:40]}.{name}"))
    return events


def _to(made: list[Event]) -> HttpResponse:
    if len(made) == 1:
        return HttpResponseRedirect(reverse("matter", args=["delegation", made[0].matter.number]))
    return HttpResponseRedirect(reverse("delegated"))


def blank(request: HttpRequest) -> HttpResponse:
    return attachment(template(DELEGATIONS), "template-delegations.xlsx")
