"""The hash chain of one matter."""

from datetime import UTC, datetime
from typing import Any

from ..trust.sm3 import sm3
from .canonical import canonical
from .models import Event


def first_hash(kind: str, number: str) -> bytes:
    """What the first event of a matter points back to."""
    return sm3(canonical([kind, number]))


def body(number: str, event: Event) -> dict[str, Any]:
    """Everything an event says, in the form its hash covers."""
    return {
        "matter": number,
        "seq": event.seq,
        "step": event.step,
        "from": event.from_state,
        "to": event.to_state,
        "actor": event.actor,
        "role": event.role,
        "unit": event.unit,
        "on_behalf_of": event.on_behalf_of,
        "at": instant(event.at),
        "facts": event.facts,
        "key": event.key,
        "prev_hash": bytes(event.prev_hash).hex(),
    }


def seal(number: str, event: Event) -> Event:
    """Give the event its hash; the caller saves it."""
    event.hash = sm3(canonical(body(number, event)))
    return event


def instant(at: datetime) -> str:
    """UTC to the microsecond, always with six digits."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
