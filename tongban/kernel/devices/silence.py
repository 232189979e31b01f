"""Who should be heard of and is not."""

from datetime import datetime, timedelta

from django.utils import timezone

from .models import Device, Silence

SILENT = timedelta(minutes=10)


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
