"""The door at which another place's messages arrive."""

import base64
import binascii
import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tongban.kernel.exchange.signing import BadSignature, check
from tongban.kernel.files.store import Refused, keep
from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.declare import Step
from tongban.kernel.procedures.refusals import NotNow, Refusal, wrong
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.json_object import json_object

from .collecting import Forwarding
from .models import Arrived, Forwarded, Place
from .receiving import Receiving
from .sending import signed_content

TURNS: dict[str, Step] = {  # state at the other end → our step
    "handled": Forwarding.progress,
    "asked": Forwarding.correct,
    "declined": Forwarding.finish,
    "ended": Forwarding.finish,
}


@csrf_exempt
@require_POST
def inbox(request: HttpRequest, code: str) -> HttpResponse:
    """Signed by the place's secret; whoever is not known is told no more than that."""
    place = Place.objects.filter(code=code[:20]).first()
    given = {name: request.headers.get(name, "") for name in _HEADERS}
    try:
        if place is None or not place.secret:
            raise BadSignature(_("没有这个地区，或还没有交换密钥"))
        check(place.secret, given, signed_content(request.path, request.body), timezone.now())
    except BadSignature as fault:
        return JsonResponse({"reason": str(fault)}, status=401)
    message = json_object(request.body)
    if message is None:
        return JsonResponse({"reason": _("不是可读的 JSON")}, status=400)
    try:
        number = _taken(place, message, f"{code}:{given['webhook-id']}"[:64])
    except Refusal as refusal:
        return JsonResponse({"reason": refusal.reason}, status=422)
    return JsonResponse({"number": number})


_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def _taken(place: Place, message: dict[str, Any], key: str) -> str:
    if message.get("type") == "application":
        return _application(place, message, key)
    if message.get("type") == "status":
        return _status(place, message, key)
    raise NotNow(_("不认识的消息种类"))


def _application(place: Place, message: dict[str, Any], key: str) -> str:
    """New, or the papers of one that was asked to be corrected."""
    number = str(message.get("number", ""))[:60]
    papers = _kept(message.get("papers"))
    known = Arrived.objects.filter(place=place, their_number=number).select_related("matter")
    if arrived := known.first():
        if arrived.matter.state == Receiving.asked.name:
            step = Receiving.supplied
            data = {"papers": json.dumps(papers)}
            take(step, arrived.matter.number, the_system(), data, key=key)
        return arrived.matter.number
    data = {"place": place.code, "their_number": number, "papers": json.dumps(papers)}
    data |= {name: message.get(name, "") for name in ("basic_code", "name", "phone", "told")}
    data["number"] = message.get("id_number", "")
    return take(Receiving.arrive, None, the_system(), data, key=key).matter.number


def _kept(told: Any) -> dict[str, int]:
    """Papers stored as they came, by material; each must be what its digest says."""
    found = {}
    for material, row in told.items() if isinstance(told, dict) else ():
        content = _content(row)
        try:
            stored = keep([content], str(row.get("name", "")))
        except Refused as refused:
            raise NotNow(str(refused)) from refused
        found[str(material)[:120]] = stored.pk
    return found


def _content(row: Any) -> bytes:
    try:
        content = base64.b64decode(row["content"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise NotNow(_("材料的内容不是 base64")) from error
    if hashlib.sha256(content).hexdigest() != row.get("sha256"):
        raise NotNow(_("材料在传送中有变化，请重发"))
    return content


def _status(place: Place, message: dict[str, Any], key: str) -> str:
    rows = Forwarded.objects.filter(place=place).select_related("matter")
    found = rows.filter(matter__number=str(message.get("number", ""))[:40]).first()
    step = TURNS.get(str(message.get("state")))
    if found is None or step is None:
        raise wrong("number", _("没有这个编号的代收件"))
    data: dict[str, Any] = {"words": str(message.get("words", ""))[:300] or "—"}
    if step is Forwarding.finish:
        data["granted"] = "yes" if message.get("granted") is True else "no"
        if "file" in message:
            data["file"] = _kept({"result": message["file"]})["result"]
    take(step, found.matter.number, the_system(), data, key=key)
    return found.matter.number
