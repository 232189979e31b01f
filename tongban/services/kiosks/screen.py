"""The kiosk's own pages: enrolled by a code, tiles, signing in, the keeper's help, the end."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tongban.kernel.devices.enrolling import BadCode, enrol, of_token
from tongban.kernel.devices.heartbeat import beat
from tongban.kernel.devices.tokens import digest
from tongban.kernel.devices.views import received, refused, token_of
from tongban.kernel.devices.views import told as said_by
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.reception import NameDiffers, person_of
from tongban.kernel.people.signin import account_of, fault_of_id
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.screens.mine import qr
from tongban.kernel.screens.routes import told

from . import box, sitting
from .models import Content, Kiosk, KioskItem, SignIn, Sitting, Use
from .offers import address_of, offered

BACKEND = "tongban.kernel.people.signin.PhoneBackend"
VALID = timedelta(minutes=2)
S = KioskItem.Service
FIRST = (S.MATTERS, S.BOOKING, S.CERTIFICATES, S.SEARCH, S.JUDGING, S.REFLECTION, S.HELP, S.FIRMS)
CARD_LEVEL = 3  # the chip was read
WORKER = Path(settings.STATICFILES_DIRS[0]) / "kiosk-worker.js"


def only_kiosks(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kiosk = sitting.of(request)
        if kiosk is None:
            words = _("请在这台机器的浏览器里打开 /kiosk/，输入管理员给的登记码")
            return told(request, _("这里不是自助机"), words, 409)
        return view(request, kiosk, *args, **kwargs)

    return guarded


def home(request: HttpRequest) -> HttpResponse:
    """The tiles; before the machine is known, the form for its code."""
    kiosk = sitting.of(request)
    if kiosk is None:
        return _enrol(request)
    items = list(offered())
    kind, unit = request.GET.get("kind", ""), request.GET.get("unit", "")
    shown = [i for i in items if (kind and i.kind == kind) or (unit and i.unit.code == unit)]
    today = timezone.localdate()
    notices = Content.objects.filter(from_on__lte=today, to_on__gte=today)
    context = {
        "kiosk": kiosk,
        "kinds": [(k, k.label) for k in KioskItem.Kind if any(i.kind == k for i in items)],
        "units": sorted({i.unit for i in items}, key=lambda u: u.code),
        "shown": shown,
        "first": _first(items),
        "notices": [n for n in notices if not n.towns or kiosk.device.unit.code in n.towns],
        "ended": request.GET.get("ended", ""),
        "chosen": bool(kind or unit),
    }
    return render(request, "kiosks/home.html", context)


def _first(items: list[KioskItem]) -> list[KioskItem]:
    """The big tiles: one for each service that is nobody's own, in the order people want them."""
    by_service = {item.service: item for item in items}
    return [by_service[service] for service in FIRST if service in by_service]


