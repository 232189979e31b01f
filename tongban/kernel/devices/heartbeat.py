"""Signs of life: one statement each, however many devices there are; and who has gone silent."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from .enrolling import digest
from .models import Device, Silence

SILENT = timedelta(minutes=10)
BEAT = """
with device as (
  update devices_device set seen_at = %(now)s, health = %(health)s::jsonb, skew = %(skew)s,
    software = %(software)s
  where token = %(token)s returning id, round, counter
), day as (
  insert into devices_uptime (device_id, day, minutes, last)
  select id, %(day)s, 1, %(minute)s from device
  on conflict (device_id, day) do update set last = excluded.last,
    minutes = devices_uptime.minutes + (devices_uptime.last <> excluded.last)::int
), heard as (
  update devices_silence s set ended_at = %(now)s from device d
  where s.device_id = d.id and s.ended_at is null
)
select round, counter from device
"""


def beat(token: str, told: dict[str, Any], now: datetime) -> tuple[int, int] | None:
    """(round, counter) of the device; None when the token is nobody's. told: health, software and
    its own clock as `sent`, ISO 8601."""
    local = timezone.localtime(now)
    values: dict[str, Any] = {
        "token": digest(token),
        "now": now,
        "health": json.dumps(_health(told.get("health"))),
        "software": str(told.get("software", ""))[:20],
        "skew": skew(told.get("sent"), now),
        "day": local.date(),
        "minute": local.hour * 60 + local.minute,
    }
    with connection.cursor() as cursor:
        cursor.execute(BEAT, values)
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def _health(told: Any) -> dict[str, str]:
    """A few short words by name; anything else a device may say is not kept."""
    pairs = told.items() if isinstance(told, dict) else ()
    return {str(name)[:20]: str(value)[:40] for name, value in list(pairs)[:12]}


def skew(sent: Any, now: datetime) -> int:
    """Seconds by which a device's clock is ahead of ours; 0 when it says nothing readable."""
    try:
        at = datetime.fromisoformat(str(sent))
    except ValueError:
        return 0
    if timezone.is_naive(at):
        return 0
    return max(min(round((at - now).total_seconds()), 2**31 - 1), -(2**31))


def notice_silence(now: datetime) -> list[Silence]:
    """Devices that should be heard and are not, each noticed once until it speaks again."""
    here = timezone.localtime(now).time()
    due = Device.objects.filter(
        token__isnull=False, opens__lte=here, closes__gt=here, seen_at__lt=now - SILENT
    )
    return [
        Silence.objects.create(device=device, since=device.seen_at or now, noticed_at=now)
        for device in due.exclude(silences__in=Silence.objects.filter(ended_at=None))
    ]
