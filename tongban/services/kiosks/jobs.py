"""A kiosk that stays silent becomes a repair order by itself."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tongban.kernel.devices.models import Silence
from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.procedures.taking import take

from .models import Repair
from .procedure import Repairing

AN_HOUR = timedelta(hours=1)


@app.periodic(cron="*/10 * * * *")
@app.task(name="report_silent_kiosks", queueing_lock="report_silent_kiosks")
def report_silent_kiosks(timestamp: int) -> None:
    report_silent(timezone.now())


def report_silent(now: datetime) -> int:
    """One order for each that has been silent for an hour; returns how many were opened."""
    ordered = Repair.objects.filter(kiosk=OuterRef("device__kiosk"), matter__closed_at=None)
    long = Silence.objects.filter(~Exists(ordered), ended_at=None, since__lte=now - AN_HOUR)
    opened = 0
    for silence in long.filter(device__kiosk__isnull=False).select_related("device"):
        since = timezone.localtime(silence.since)
        data = {"kiosk": silence.device.code, "what": _("%s 起没有心跳") % f"{since:%m-%d %H:%M}"}
        try:
            take(Repairing.report, None, the_system(), data, key=f"silence:{silence.pk}", at=now)
            opened += 1
        except Refusal:
            continue  # there is an order already
    return opened
