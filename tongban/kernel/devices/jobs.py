"""Every minute: which devices have gone silent."""

from django.utils import timezone
from procrastinate.contrib.django import app

from .silence import notice_silence


@app.periodic(cron="* * * * *")
@app.task(name="notice_silence", queueing_lock="notice_silence")
def look_for_silence(timestamp: int) -> None:
    notice_silence(timezone.now())
