"""Who sits at a kiosk: begun when somebody signs in there, ended by them, by quiet, or by the next.

A kiosk is known by the device's token in its cookie. While nobody sits there it holds nothing of
anybody; pages shown at a kiosk are never kept by its browser.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongban.kernel.devices.tokens import digest
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.screens.routes import told

from .models import Kiosk, Sitting, Use

COOKIE, YEARS = "kiosk", 5 * 365 * 24 * 3600
IDLE = timedelta(seconds=90)  # the screen ends a sitting after 60; the server whatever it does
AT, SEEN = "kiosk_sitting", "kiosk_seen"  # of the session
NO_SIGN_OF_LIFE = ("/kiosk/heartbeat/", "/kiosk/journal/", "/kiosk/signin/wait/")
LONGEST_USE = timedelta(minutes=30)
PIN_TRIES, PIN_PAUSE = 5, timedelta(minutes=10)
LEFT_BEHIND = ("elder", settings.LANGUAGE_COOKIE_NAME)


def kiosk_of(request: HttpRequest) -> Kiosk | None:
    token = request.COOKIES.get(COOKIE, "")
    rows = Kiosk.objects.select_related("device__unit", "village")
    return rows.filter(device__token=digest(token)).first() if token else None


class AtKiosk:
    """Around every page that a kiosk's browser asks for; costs nothing elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kiosk = kiosk_of(request) if COOKIE in request.COOKIES else None
        request.kiosk = kiosk  # type: ignore[attr-defined]
        if kiosk is None:
            return self.get_response(request)
        answer = self._by_sitting(request, kiosk) or self.get_response(request)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _by_sitting(self, request: HttpRequest, kiosk: Kiosk) -> HttpResponse | None:
        now = timezone.now()
        if SESSION_KEY not in request.session:
            end(kiosk, now, "left")
            return _to_kiosks_sign_in(request)
        if AT not in request.session:
            account = Account.objects.get(pk=request.session[SESSION_KEY])
            if account.applicant_id is None:
                return _no_staff(request)
            begin(request, kiosk, account, Sitting.How.PHONE, now)
        elif now.timestamp() - request.session[SEEN] > IDLE.total_seconds():
            return ended(request, kiosk, now, "quiet")
        if request.path not in NO_SIGN_OF_LIFE:
            request.session[SEEN] = now.timestamp()
        return None


def _to_kiosks_sign_in(request: HttpRequest) -> HttpResponse | None:
    """The page with the code to scan comes first at a kiosk."""
    if request.path != settings.SIGN_IN or request.method != "GET" or "by" in request.GET:
        return None
    back = urlencode({"next": request.GET.get("next", "")})
    return HttpResponseRedirect(f"/kiosk/signin/?{back}")


def _no_staff(request: HttpRequest) -> HttpResponse:
    logout(request)
    words = _("工作账号不能在自助机上登录，请到工作电脑上登录。")
    return told(request, _("自助机只供群众使用"), words, 409)


@transaction.atomic
def begin(request: HttpRequest, kiosk: Kiosk, account: Account, how: str, now: datetime) -> Sitting:
    """Whoever sat there before has left."""
    Kiosk.objects.select_for_update(no_key=True).get(pk=kiosk.pk)
    end(kiosk, now, "left")
    sitting = Sitting.objects.create(kiosk=kiosk, account=account, how=how, began_at=now)
    request.session[AT], request.session[SEEN] = sitting.pk, now.timestamp()
    request.session.set_expiry(int(IDLE.total_seconds()) * 2)
    return sitting


def end(kiosk: Kiosk, now: datetime, why: str) -> None:
    Sitting.objects.filter(kiosk=kiosk, ended_at=None).update(ended_at=now, why=why)


def ended(request: HttpRequest, kiosk: Kiosk, now: datetime, why: str) -> HttpResponse:
    """Nothing of the one who sat there stays: session, choices, what the browser kept."""
    close_use(kiosk, now)
    end(kiosk, now, why)
    logout(request)
    answer = HttpResponseRedirect(f"/kiosk/?ended={why}")
    for name in LEFT_BEHIND:
        answer.delete_cookie(name)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def sitting_of(kiosk: Kiosk) -> Sitting | None:
    return Sitting.objects.filter(kiosk=kiosk, ended_at=None).first()


def close_use(kiosk: Kiosk, now: datetime) -> None:
    """The use before this one took so long."""
    last = Use.objects.filter(kiosk=kiosk, seconds=0, at__gte=now - LONGEST_USE).order_by("-at")
    if found := last.first():
        Use.objects.filter(pk=found.pk).update(
            seconds=max(int((now - found.at).total_seconds()), 1)
        )


def help_by_keeper(kiosk: Kiosk, pin: str, now: datetime) -> None:
    """The keeper says who helps, by a number of their own. Raises NotNow."""
    fresh = Kiosk.objects.get(pk=kiosk.pk)
    waiting = fresh.pin_failed_at and now - fresh.pin_failed_at < PIN_PAUSE
    if waiting and fresh.pin_failures >= PIN_TRIES:
        raise NotNow(_("管护人密码错误次数过多，请 10 分钟后再试"))
    sitting = sitting_of(fresh)
    if sitting is None:
        raise NotNow(_("请群众本人先登录，再由管护人帮办"))
    if not fresh.keeper_pin or not check_password(pin, fresh.keeper_pin):
        failures = fresh.pin_failures + 1 if waiting else 1
        Kiosk.objects.filter(pk=fresh.pk).update(pin_failures=failures, pin_failed_at=now)
        raise NotNow(_("管护人密码不对；没有设密码请联系镇街"))
    Kiosk.objects.filter(pk=fresh.pk).update(pin_failures=0)
    Sitting.objects.filter(pk=sitting.pk).update(helper=fresh.keeper)


def of(request: HttpRequest) -> Any:
    """The kiosk this page is shown at, None elsewhere."""
    return getattr(request, "kiosk", None)
