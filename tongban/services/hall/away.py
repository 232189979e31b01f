"""The hall goes on while the server is away: numbers from a reserved block, merged exactly once."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from tongban.kernel.devices import journal
from tongban.kernel.devices.models import Device
from tongban.kernel.devices.views import received, told
from tongban.kernel.procedures.numbering import reserve
from tongban.kernel.procedures.taking import take
from tongban.kernel.units.models import Unit
from tongban.services.booking.models import Group

from . import queue
from .models import Screen
from .procedure import Queueing
from .screens import only

BLOCK = 12  # numbers of each line kept for ten minutes away


def device_of(screen: Screen) -> Device:
    """A ticket machine keeps a journal as any device does."""
    if screen.device is None:
        unit = Unit.objects.filter(kind=Unit.Kind.HALL).first() or Unit.objects.earliest("pk")
        screen.device = Device.objects.create(
            code=f"machine-{screen.pk}", kind="machine", name=screen.name, unit=unit
        )
        screen.save(update_fields=["device"])
    return screen.device


@csrf_exempt
@only(Screen.Kind.MACHINE)
def block(request: HttpRequest, screen: Screen) -> HttpResponse:
    """Numbers that this machine may give by itself today, and where its journal stands."""
    today = timezone.localdate()
    groups = Group.objects.filter(counters__isnull=False).distinct()
    kept = {
        group.code: [
            f"{group.letter}{n:03d}" for n in reserve(f"ticket:{group.letter}", today, BLOCK)
        ]
        for group in groups
    }
    return JsonResponse(
        {"day": today.isoformat(), "labels": kept, "counter": device_of(screen).counter}
    )


@csrf_exempt
@only(Screen.Kind.MACHINE)
def written(request: HttpRequest, screen: Screen) -> HttpResponse:
    """What the machine gave while it was alone."""
    return received(device_of(screen), told(request) or {})


@journal.entry("ticket")
def drawn_alone(device: Device, data: dict[str, Any], at: datetime, key: str) -> dict[str, Any]:
    """A number given from the block stands in line from when it was given."""
    asked = {
        "group": str(data.get("group", "")),
        "label": str(data.get("label", "")),
        "reason": str(data.get("reason", "")),
        "source": "walk_in",
    }
    event = take(Queueing.draw, None, queue.HALL_MACHINE, asked, key=f"alone:{key}", at=at)
    return {"number": event.matter.number, "label": asked["label"]}
