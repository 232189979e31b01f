"""Signs of life: one statement for all that come in the same moment."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from .tokens import digest

BEAT = """
with told as (
  select * from unnest(%(tokens)s::text[], %(health)s::text[], %(skew)s::int[],
    %(software)s::text[]) as t(token, health, skew, software)
), device as (
  update devices_device d set seen_at = %(now)s, health = t.health::jsonb, skew = t.skew,
    software = t.software
  from told t where d.token = t.token returning d.id, d.token, d.round, d.counter
), day as (
  insert into devices_uptime (device_id, day, minutes, last)
  select id, %(day)s, 1, %(minute)s from device
  on conflict (device_id, day) do update set last = excluded.last,
    minutes = devices_uptime.minutes + (devices_uptime.last <> excluded.last)::int
), heard as (
  update devices_silence s set ended_at = %(now)s from device d
  where s.device_id = d.id and s.ended_at is null
)
select token, round, counter from device
"""


@dataclass(frozen=True)
class Beat:
    """token: its digest. The rest as the device says it, cut to what is kept."""

    token: str
    health: str
    skew: int
    software: str

    @classmethod
    def of(cls, token: str, told: dict[str, Any], now: datetime) -> "Beat":
        """told: health, software and the device's own clock as `sent`, ISO 8601."""
        health = json.dumps(_health(told.get("health")), ensure_ascii=False)
        software = str(told.get("software", ""))[:20].replace("\x00", "")
        return cls(digest(token), health, skew(told.get("sent"), now), software)


def values(beats: Sequence[Beat], now: datetime) -> dict[str, Any]:
    """Of BEAT; two of one device in the same moment count as the later."""
    latest = list({beat.token: beat for beat in beats}.values())
    local = timezone.localtime(now)
    return {
        "tokens": [beat.token for beat in latest],
        "health": [beat.health for beat in latest],
        "skew": [beat.skew for beat in latest],
        "software": [beat.software for beat in latest],
        "now": now,
        "day": local.date(),
        "minute": local.hour * 60 + local.minute,
    }


def beat(token: str, told: dict[str, Any], now: datetime) -> tuple[int, int] | None:
    """(round, counter) of the device; None when the token is nobody's."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, values([Beat.of(token, told, now)], now))
        row = cursor.fetchone()
    return (row[1], row[2]) if row else None


def _health(told: Any) -> dict[str, str]:
    """A few short words by name; anything else a device may say is not kept."""
    pairs = told.items() if isinstance(told, dict) else ()
    words = [(str(name)[:20], str(value)[:40]) for name, value in list(pairs)[:12]]
    return {name: value for name, value in words if "\x00" not in name + value}


def skew(sent: Any, now: datetime) -> int:
    """Seconds by which a device's clock is ahead of ours; 0 when it says nothing readable."""
    try:
        at = datetime.fromisoformat(str(sent))
    except ValueError:
        return 0
    if timezone.is_naive(at):
        return 0
    return max(min(round((at - now).total_seconds()), 2**31 - 1), -(2**31))
