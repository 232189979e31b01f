"""The door of devices: enrol, heartbeat, journal. JSON both ways; the token is a header."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ..screens.json_object import json_object
from . import journal
from .enrolling import BadCode, enrol, of_token
from .heartbeat import beat, skew
from .models import Device

SCHEME, MOST_BYTES = "Device ", 512 * 1024


def told(request: HttpRequest) -> dict[str, Any] | None:
    """What the device says; None when it is not an object, or too long."""
    if request.method != "POST" or len(request.body) > MOST_BYTES:
        return None
    return json_object(request.body or b"{}")


def token_of(request: HttpRequest) -> str:
    given = request.headers.get("Authorization", "")
    return given.removeprefix(SCHEME) if given.startswith(SCHEME) else ""


def refused(words: str, status: int) -> JsonResponse:
    return JsonResponse({"detail": words}, status=status)


def by_device(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Only for an enrolled device, which the view is given with what it says."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        said = told(request)
        if said is None:
            return refused(_("请以 POST 发送 JSON 对象"), 400)
        device = of_token(token_of(request))
        if device is None:
            return refused(_("这台设备没有登记，或已重新登记；请联系管理员"), 401)
        return view(request, device, said, *args, **kwargs)

    return guarded


@csrf_exempt
def enrolled(request: HttpRequest) -> JsonResponse:
    """A one-time code becomes a token."""
    said = told(request)
    if said is None:
        return refused(_("请以 POST 发送 JSON 对象"), 400)
    try:
        device, token = enrol(
            str(said.get("code", ""))[:20], str(said.get("software", "")), timezone.now()
        )
    except BadCode:
        return refused(_("登记码不对、已过期或已用过，请管理员重新生成"), 401)
    return JsonResponse({"device": device.code, "token": token, "counter": device.counter})


@csrf_exempt
def heartbeat(request: HttpRequest) -> JsonResponse:
    said = told(request)
    if said is None:
        return refused(_("请以 POST 发送 JSON 对象"), 400)
    found = beat(token_of(request), said, timezone.now())
    if found is None:
        return refused(_("这台设备没有登记，或已重新登记；请联系管理员"), 401)
    return JsonResponse({"round": found[0], "counter": found[1]})


@by_device
def written(request: HttpRequest, device: Device, said: dict[str, Any]) -> JsonResponse:
    """Entries of the journal: applied exactly once, answered when they are saved."""
    return received(device, said)


def received(device: Device, said: dict[str, Any]) -> JsonResponse:
    """The answer to a message of entries, whichever way the device is known."""
    entries, now = said.get("entries"), timezone.now()
    if not isinstance(entries, list) or not all(_is_entry(line) for line in entries):
        return refused(_("entries 应为记录的列表，每条有正整数 counter"), 400)
    answer = journal.receive(device, entries, skew(said.get("sent"), now), now)
    return JsonResponse({"saved": answer.saved, "results": answer.results})


def _is_entry(line: Any) -> bool:
    counter = line.get("counter") if isinstance(line, dict) else None
    return isinstance(counter, int) and not isinstance(counter, bool) and 0 < counter < 2**62
