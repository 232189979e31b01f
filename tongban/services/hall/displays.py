"""What the paired screens of the hall show and take: board, counter, evaluation, ticket machine."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongban.kernel.people.models import Applicant
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.mine import qr
from tongban.kernel.screens.routes import attempt_key, told
from tongban.kernel.trust import vault
from tongban.services.booking.models import Booking, Group
from tongban.services.evaluation.models import Level

from . import here, lines, queue
from .models import Counter, Reason, Screen, Source, Ticket
from .procedure import Queueing
from .screens import introduced, keep_cookie, known, only, quiet, too_many

ELDERLY = 65
MOMENT = 0.2  # seconds for which a drawn board is shared
JUDGE_WITHIN = timedelta(minutes=5)
AT_MACHINE = (Reason.NONE, Reason.VETERAN, Reason.DISABLED, Reason.PREGNANT, Reason.ELDERLY)
FACES = ((5, "😀"), (4, "🙂"), (3, "😐"), (2, "🙁"), (1, "😠"))


def page(request: HttpRequest) -> HttpResponse:
    """What a screen opens: its code until it is paired, then what it is for."""
    screen = known(request)
    if screen is None:
        if too_many(timezone.now()):
            words = _("等待配对的屏幕太多，请半小时后再试")
            return told(request, _("暂时不能配对"), words, 429)
        made, secret = introduced(timezone.now())
        response = render(request, "hall/pairing.html", {"screen": made})
        keep_cookie(response, secret, secure=request.is_secure())
        return response
    if not screen.is_paired:
        return render(request, "hall/pairing.html", {"screen": screen})
    drawn = {
        Screen.Kind.BOARD: _board,
        Screen.Kind.COUNTER: _counter,
        Screen.Kind.EVALUATION: _evaluation,
        Screen.Kind.MACHINE: _machine,
    }
    return drawn[Screen.Kind(screen.kind)](request, screen)


def _live(request: HttpRequest, screen: Screen, part: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page at first, its part when the stream speaks; told to load anew by its round."""
    if request.headers.get("HX-Request"):
        if not _is_part(request, screen):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, f"hall/{part}_rows.html", context)
    return render(request, f"hall/{part}_screen.html", context)


def _board(request: HttpRequest, screen: Screen) -> HttpResponse:
    """All boards show the same: one is drawn, and the others that ask in the same moment get it."""
    now = timezone.now()
    silent = quiet(screen, now)
    shared = f"board:{screen.round}:{silent}:{get_language()}"
    if _is_part(request, screen) and (drawn := cache.get(shared)):
        return HttpResponse(drawn)
    context = queue.on_the_board(now) | {"screen": screen, "quiet": silent}
    context["qr"] = qr(here.address(now))
    response = _live(request, screen, "board", context)
    if _is_part(request, screen):
        cache.set(shared, response.content, MOMENT)
    return response


def _is_part(request: HttpRequest, screen: Screen) -> bool:
    asked = request.GET.get("round", "")
    return bool(request.headers.get("HX-Request")) and asked in ("", str(screen.round))


def _counter(request: HttpRequest, screen: Screen) -> HttpResponse:
    now = timezone.now()
    context = {"screen": screen, "now": now, "quiet": quiet(screen, now)}
    context |= {"counter": screen.counter, "serving": queue.served_at(screen.counter, now)}
    return _live(request, screen, "counter", context)


def _evaluation(request: HttpRequest, screen: Screen) -> HttpResponse:
    now = timezone.now()
    context: dict[str, Any] = {"screen": screen, "now": now, "faces": _faces(), "key": uuid4().hex}
    context["ticket"] = to_judge(screen.counter, now)
    return _live(request, screen, "evaluation", context)


def _faces() -> list[tuple[int, str, str]]:
    return [(level, face, str(Level(level).label)) for level, face in FACES]


def to_judge(counter: Counter | None, now: datetime) -> Ticket | None:
    """Who was just served at this counter and has not judged it yet."""
    done = Ticket.objects.filter(
        counter=counter,
        finished_at__gte=now - JUDGE_WITHIN,
        matter__state="served",
        matter__evaluation=None,
    )
    return done.select_related("matter").order_by("-finished_at").first() if counter else None


@only(Screen.Kind.EVALUATION)
def judge(request: HttpRequest, screen: Screen) -> HttpResponse:
    ticket = to_judge(screen.counter, timezone.now())
    if request.method == "POST" and ticket:
        data = {"level": request.POST.get("level", "")}
        try:
            take(
                Queueing.judge,
                ticket.matter.number,
                queue.HALL_MACHINE,
                data,
                key=attempt_key(request),
            )
        except Refusal as refusal:
            return render(request, "hall/judged.html", {"reason": refusal.reason}, status=409)
        return render(request, "hall/judged.html", {"reason": ""})
    return HttpResponseRedirect(reverse("screen"))


