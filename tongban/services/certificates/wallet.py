"""What a person holds: the certificates that stand in for paper, and proofs of them to others."""

from collections.abc import Collection
from functools import partial

from django.core import signing
from django.utils.translation import gettext as _

from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.refusals import Refusal, wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.services.catalogue.models import Material

from .models import Certificate
from .procedure import Holding

PROOF_SECONDS = 120  # a picture of the code is worthless after it
SALT = "certificate-proof"


def in_force(holders: Collection[int]) -> list[Certificate]:
    """One statement."""
    rows = Certificate.objects.filter(
        matter__kind=Holding.code,
        matter__state=Holding.in_force.name,
        matter__applicant__in=holders,
    )
    return list(rows.select_related("type", "matter", "document").order_by("-pk"))


def instead(wanted: Collection[Material], holders: Collection[int]) -> dict[str, Certificate]:
    """Name of a material → the newest certificate in force that stands in for it (免提交)."""
    asking = [material for material in wanted if material.e_certificate]
    if not asking or not holders:
        return {}
    held = in_force(holders)
    return {
        material.name: certificate
        for material in asking
        if (certificate := next((c for c in held if c.replaces(material.e_certificate)), None))
    }


def use(taking: Taking, used: dict[str, Certificate], consent: str) -> None:
    """Each use is an event of the certificate, written with the step that uses it."""
    taking.facts["certificates"] = [
        {"name": name, "certificate": c.identifier} for name, c in used.items()
    ]
    for certificate in {c.pk: c for c in used.values()}.values():
        taking.after_saving.append(partial(_use, taking, certificate, consent))


def _use(taking: Taking, certificate: Certificate, consent: str) -> None:
    matter = taking.matter
    data = {
        "case": matter.number,
        "unit": matter.unit.short_name,
        "purpose": matter.title,
        "consent": consent,
    }
    key = f"use:{certificate.pk}:{matter.number}:{matter.head_seq}"
    held = certificate.matter
    try:
        take(Holding.use, held.number, the_system(), data, key=key, at=taking.at)
    except Refusal as refusal:
        told = {"name": certificate.type.name, "reason": refusal.reason}
        raise wrong("consent", _("电子证照“%(name)s”现在不能用：%(reason)s") % told) from refusal


def proof_of(certificate: Certificate) -> str:
    """A fresh proof for a QR code: it says which certificate, and dies within two minutes."""
    return signing.dumps(certificate.matter.number, salt=SALT, compress=False)


def proven(token: str) -> Certificate | None:
    """None when the proof is not ours; raises signing.SignatureExpired when it is too old."""
    try:
        number = signing.loads(token, salt=SALT, max_age=PROOF_SECONDS)
    except signing.SignatureExpired:
        raise
    except signing.BadSignature:
        return None
    rows = Certificate.objects.select_related("type", "matter__unit", "matter__applicant")
    return rows.filter(matter__number=number).first()
