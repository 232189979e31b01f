"""The bureau's page: which unit does which stage of a start-up, and who carves at what price."""

from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from tongban.kernel.units.models import Unit

from .models import Office, Stage, Vendor


class OfficeForm(forms.Form):
    stage = forms.ChoiceField(label=gettext_lazy("环节"), choices=Stage.choices)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("办理单位"), queryset=Unit.objects.all(), to_field_name="code"
    )


class VendorForm(forms.ModelForm):  # type: ignore[type-arg]
    """yuan: price of a set, kept in hundredths."""

    class Meta:
        model = Vendor
        fields = ["name", "phone", "active"]

    yuan = forms.DecimalField(
        label=gettext_lazy("每套价格（元）"),
        min_value=Decimal(0),
        max_value=Decimal(10000),
        decimal_places=2,
    )
    field_order = ("name", "phone", "yuan", "active")

    def save(self, commit: bool = True) -> Vendor:
        self.instance.fen = int(self.cleaned_data["yuan"] * 100)
        kept: Vendor = super().save(commit)
        return kept


def settings(request: HttpRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    act = posted.get("act", "") if posted else ""
    chosen = Vendor.objects.filter(name=request.GET.get("vendor", "")).first()
    initial = {"yuan": Decimal(chosen.fen) / 100} if chosen else {"active": True}
    vendor = VendorForm(posted if act == "vendor" else None, instance=chosen, initial=initial)
    office = OfficeForm(posted if act == "office" else None)
    if act == "vendor" and vendor.is_valid():
        vendor.save()
        return HttpResponseRedirect(reverse("startup_settings"))
    if act == "office" and office.is_valid():
        data = office.cleaned_data
        Office.objects.update_or_create(stage=data["stage"], defaults={"unit": data["unit"]})
        return HttpResponseRedirect(reverse("startup_settings"))
    done_by = {row.stage: row.unit for row in Office.objects.select_related("unit")}
    context = {
        "offices": [(stage.label, done_by.get(stage.value)) for stage in Stage],
        "vendors": [(v, Decimal(v.fen) / 100) for v in Vendor.objects.all()],
        "vendor": vendor,
        "office": office,
        "chosen": chosen,
    }
    failed = bool(vendor.errors or office.errors)
    return render(request, "startup/settings.html", context, status=422 if failed else 200)