def _machine(request: HttpRequest, screen: Screen) -> HttpResponse:
    context = {"screen": screen, "groups": with_waits(timezone.now()), "key": uuid4().hex}
    context["reasons"] = [(r.value, r.label) for r in AT_MACHINE]
    return render(request, "hall/machine.html", context)


def with_waits(now: datetime) -> list[tuple[Group, int, float]]:
    """Each line with how many wait in it and the minutes somebody drawing now would wait."""
    groups = Group.objects.select_related("unit").filter(counters__isnull=False).distinct()
    rows = lines.in_line(now).order_by().values_list("group").annotate(n=Count("pk"))
    counts: dict[int, int] = dict(rows)
    return [
        (group, n := counts.get(group.pk, 0), lines.wait_behind(group, n, now)) for group in groups
    ]


@only(Screen.Kind.MACHINE)
def draw(request: HttpRequest, screen: Screen) -> HttpResponse:
    """A ticket for a walk-in; with an ID number also the bookings of today are found."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("screen"))
    try:
        ticket = _drawn(request)
    except Refusal as refusal:
        return render(request, "hall/drawn.html", {"reason": refusal.reason}, status=409)
    ahead = lines.ahead(ticket.group_id, ticket.priority, ticket.queued_at, timezone.now())
    context = {"ticket": ticket, "ahead": ahead, "minutes": round(ticket.estimate or 0)}
    context["qr"] = qr(f"/hall/my/{ticket.matter.query_code}/")
    return render(request, "hall/drawn.html", context)


def _drawn(request: HttpRequest) -> Ticket:
    now = timezone.now()
    person = _person(request.POST.get("id_number", ""))
    if person and (booking := _booked_today(person, now)):
        return queue.arrive(booking, now).ticket
    reason = request.POST.get("reason", "")
    if person and not reason and age(person, now) >= ELDERLY:
        reason = Reason.ELDERLY.value
    data = {
        "group": request.POST.get("group", ""),
        "reason": reason if reason in {r.value for r in AT_MACHINE} else "",
        "source": Source.WALK_IN.value,
        "person": person.code if person else "",
    }
    event = take(Queueing.draw, None, queue.HALL_MACHINE, data, key=attempt_key(request))
    return Ticket.objects.select_related("matter", "group").get(matter=event.matter)


def _person(number: str) -> Applicant | None:
    number = number.strip().upper()[:18]
    found = Applicant.objects.filter(id_index=vault.index("id", number)) if number else None
    return found.first() if found is not None else None


def _booked_today(person: Applicant, now: datetime) -> Booking | None:
    rows = Booking.objects.filter(
        applicant=person, live=True, day=timezone.localdate(now), slot__isnull=False
    )
    rows = rows.select_related("matter__unit", "slot", "about", "group", "applicant", "item")
    return rows.order_by("slot__begins_at").first()


def age(person: Applicant, now: datetime) -> int:
    """By the birthday in a citizen's number (GB 11643); 0 where there is none."""
    number = person.id_number
    if len(number) != 18 or not number[6:14].isdigit():
        return 0
    today = f"{timezone.localtime(now):%Y%m%d}"
    return (int(today) - int(number[6:14])) // 10000


def by_phone(request: HttpRequest, token: str) -> HttpResponse:
    """A ticket drawn on one's phone: the code on the hall's board shows that one is there."""
    from tongban.kernel.people.middleware import actor

    now, person = timezone.now(), actor(request)
    if not here.is_valid(token, now):
        reason = _("请扫描大厅屏幕上的二维码；它每几分钟更换一次")
        return render(request, "hall/drawn.html", {"reason": reason}, status=409)
    standing = Ticket.objects.filter(
        matter__applicant=person.applicant_id or 0,
        matter__closed_at=None,
        queued_at__gte=lines.start_of_day(now),
    )
    if ticket := standing.select_related("matter").first():
        return HttpResponseRedirect(reverse("my_ticket", args=[ticket.matter.query_code]))
    reason = ""
    if request.method == "POST":
        data = {"group": request.POST.get("group", ""), "source": Source.PHONE.value}
        data["here"] = token
        try:
            event = take(Queueing.draw, None, person, data, key=attempt_key(request))
            return HttpResponseRedirect(reverse("my_ticket", args=[event.matter.query_code]))
        except Refusal as refusal:
            reason = refusal.reason
    context = {"groups": with_waits(now), "key": uuid4().hex, "reason": reason}
    return render(request, "hall/by_phone.html", context, status=409 if reason else 200)
