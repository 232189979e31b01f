"""The bureau's pages of the kiosks: all of them, one, and the month by town."""

from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tongban.kernel.devices.enrolling import invite
from tongban.kernel.devices.models import Device
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import Account
from tongban.kernel.people.roles import Role
from tongban.kernel.units.models import Village

from .care import POINTS, all_kiosks, is_silent, month_of, uncovered
from .models import CallBack, Kiosk, KioskItem, SecurityCheck


class KeeperForm(forms.ModelForm):  # type: ignore[type-arg]
    """pin: by which the keeper says at the kiosk that they help; kept as a digest."""

    class Meta:
        model = Kiosk
        fields = ["place", "keeper"]

    pin = forms.RegexField(
        r"^\d{6,12}$",
        label=gettext_lazy("管护人密码"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("6 到 12 位数字；留空不改"),
        error_messages={"invalid": gettext_lazy("密码是 6 到 12 位数字")},
    )

    def save(self, commit: bool = True) -> Kiosk:
        if pin := self.cleaned_data["pin"]:
            self.instance.keeper_pin, self.instance.pin_failures = make_password(pin), 0
        kept: Kiosk = super().save(commit)
        return kept


class CheckForm(forms.Form):
    passed = forms.MultipleChoiceField(
        label=gettext_lazy("符合的项目"),
        choices=POINTS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    remark = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)


def kiosks(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [(kiosk, is_silent(kiosk, now)) for kiosk in all_kiosks()]
    villages = Village.objects.filter(kind=Village.Kind.VILLAGE).count()
    left = list(uncovered())
    context = {
        "rows": rows,
        "silent": sum(1 for _kiosk, silent in rows if silent),
        "uncovered": left,
        "coverage": 100 * (villages - len(left)) / villages if villages else None,
        "items": KioskItem.objects.count(),
        "runs": Role.OPERATOR in actor(request).roles,
        "calls": CallBack.objects.filter(done_at=None).count(),
        "departments": KioskItem.objects.values("unit").distinct().count(),
    }
    return render(request, "kiosks/kiosks.html", context)


def kiosk(request: HttpRequest, code: str) -> HttpResponse:
    """One kiosk: who keeps it, how it is, its last days, its checks, a code to enrol it anew."""
    found = get_object_or_404(all_kiosks(), device__code=code)
    posted = request.POST if request.method == "POST" else None
    act = posted.get("act", "") if posted else ""
    keeper = KeeperForm(posted if act == "keeper" else None, instance=found)
    check = CheckForm(posted if act == "check" else None)
    told = ""
    if act == "invite":
        told = invite(found.device, timezone.now())
    elif act == "restart":
        Device.objects.filter(pk=found.pk).update(round=found.device.round + 1)
    elif act == "keeper" and keeper.is_valid():
        keeper.save()
    elif act == "check" and check.is_valid():
        _checked(request, found, check.cleaned_data)
    if posted and not told and not (keeper.errors or check.errors):
        return HttpResponseRedirect(reverse("kiosk", args=[code]))
    context = {
        "kiosk": found,
        "silent": is_silent(found, timezone.now()),
        "keeper": keeper,
        "check": check,
        "told": told,
        "days": found.device.uptimes.order_by("-day")[:14],
        "silences": found.device.silences.order_by("-since")[:10],
        "repairs": found.repairs.select_related("matter").order_by("-pk")[:10],
        "checks": [(c, _words(c.failed)) for c in found.checks.select_related("by")[:6]],
    }
    failed = bool(keeper.errors or check.errors)
    return render(request, "kiosks/kiosk.html", context, status=422 if failed else 200)


def _checked(request: HttpRequest, found: Kiosk, data: dict[str, Any]) -> None:
    SecurityCheck.objects.create(
        kiosk=found,
        by=Account.objects.get(pk=actor(request).account_id or 0),
        at=timezone.now(),
        passed=data["passed"],
        failed=[key for key, _words in POINTS if key not in data["passed"]],
        remark=data["remark"],
    )


def _words(keys: list[str]) -> str:
    names = dict(POINTS)
    return "、".join(str(names.get(key, key)) for key in keys)


def bulletin(request: HttpRequest) -> HttpResponse:
    """The month of every kiosk, by town; the idle ones are named."""
    today = timezone.localdate()
    first = _month(request.GET.get("month", ""), today)
    months = sorted(month_of(first, today), key=lambda m: m.kiosk.village.town.code)
    towns = [(town, list(rows)) for town, rows in groupby(months, lambda m: m.kiosk.village.town)]
    context = {
        "first": first,
        "towns": towns,
        "idle": [m.kiosk for m in months if m.is_idle],
        "uses": sum(m.uses for m in months),
    }
    return render(request, "kiosks/bulletin.html", context)


def _month(text: str, today: date) -> date:
    try:
        return min(date.fromisoformat(f"{text}-01"), today.replace(day=1))
    except ValueError:
        return today.replace(day=1)
