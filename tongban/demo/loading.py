"""Loading the reference district into an empty installation, all or nothing."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.trust.keys import key_file
from tongban.kernel.units.models import Unit
from tongban.services.booking.models import Group
from tongban.services.booking.slots import open_slots
from tongban.services.catalogue import accuracy

from . import (
    campaign,
    cases,
    certificates,
    delegated,
    kiosks,
    municipal,
    outreach,
    people,
    phrases,
    reference,
    together,
)

PASSWORD_FILE = "demo-password"  # noqa: S105 - the name of a file


def is_empty() -> bool:
    return not Unit.objects.exists()


def is_demo() -> bool:
    return (settings.KEYS / PASSWORD_FILE).exists()


def password() -> str:
    """One random password of all demonstration accounts, different in each installation."""
    return key_file(PASSWORD_FILE, lambda: secrets.token_urlsafe(9).encode()).decode()


def load(now: datetime, *, trouble: bool = False) -> None:
    today = timezone.localtime(now, CHINA).date()
    with transaction.atomic():
        reference.load(today, grown=True)
        people.load(password(), today)
        phrases.load()
        staff = people.Staff(today)
        delegated.load(staff)
        campaign.load(staff)
        municipal.load(staff)
        kiosks.load()
        open_slots(Group.objects.prefetch_related("sessions"), today)
        cases.load(now, trouble=trouble)
        certificates.load(now)
        together.load(now)
        outreach.load(now, staff)
        accuracy.look(now)
