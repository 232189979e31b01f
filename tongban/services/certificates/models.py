"""Electronic certificates 电子证照: what kinds there are, and those that people hold."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through
from tongban.kernel.units.models import Unit
from tongban.services.seals.models import SealedDocument


class CertificateType(models.Model):
    """A kind of certificate of one issuing unit. code: 21 characters, the credit code of the unit
    that defines it and three digits (GB/T 36904—2018)."""

    code = models.CharField(_("证照类型代码"), max_length=21, unique=True)
    name = models.CharField(_("证照名称"), max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("颁发机构"))

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="certificate_type_once")
        ]

    def __str__(self) -> str:
        return self.name


class Certificate(models.Model):
    """One certificate; its holder is the applicant of its matter, its issuer the unit.

    facts: key of a form field → what the certificate says of it; forms are filled from it.
    granted_in: the case that led to it. document: the sealed paper, where there is one.
    """

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="certificate"
    )
    type = models.ForeignKey(CertificateType, models.PROTECT, related_name="certificates")
    identifier = models.CharField(_("电子证照标识"), max_length=90, unique=True)
    number = models.CharField(_("证照编号"), max_length=60)
    valid_from = models.DateField(_("有效期起"))
    valid_until = models.DateField(_("有效期至"), null=True)
    facts = models.JSONField(default=dict)
    granted_in = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="certificates")
    document = models.ForeignKey(SealedDocument, models.PROTECT, null=True, related_name="+")
    uses = models.PositiveIntegerField(_("使用次数"), default=0)

    def replaces(self, named: str) -> bool:
        """named: certificates that a material may be, as its list says: `居民身份证|营业执照`. A
        general word (许可证) is also met by a certificate whose name ends with it."""
        return any(self.type.name.endswith(one) for one in named.split("|") if one)


def type_of(unit: Unit, name: str) -> CertificateType:
    """The type of this name that the unit issues; made when it issues the first one."""
    found = CertificateType.objects.filter(unit=unit, name=name).first()
    if found:
        return found
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # two first ones: one makes it
        known = CertificateType.objects.filter(unit=unit)
        defaults: dict[str, Any] = {"code": f"{unit.uscc}{known.count() + 1:03d}"}
        return known.get_or_create(unit=unit, name=name, defaults=defaults)[0]


seen_through(Certificate, "matter")
