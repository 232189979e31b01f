"""The hall's own page: screens paired, renamed, moved; counters with their lines; who waits."""

from math import ceil
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import TimeInput
from tongban.services.booking.managing import WEEKDAYS
from tongban.services.booking.models import Group

from . import forecast, queue
from .displays import with_waits
from .models import Counter, Kind, Screen, Serving, Shift
from .screens import is_silent


class ScreenForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Screen
        fields = ["name", "kind", "counter", "voice", "quiet_from", "quiet_to"]
        widgets = {"quiet_from": TimeInput(), "quiet_to": TimeInput()}

    name = forms.CharField(label=gettext_lazy("名称"), max_length=40)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("kind") in (Screen.Kind.COUNTER, Screen.Kind.EVALUATION) and not found.get(
            "counter"
        ):
            self.add_error("counter", _("请选择它放在哪个窗口"))
        return found


class PairForm(ScreenForm):
    code = forms.RegexField(
        r"^\d{6}$",
        label=gettext_lazy("屏幕上的 6 位配对码"),
        error_messages={"invalid": gettext_lazy("配对码是 6 位数字")},
    )
    field_order = ("code", "name", "kind", "counter")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not Screen.objects.filter(code=code).exists():
            raise forms.ValidationError(_("没有屏幕正在显示这个码，请核对或刷新那块屏幕"))
        return code


class LinesForm(forms.Form):
    """The lines a counter calls from, with weights."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Kind.choices)
    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("服务的窗口组"),
        queryset=Group.objects.all(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    first = forms.ModelChoiceField(
        label=gettext_lazy("权重加倍的组"),
        queryset=Group.objects.all(),
        to_field_name="code",
        required=False,
    )


def hall(request: HttpRequest) -> HttpResponse:
    """The floor manager's board: each line, each counter, each screen, as they are now."""
    now = timezone.now()
    pairing = PairForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and request.POST.get("act") == "end_day":
        ended = queue.end_day(now, request.POST.get("reason", "") or _("当天结束"))
        return HttpResponseRedirect(f"{reverse('hall')}?ended={ended}")
    if request.method == "POST" and pairing.is_valid():
        _pair(pairing)
        return HttpResponseRedirect(reverse("hall"))
    context = {
        "lines": with_waits(now),
        "counters": _counters(now),
        "screens": [(s, is_silent(s, now)) for s in Screen.objects.filter(code="")],
        "pairing": pairing,
        "ended": request.GET.get("ended", ""),
        "now": now,
    }
    template = "hall/floor.html" if request.headers.get("HX-Request") else "hall/hall.html"
    status = 422 if request.method == "POST" else 200
    return render(request, template, context, status=status)


def _counters(now: Any) -> list[tuple[Counter, Shift | None, str]]:
    open_now = {
        s.counter_id: s for s in Shift.objects.filter(ended_at=None).select_related("account")
    }
    at_hand = {t.counter_id: t.label for t in queue.at_hand(now)}
    counters = Counter.objects.select_related("unit").prefetch_related("groups")
    return [(c, open_now.get(c.pk), at_hand.get(c.pk, "")) for c in counters]


def _pair(form: PairForm) -> None:
    screen = Screen.objects.get(code=form.cleaned_data["code"])
    for name in ScreenForm.Meta.fields:
        setattr(screen, name, form.cleaned_data[name])
    screen.code = ""
    screen.save()


def rhythm(request: HttpRequest) -> HttpResponse:
    """Hour by weekday, and tomorrow with the error of the same guess on the days before."""
    now = timezone.now()
    came = forecast.arrivals(now)
    table = forecast.heat(came, timezone.localdate(now))
    hours = sorted({hour for row in table.values() for hour in row})
    most = max((n for row in table.values() for n in row.values()), default=0) or 1
    shown = [
        (WEEKDAYS[day], [(row.get(h, 0), ceil(5 * row.get(h, 0) / most)) for h in hours])
        for day, row in table.items()
        if row
    ]
    context = {"table": shown, "hours": hours, "weeks": forecast.WEEKS}
    context["next"] = forecast.tomorrow(came, forecast.waits(now), now)
    return render(request, "hall/rhythm.html", context)


def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, move, load anew, take away."""
    found = get_object_or_404(Screen, pk=pk, code="")
    form = ScreenForm(request.POST if request.method == "POST" else None, instance=found)
    act = request.POST.get("act", "")
    if act == "remove":
        found.delete()
        return HttpResponseRedirect(reverse("hall"))
    if act == "reload":
        Screen.objects.filter(pk=pk).update(round=found.round + 1)
        return HttpResponseRedirect(reverse("hall"))
    if request.method == "POST" and form.is_valid():
        form.instance.round += 1
        form.save()
        return HttpResponseRedirect(reverse("hall"))
    context = {"screen": found, "form": form}
    return render(request, "hall/screen.html", context, status=422 if form.is_bound else 200)


def counter_lines(request: HttpRequest, number: int) -> HttpResponse:
    """What a counter is for, and which lines it calls from."""
    found = get_object_or_404(Counter, number=number)
    servings = list(found.servings.select_related("group"))
    before = {
        "kind": found.kind,
        "groups": [s.group.code for s in servings],
        "first": next((s.group.code for s in servings if s.weight > 1), ""),
    }
    form = LinesForm(request.POST if request.method == "POST" else None, initial=before)
    if request.method == "POST" and form.is_valid():
        _set_lines(found, form.cleaned_data)
        return HttpResponseRedirect(reverse("hall"))
    context = {"counter": found, "form": form}
    return render(request, "hall/lines.html", context, status=422 if form.is_bound else 200)


def _set_lines(counter: Counter, data: dict[str, Any]) -> None:
    counter.kind = data["kind"]
    counter.save(update_fields=["kind"])
    counter.servings.exclude(group__in=data["groups"]).delete()
    for group in data["groups"]:
        weight = 2 if group == data["first"] else 1
        Serving.objects.update_or_create(counter=counter, group=group, defaults={"weight": weight})
