"""Sending what waits in the outbox, with back-off; a failure is never lost, only late."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from ..carriers import Carrier, NotDelivered, mail, sms_carrier
from .models import Notice

MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
BATCH = 100


def send_waiting(now: datetime, sms: Carrier | None = None) -> int:
    """Send what is due; several workers may do so at once. Returns how many were sent."""
    sent = 0
    while batch := _send_batch(now, sms or sms_carrier()):
        sent += batch
    return sent


def _send_batch(now: datetime, sms: Carrier) -> int:
    with transaction.atomic(), translation.override("zh-hans"):
        due = Notice.objects.filter(state=Notice.State.WAITING, next_at__lte=now)
        batch = due.select_for_update(of=("self",), skip_locked=True, no_key=True).select_related(
            "applicant"
        )
        tried = 0
        for notice in batch[:BATCH]:
            _send(notice, now, sms)
            tried += 1
    return tried


def _mail_too(notice: Notice, now: datetime) -> None:
    """Who has left an address gets each in-app message by e-mail too, with tries of its own."""
    Notice.objects.create(
        event_id=notice.event_id,
        applicant=notice.applicant,
        channel=Notice.Channel.EMAIL,
        words=notice.words,
        context=notice.context,
        next_at=now,
    )


def _send(notice: Notice, now: datetime, sms: Carrier) -> None:
    notice.tries += 1
    try:
        if notice.channel == Notice.Channel.SMS:
            sms(notice.applicant.phone, str(notice))
        elif notice.channel == Notice.Channel.EMAIL:
            mail(notice.applicant.email, str(notice))
        elif notice.applicant.email_sealed:
            _mail_too(notice, now)
        notice.state, notice.sent_at, notice.error = Notice.State.SENT, now, ""
    except NotDelivered as error:
        notice.error = str(error)[:300]
        notice.next_at = now + FIRST_WAIT * 2**notice.tries
        if notice.tries >= MOST_TRIES:
            notice.state = Notice.State.FAILED
    notice.save(update_fields=["tries", "state", "sent_at", "error", "next_at"])