def _enrol(request: HttpRequest) -> HttpResponse:
    reason = ""
    if request.method == "POST":
        typed = request.POST.get("code", "").strip().upper()[:20]
        try:
            device, token = enrol(typed, "browser", timezone.now())
            if not Kiosk.objects.filter(device=device).exists():
                raise BadCode
            answer = HttpResponseRedirect("/kiosk/")
            answer.set_cookie(
                sitting.COOKIE,
                token,
                max_age=sitting.YEARS,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
            return answer
        except BadCode:
            reason = _("登记码不对、已过期或已用过，请管理员重新生成")
    return render(request, "kiosks/enrol.html", {"reason": reason}, status=422 if reason else 200)


@only_kiosks
def go(request: HttpRequest, kiosk: Kiosk, code: str) -> HttpResponse:
    """A tile was touched: counted, and opened."""
    item, now = get_object_or_404(offered(), code=code), timezone.now()
    sitting.close_use(kiosk, now)
    here = sitting.sitting_of(kiosk)
    Use.objects.create(kiosk=kiosk, item=item, at=now, helped=bool(here and here.helper))
    return HttpResponseRedirect(address_of(item))


@require_POST
@only_kiosks
def end(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    why = "quiet" if request.POST.get("why") == "quiet" else "done"
    return sitting.ended(request, kiosk, timezone.now(), why)


@only_kiosks
def sign_in(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """A code to be scanned with one's own phone; or one's card on the reader; or a number."""
    token, now = secrets.token_urlsafe(18), timezone.now()
    SignIn.objects.filter(kiosk=kiosk, made_at__lt=now - timedelta(days=1)).delete()
    SignIn.objects.create(
        kiosk=kiosk, digest=digest(token), made_at=now, how=Sitting.How.SCAN.value
    )
    context = {"kiosk": kiosk, "qr": qr(f"/kiosk/confirm/{token}/"), "next": _next(request)}
    context["minutes"] = int(VALID.total_seconds() // 60)
    return render(request, "kiosks/sign_in.html", context)


def _next(request: HttpRequest) -> str:
    back = request.GET.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, None) else "/kiosk/"


@only_kiosks
def wait(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """Asked every two seconds while the code is shown: has anybody confirmed, or laid a card?"""
    now = timezone.now()
    ready = SignIn.objects.filter(
        kiosk=kiosk, used_at=None, account__isnull=False, made_at__gte=now - VALID
    )
    found = ready.select_related("account").order_by("-pk").first()
    if found is None or not SignIn.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
        return HttpResponse(status=204)
    assert found.account is not None
    login(request, found.account, backend=BACKEND)
    sitting.begin(request, kiosk, found.account, found.how, now)
    return HttpResponse(headers={"HX-Redirect": _next(request)})


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """On one's own phone: yes, it is me who stands at that kiosk."""
    now = timezone.now()
    rows = SignIn.objects.filter(digest=digest(token), account=None, made_at__gte=now - VALID)
    found = rows.select_related("kiosk__device", "kiosk__village").first()
    if found is None or sitting.of(request) is not None:
        words = _("这个二维码已经用过或过期，请在自助机上重新打开登录页")
        return told(request, _("不能登录"), words, 409)
    if request.method == "POST":
        rows.update(account=actor(request).account_id)
    context = {"kiosk": found.kiosk, "confirmed": request.method == "POST"}
    return render(request, "kiosks/confirm.html", context)


@csrf_exempt
def card(request: HttpRequest) -> JsonResponse:
    """The card reader's program of an enrolled kiosk says what the chip holds."""
    said = said_by(request)
    device = of_token(token_of(request)) if said is not None else None
    kiosk = Kiosk.objects.filter(device=device).first() if device else None
    if said is None or kiosk is None:
        return refused(_("这台设备没有登记，或已重新登记；请联系管理员"), 401)
    number, name = str(said.get("number", "")).upper()[:18], str(said.get("name", ""))[:40].strip()
    if fault := fault_of_id(number) or ("" if name else _("没有读到姓名，请重新放卡")):
        return refused(fault, 422)
    try:
        person = person_of(number, name, "")
    except NameDiffers:
        return refused(_("这个证件号码登记的是别的名字，请到大厅核对"), 409)
    if person.identity_level < CARD_LEVEL:
        person.identity_level = CARD_LEVEL
        person.save(update_fields=["identity_level"])
    SignIn.objects.create(
        kiosk=kiosk,
        digest=digest(secrets.token_urlsafe(18)),
        made_at=timezone.now(),
        account=account_of(person),
        how=Sitting.How.CARD.value,
    )
    return JsonResponse({"name": person.name_masked})


@only_kiosks
def keeper(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """The village's keeper helps: who it was is written down."""
    reason, here = "", sitting.sitting_of(kiosk)
    if request.method == "POST":
        try:
            sitting.help_by_keeper(kiosk, request.POST.get("pin", "")[:12], timezone.now())
            return HttpResponseRedirect("/kiosk/")
        except NotNow as refusal:
            reason = refusal.reason
    context = {"kiosk": kiosk, "reason": reason, "sitting": here}
    return render(request, "kiosks/keeper.html", context, status=409 if reason else 200)


@csrf_exempt
@only_kiosks
def heartbeat(request: HttpRequest, kiosk: Kiosk) -> JsonResponse:
    """From the page itself: the token is in a cookie that scripts cannot read."""
    said = said_by(request)
    if said is None:
        return refused(_("请以 POST 发送 JSON 对象"), 400)
    found = beat(request.COOKIES[sitting.COOKIE], said, timezone.now())
    assert found is not None
    return JsonResponse({"round": found[0], "counter": found[1]})


@csrf_exempt
@only_kiosks
def journal(request: HttpRequest, kiosk: Kiosk) -> JsonResponse:
    return received(kiosk.device, said_by(request) or {})


def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the browser for when the network is away; holds nothing of anybody."""
    return render(request, "kiosks/offline.html", {"point": box.public_point()})


def worker(request: HttpRequest) -> HttpResponse:
    """The script that answers for the server while it cannot be reached."""
    return HttpResponse(
        WORKER.read_text(encoding="utf-8"),
        content_type="text/javascript",
        headers={"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"},
    )
