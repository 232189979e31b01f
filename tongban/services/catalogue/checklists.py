"""The list of what somebody needs, kept under a short code before any sign-in."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from .models import Checklist, ImplementationList
from .situations import Needs

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is taken for something else
LENGTH = 6
KEPT = timedelta(days=90)
TRIES = 5


def keep(version: ImplementationList, answers: dict[str, str], at: datetime) -> Checklist:
    """Raises UnknownAnswer unless every question has one of its own options."""
    Needs(version).check(answers)
    for _ in range(TRIES):
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        try:
            with transaction.atomic():
                return Checklist.objects.create(code=code, version=version, answers=answers, at=at)
        except IntegrityError:
            continue
    raise RuntimeError("no free code")


def found(typed: str, now: datetime) -> Checklist | None:
    """By its code as people type it; nothing once it is too old."""
    code = typed.upper().replace(" ", "").replace("-", "")[:LENGTH]
    rows = Checklist.objects.select_related("version__item__unit", "version__item__current")
    return rows.filter(code=code, at__gt=now - KEPT).first()


@app.periodic(cron="40 2 * * *")
@app.task(name="forget_checklists", queueing_lock="forget_checklists")
def forget(timestamp: int) -> None:
    Checklist.objects.filter(at__lte=timezone.now() - KEPT).delete()
