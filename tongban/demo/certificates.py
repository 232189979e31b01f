"""Certificates that the registers of people and companies hold: those that forms ask for most."""

from datetime import datetime, timedelta

from tongban.kernel.people.actor import the_system
from tongban.kernel.people.models import Applicant
from tongban.kernel.procedures.taking import take
from tongban.services.certificates.procedure import Holding

IDENTITY_CARD, BUSINESS_LICENCE = "居民身份证", "营业执照"
ISSUERS = {IDENTITY_CARD: "GA", BUSINESS_LICENCE: "SC"}
YEARS, HELD_FOR = 20, timedelta(days=60)


def load(now: datetime) -> int:
    """An identity card for each person, a business licence for each company."""
    system, today, at = the_system(), now.date(), now - HELD_FOR
    holders = list(Applicant.objects.order_by("pk"))
    for holder in holders:
        natural = holder.kind == Applicant.Kind.NATURAL
        name = IDENTITY_CARD if natural else BUSINESS_LICENCE
        data = {
            "holder": holder.code,
            "unit": ISSUERS[name],
            "type": name,
            "number": holder.id_masked,
            "valid_from": today.replace(day=1),
            "valid_until": today.replace(day=1, year=today.year + YEARS) if natural else None,
            "facts": {"subject": "" if natural else holder.name},
        }
        take(Holding.issue, None, system, data, key=f"demo:{name}:{holder.code}", at=at)
    return len(holders)
