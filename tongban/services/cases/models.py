"""Facts of a case 办件 beside its matter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.files.models import Upload
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through
from tongban.kernel.units.models import Unit
from tongban.services.catalogue.models import ImplementationList, Material, ServiceItem


class Channel(models.TextChoices):
    ONLINE = "online", _("网上")
    COUNTER = "counter", _("窗口")


class Case(models.Model):
    """An application for an item, under the version and the days that applied when it was made.

    facts: key of a form field → what was filled in, without what is personal.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="case")
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="cases")
    version = models.ForeignKey(ImplementationList, models.PROTECT, related_name="cases")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE)
    subject = models.CharField(_("经营者名称"), max_length=120, blank=True)
    address = models.CharField(_("经营场所"), max_length=200, blank=True)
    town = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    promised_days = models.PositiveSmallIntegerField(null=True)
    statutory_days = models.PositiveSmallIntegerField(null=True)
    asked_for_corrections = models.BooleanField(default=False)
    corrections = models.TextField(blank=True)
    extended = models.BooleanField(default=False)
    certificate_number = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True)


class CaseMaterial(models.Model):
    """A material as handed in; a newer one replaces it and both stay."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Draft(models.Model):
    """An application being filled in: kept until it is sent, on any device."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="drafts")
    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    fields = models.JSONField(default=dict)
    uploads = models.JSONField(default=dict)
    key = models.CharField(max_length=40)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "item"], name="draft_once")]


seen_through(Case, "matter")
