"""The hall's side of booking: groups, their hours, the rules, and closing for a day."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.forms import DayInput, TimeInput
from tongban.kernel.procedures.taking import CHINA

from .closing import affected, close, move_all
from .models import Closure, Group, Rules, Session, Slot
from .slots import open_slots

WEEKDAYS = (
    *(gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四")),
    *(gettext_lazy("周五"), gettext_lazy("周六"), gettext_lazy("周日")),
)
SHARE = 100  # moved in one press: the page goes on by itself


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Rules
        fields = [f.name for f in Rules._meta.fields if f.name != "id"]


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Group
        fields = ["name", "release_days", "release_at"]
        widgets = {"release_at": TimeInput()}


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Session
        fields = ["weekday", "opens", "closes", "minutes", "online", "phone", "reserved", "wave"]
        fields += ["extended"]
        widgets = {"opens": TimeInput(), "closes": TimeInput()}

    weekday = forms.TypedChoiceField(
        label=Session._meta.get_field("weekday").verbose_name,
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("每个工作日")), *enumerate(WEEKDAYS)],
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        opens, closes = found.get("opens"), found.get("closes")
        if opens and closes and opens >= closes:
            self.add_error("closes", _("结束应晚于开始"))
        if found.get("minutes") is not None and not 5 <= found["minutes"] <= 240:
            self.add_error("minutes", _("每段 5 到 240 分钟"))
        return found


class ClosureForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Closure
        fields = ["group", "day", "reason"]

    day = forms.DateField(label=Closure._meta.get_field("day").verbose_name, widget=DayInput())
    group = forms.ModelChoiceField(
        label=Closure._meta.get_field("group").verbose_name,
        queryset=Group.objects.all(),
        required=False,
        empty_label=gettext_lazy("整个大厅"),
    )

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("只能为今天或以后的日期闭厅"))
        return day


def groups(request: HttpRequest) -> HttpResponse:
    """All groups, the rules, the days closed."""
    posted = request.POST if request.method == "POST" else None
    which = posted.get("form") if posted else ""
    rules = RulesForm(posted if which == "rules" else None, instance=Rules.now())
    closing = ClosureForm(posted if which == "closure" else None)
    if which == "rules" and rules.is_valid():
        rules.save()
        return HttpResponseRedirect(reverse("booking_groups"))
    if which == "closure" and closing.is_valid():
        data = closing.cleaned_data
        made = close(data["group"], data["day"], data["reason"])
        return HttpResponseRedirect(reverse("booking_closure", args=[made.pk]))
    context = {
        "groups": Group.objects.select_related("unit").prefetch_related("sessions"),
        "rules": rules,
        "closing": closing,
        "closures": Closure.objects.select_related("group")[:20],
    }
    return render(request, "booking/managing.html", context, status=422 if posted else 200)


def group(request: HttpRequest, code: str) -> HttpResponse:
    """One group: when it opens and how many places each slot has."""
    found = get_object_or_404(Group.objects.select_related("unit"), code=code)
    posted = request.POST if request.method == "POST" else None
    which = posted.get("form", "") if posted else ""
    form = GroupForm(posted if which == "group" else None, instance=found)
    adding = SessionForm(posted if which == "session" else None)
    if posted and which == "drop":
        chosen = posted.get("session", "")
        found.sessions.filter(pk=int(chosen) if chosen.isdigit() else 0).delete()
    elif which == "group" and form.is_valid():
        form.save()
    elif which == "session" and adding.is_valid():
        adding.instance.group = found
        adding.save()
    elif posted:
        context = {"group": found, "form": form, "adding": adding}
        return render(request, "booking/group.html", context, status=422)
    if posted:
        today = timezone.localtime(timezone.now(), CHINA).date()
        _drop_unbooked(found)
        open_slots([found], today)
        return HttpResponseRedirect(reverse("booking_group", args=[code]))
    context = {"group": found, "form": form, "adding": adding}
    return render(request, "booking/group.html", context)


def _drop_unbooked(group: Group) -> None:
    """New hours hold from now on where nobody has booked by the old ones."""
    ahead = Slot.objects.filter(group=group, begins_at__gt=timezone.now(), bookings=None)
    ahead.filter(taken=0, phone_taken=0, wave_taken=0).delete()


def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """A day that is closed: who is still booked, and the one press that moves everybody."""
    found = get_object_or_404(Closure, pk=pk)
    moved = None
    if request.method == "POST":
        taken = move_all(found, actor(request), timezone.now())
        moved = sum(1 for _booking, _n in zip(taken, range(SHARE), strict=False))
    left = affected(found)
    context = {"closure": found, "left": left[:20], "count": left.count(), "moved": moved}
    return render(request, "booking/closure.html", context)
