"""The hall as everybody sees it: open or not, how long one waits, what there is, what can be asked
for; its facilities are kept here too."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.procedures.forms import DayInput
from tongban.kernel.units.models import Unit
from tongban.services.booking.managing import WEEKDAYS
from tongban.services.booking.models import Closure, Group, Session
from tongban.services.booking.slots import sessions_on

from .displays import with_waits
from .models import Counter, Facility, Kind

SERVICES = (
    ("/book/", gettext_lazy("预约到厅"), gettext_lazy("选时间，少排队")),
    ("/my/new/home_visit/request/", gettext_lazy("上门服务"), gettext_lazy("来不了，我们去您家")),
    ("/my/new/help/wish/", gettext_lazy("帮办代办"), gettext_lazy("有人陪您把事办完")),
    ("/my/new/startup/apply/", gettext_lazy("企业开办"), gettext_lazy("五件事一次办，一窗领取")),
    ("/my/new/carving/order/", gettext_lazy("免费刻章"), gettext_lazy("新企业一套四枚")),
    ("/my/new/reflection/tell/", gettext_lazy("办不成事反映"), gettext_lazy("由政数局查明答复")),
    ("/hall/checkin/", gettext_lazy("预约签到"), gettext_lazy("到厅后取号")),
    ("/hall/board/", gettext_lazy("大厅叫号"), gettext_lazy("现在叫到几号")),
)


class FacilityForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Facility
        fields = ["name", "place", "number", "works", "checked_on"]
        widgets = {"checked_on": DayInput()}


def hall(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    counters = Counter.objects.exclude(kind=Kind.UNIT).select_related("unit")
    closure = Closure.objects.filter(group=None, day=timezone.localdate(now)).first()
    sessions = _sessions(now)
    context = {
        "unit": Unit.objects.filter(kind=Unit.Kind.HALL).first(),
        "hours": _hours(sessions),
        "closure": closure,
        "open": closure is None and _is_open(sessions, now),
        "lines": [(g, n, round(m)) for g, n, m in with_waits(now)],
        "special": counters,
        "extended": _extended(),
        "facilities": Facility.objects.filter(works=True),
        "services": SERVICES,
    }
    return render(request, "hall/public.html", context)


def _extended() -> list[tuple[Session, str]]:
    rows = Session.objects.filter(extended=True).select_related("group")
    return [(s, str(_("工作日") if s.weekday is None else WEEKDAYS[s.weekday])) for s in rows]


def _sessions(now: datetime) -> list[Session]:
    day = timezone.localdate(now)
    groups = Group.objects.prefetch_related("sessions")
    return [session for group in groups for session in sessions_on(group, day)]


def _hours(sessions: list[Session]) -> list[str]:
    """Of all groups together, each stretch once."""
    stretches = {(s.opens, s.closes) for s in sessions}
    return [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in sorted(stretches)]


def _is_open(sessions: list[Session], now: datetime) -> bool:
    here = timezone.localtime(now).time()
    return any(s.opens <= here < s.closes for s in sessions)


def facilities(request: HttpRequest) -> HttpResponse:
    """The register: add one, change one, take one away."""
    posted = request.POST if request.method == "POST" else None
    chosen = posted.get("facility", "") if posted else request.GET.get("facility", "")
    found = Facility.objects.filter(pk=int(chosen) if chosen.isdigit() else 0).first()
    if posted and found and posted.get("act") == "remove":
        found.delete()
        return HttpResponseRedirect(reverse("facilities"))
    form = FacilityForm(posted, instance=found)
    if posted and form.is_valid():
        form.save()
        return HttpResponseRedirect(reverse("facilities"))
    context: dict[str, Any] = {"rows": Facility.objects.all(), "form": form, "found": found}
    return render(request, "hall/facilities.html", context, status=422 if posted else 200)
