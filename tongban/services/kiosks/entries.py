"""What a kiosk writes in its journal."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tongban.kernel.devices.journal import entry
from tongban.kernel.devices.models import Device
from tongban.kernel.procedures.refusals import NotNow

from .models import Kiosk, KioskItem, Use

LONGEST = 4 * 3600


@entry("use")
def used(device: Device, data: dict[str, Any], at: datetime, key: str) -> dict[str, Any]:
    """One item, from its first touch to the end."""
    kiosk = Kiosk.objects.filter(device=device).first()
    item = KioskItem.objects.filter(code=str(data.get("item", ""))).first()
    if kiosk is None or item is None:
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
