"""What a kiosk writes in its journal; what names somebody comes sealed (box.py)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tongban.kernel.devices.journal import entry
from tongban.kernel.devices.models import Device
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.reception import MOBILE
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import take
from tongban.kernel.trust import vault

from .box import Unreadable, opened
from .models import CallBack, Kiosk, KioskItem, Use

LONGEST = 4 * 3600
KIOSK = Actor(code="kiosk", name="", is_system=True)


def _kiosk(device: Device) -> Kiosk:
    kiosk = Kiosk.objects.filter(device=device).first()
    if kiosk is None:
        raise NotNow(_("没有这台自助机或这个事项"))
    return kiosk


def _opened(data: dict[str, Any]) -> dict[str, Any]:
    try:
        return opened(data)
    except Unreadable as error:
        raise NotNow(_("这条记录打不开：不是写给本平台的，或途中有变化")) from error


@entry("use")
def used(device: Device, data: dict[str, Any], at: datetime, key: str) -> dict[str, Any]:
    """One item, from its first touch to the end."""
    kiosk, item = _kiosk(device), KioskItem.objects.filter(code=str(data.get("item", ""))).first()
    if item is None:
        raise NotNow(_("没有这台自助机或这个事项"))
    seconds = data.get("seconds")
    use = Use.objects.create(
        kiosk=kiosk,
        item=item,
        at=at,
        seconds=min(max(seconds, 0), LONGEST) if isinstance(seconds, int) else 0,
        finished=bool(data.get("finished", True)),
        helped=bool(data.get("helped", False)),
    )
    return {"use": use.pk}


@entry("call_back")
def call_back(device: Device, data: dict[str, Any], at: datetime, key: str) -> dict[str, Any]:
    """Somebody wants to be called by the town about something."""
    kiosk, told = _kiosk(device), _opened(data)
    phone, words = str(told.get("phone", "")).strip(), str(told.get("words", "")).strip()
    if not MOBILE.fullmatch(phone) or not words:
        raise NotNow(_("请填 11 位手机号和想办的事"))
    made = CallBack.objects.create(
        kiosk=kiosk, at=at, phone_sealed=vault.encrypt(phone), words=words[:200]
    )
    return {"call_back": made.pk}


@entry("evaluation")
def evaluated(device: Device, data: dict[str, Any], at: datetime, key: str) -> dict[str, Any]:
    """Of a ticket, by the secret code on it: who holds the paper may judge what it was for."""
    _kiosk(device)
    told = _opened(data)
    code = str(told.get("code", "")).strip().upper()[:12]
    matter = Matter.objects.filter(query_code=code).first() if code else None
    step = matter.procedure.steps.get("judge") if matter else None
    if matter is None or step is None:
        raise NotNow(_("没有这个查询码的号票，请对照小票核对"))
    level = {"level": str(told.get("level", ""))}
    take(step, matter.number, KIOSK, level, key=f"kiosk:{key}", at=max(at, matter.changed_at))
    return {"number": matter.number}
