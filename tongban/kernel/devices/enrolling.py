"""A machine is let in by a code that works once, and is known by its token from then on."""

import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from .models import Device
from .tokens import digest

VALID = timedelta(hours=24)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read two ways
LENGTH = 10


class BadCode(Exception):
    """No device waits for this code, or it has run out or was used."""


def invite(device: Device, now: datetime) -> str:
    """A new code for whoever stands at the machine; an older code and token end with it."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    device.enrol_code, device.enrol_until, device.token = digest(code), now + VALID, None
    device.save(update_fields=["enrol_code", "enrol_until", "token"])
    return code


def enrol(code: str, software: str, now: datetime) -> tuple[Device, str]:
    """The device of a code and its token, told this once. Raises BadCode."""
    token = secrets.token_urlsafe(32)
    waiting = Device.objects.filter(Q(enrol_until__gte=now), enrol_code=digest(code.upper()))
    found = waiting.first() if code else None
    if found is None or not Device.objects.filter(pk=found.pk, enrol_code=found.enrol_code).update(
        enrol_code="", enrol_until=None, token=digest(token), software=software[:20]
    ):
        raise BadCode
    return Device.objects.get(pk=found.pk), token


def of_token(token: str) -> Device | None:
    return Device.objects.filter(token=digest(token)).first() if token else None
