"""Displays and machines of the hall: paired by a code, live, and told by their age."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.screens.routes import told

from .models import Screen

COOKIE, YEARS = "screen", 5 * 365 * 24 * 3600
PAIR_WITHIN = timedelta(minutes=30)
WAITING = 200
SILENT = timedelta(minutes=3)  # a screen asks at least every minute
SEEN_EVERY = timedelta(seconds=20)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def known(request: HttpRequest) -> Screen | None:
    """The screen that asks, by its cookie; it is written down that it was seen."""
    secret = request.COOKIES.get(COOKIE, "")
    rows = Screen.objects.select_related("counter__unit").filter(key=digest(secret))
    screen = rows.first() if secret else None
    now = timezone.now()
    if screen and now - screen.seen_at > SEEN_EVERY:
        Screen.objects.filter(pk=screen.pk).update(seen_at=now)
    return screen


def too_many(now: datetime) -> bool:
    """Anybody may open the page of a screen; so many that wait are not screens."""
    waiting = Screen.objects.exclude(code="").filter(made_at__gte=now - PAIR_WITHIN)
    return waiting.count() >= WAITING


def introduced(now: datetime) -> tuple[Screen, str]:
    """A new screen that waits to be paired, and the secret for its cookie."""
    Screen.objects.exclude(code="").filter(made_at__lt=now - PAIR_WITHIN).delete()
    while True:
        secret, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06d}"
        try:
            with transaction.atomic():
                made = Screen.objects.create(
                    key=digest(secret), code=code, made_at=now, seen_at=now
                )
            return made, secret
        except IntegrityError:
            continue  # another screen shows this code just now


def keep_cookie(response: HttpResponse, secret: str, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE, secret, max_age=YEARS, httponly=True, samesite="Strict", secure=secure
    )


def only(*kinds: str) -> Callable[..., Any]:
    """Only paired screens of these kinds: what is drawn or judged here is drawn in the hall."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            screen = known(request)
            if screen is None or not screen.is_paired or screen.kind not in kinds:
                words = _("请在管理页面先为这台设备配对")
                return told(request, _("这台设备还没有配对"), words, 409)
            return view(request, screen, *args, **kwargs)

        return guarded

    return around


def is_silent(screen: Screen, now: datetime) -> bool:
    return now - screen.seen_at > SILENT


def quiet(screen: Screen, now: datetime) -> bool:
    """Whether it must not speak now; the hours may reach over midnight."""
    if not screen.voice:
        return True
    if screen.quiet_from is None or screen.quiet_to is None:
        return False
    here = timezone.localtime(now).time()
    if screen.quiet_from <= screen.quiet_to:
        return screen.quiet_from <= here < screen.quiet_to
    return here >= screen.quiet_from or here < screen.quiet_to
