"""Periodic work: telling the addresses, forgetting old attempts."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from .models import Delivery
from .sending import ROUND, tell_due

KEPT = timedelta(days=30)


@app.periodic(cron="* * * * * */5")
@app.task(name="webhooks", queueing_lock="webhooks")
def webhooks(timestamp: int) -> None:
    while tell_due(timezone.now()) >= ROUND:
        continue


@app.periodic(cron="40 3 * * *")
@app.task(name="deliveries_forgotten", queueing_lock="deliveries_forgotten")
def deliveries_forgotten(timestamp: int) -> None:
    Delivery.objects.filter(at__lt=timezone.now() - KEPT).delete()
