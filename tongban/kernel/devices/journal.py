"""What devices did while they were away, applied exactly once and in their order.

A device numbers its entries 1, 2, 3 …; an entry is saved in one transaction with what it does and
with the device's counter. An entry sent again, whether the answer was lost or the whole journal is
replayed, gets the answer of the first time. Entries behind a gap wait until the gap is filled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..procedures.refusals import Refusal
from .models import Device, Entry

Handler = Callable[[Device, dict[str, Any], datetime, str], dict[str, Any]]
MOST = 200  # entries in one message
_handlers: dict[str, Handler] = {}


def entry(kind: str) -> Callable[[Handler], Handler]:
    """Register what an entry of a kind does: (device, data, at, key) → what the device is told.
    key: the same for the same entry, for the steps it takes. Raises Refusal: it is saved as
    refused, with the reason, and not tried again."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


@dataclass(frozen=True)
class Answer:
    """saved: counter of the latest entry that is saved. results: by counter, of those sent."""

    saved: int
    results: dict[int, dict[str, Any]]


def receive(device: Device, entries: list[dict[str, Any]], skew: int, now: datetime) -> Answer:
    """Apply what is new; answer only when it is committed."""
    results: dict[int, dict[str, Any]] = {}
    for line in sorted(entries[:MOST], key=lambda line: int(line["counter"])):
        done = _receive_one(device.pk, line, skew, now)
        if done is None:
            break  # a gap: what is missing must come first
        results[done.counter] = {"refused": done.refused, **done.result}
    saved = Device.objects.values_list("counter", flat=True).get(pk=device.pk)
    return Answer(saved, results)


def _receive_one(device_id: int, line: dict[str, Any], skew: int, now: datetime) -> Entry | None:
    counter = int(line["counter"])
    with transaction.atomic():
        device = Device.objects.select_for_update(no_key=True).get(pk=device_id)
        if counter <= device.counter:
            return Entry.objects.filter(device=device, counter=counter).first()
        if counter != device.counter + 1:
            return None
        at = _set_right(line.get("at"), skew, now)
        refused, result = _applied(device, line, at)
        device.counter = counter
        device.save(update_fields=["counter"])
        return Entry.objects.create(
            device=device,
            counter=counter,
            kind=str(line.get("kind", ""))[:30],
            at=at,
            saved_at=now,
            refused=refused,
            result=result,
        )


def _applied(device: Device, line: dict[str, Any], at: datetime) -> tuple[bool, dict[str, Any]]:
    handler, data = _handlers.get(str(line.get("kind"))), line.get("data")
    if handler is None or not isinstance(data, dict):
        return True, {"reason": _("不认识的记录")}
    try:
        with transaction.atomic():
            return False, handler(device, data, at, f"{device.code}:{line['counter']}")
    except Refusal as refusal:
        return True, {"reason": refusal.reason}


def _set_right(told: Any, skew: int, now: datetime) -> datetime:
    """When it happened by our clock; never later than now."""
    try:
        at = datetime.fromisoformat(str(told))
    except ValueError:
        return now
    if timezone.is_naive(at):
        return now
    return min(at - timedelta(seconds=skew), now)
