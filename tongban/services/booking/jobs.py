"""The nightly opening of new slots."""

from django.utils import timezone
from procrastinate.contrib.django import app

from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.units.models import Unit

from .slots import open_slots


@app.periodic(cron="5 * * * *")
@app.task(name="open_slots", queueing_lock="open_slots")
def open_new_slots(timestamp: int) -> None:
    units = list(Unit.objects.filter(slots__isnull=False).distinct())
    open_slots(units, timezone.localtime(timezone.now(), CHINA).date())
