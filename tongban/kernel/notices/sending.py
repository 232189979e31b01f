"""Sending what waits in the outbox, with back-off; a failure is never lost, only late."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from .models import Notice

MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
BATCH = 100


class NotDelivered(Exception):
    """The carrier did not take the message; it is tried again later."""


def sms_to_file(phone: str, text: str) -> None:
    """The demonstration's carrier: one line a message in the data folder."""
    path = Path(settings.DATA) / "outbox" / "sms.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{timezone.localtime():%Y-%m-%d %H:%M:%S}\t{phone}\t{text}\n")
    except OSError as error:
        raise NotDelivered(str(error)) from error


Carrier = Callable[[str, str], None]


def send_waiting(now: datetime, sms: Carrier = sms_to_file) -> int:
    """Send what is due; several workers may do so at once. Returns how many were sent."""
    sent = 0
    while batch := _send_batch(now, sms):
        sent += batch
    return sent


def _send_batch(now: datetime, sms: Carrier) -> int:
    with transaction.atomic(), translation.override("zh-hans"):
        due = Notice.objects.filter(state=Notice.State.WAITING, next_at__lte=now)
        batch = due.select_for_update(of=("self",), skip_locked=True).select_related("applicant")
        tried = 0
        for notice in batch[:BATCH]:
            _send(notice, now, sms)
            tried += 1
    return tried


def _send(notice: Notice, now: datetime, sms: Carrier) -> None:
    notice.tries += 1
    try:
        if notice.channel == Notice.Channel.SMS:
            sms(notice.applicant.phone, str(notice))
        notice.state, notice.sent_at, notice.error = Notice.State.SENT, now, ""
    except NotDelivered as error:
        notice.error = str(error)[:300]
        notice.next_at = now + FIRST_WAIT * 2**notice.tries
        if notice.tries >= MOST_TRIES:
            notice.state = Notice.State.FAILED
    notice.save(update_fields=["tries", "state", "sent_at", "error", "next_at"])
