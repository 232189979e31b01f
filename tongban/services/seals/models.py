"""Seals of units, and the sealed documents that steps of matters have made."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.kernel.files.models import StoredFile
from tongban.kernel.ledger.models import Event
from tongban.kernel.people.models import Account, new_code
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through
from tongban.kernel.units.models import Unit


class Seal(models.Model):
    """An electronic seal 电子印章; its private keys lie in the key folder under its code.

    matter: its life, from the application on. structure: the seal after GB/T 38540—2020, signed
    by the maker with SM2. uses: counted with each use, to be compared with the papers.
    """

    class Kind(models.TextChoices):
        STATUTORY = "statutory", _("法定名称章")
        SPECIAL = "special", _("专用章")

    matter = models.OneToOneField(Matter, models.PROTECT, null=True, related_name="seal")
    kind = models.CharField(_("印章种类"), max_length=12, choices=Kind, default=Kind.SPECIAL)
    applied_by = models.CharField(max_length=12, blank=True, editable=False)
    sm2_public = models.TextField(blank=True)
    structure = models.BinaryField(default=bytes)
    uses = models.PositiveIntegerField(_("用印次数"), default=0)
    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="seals")
    name = models.CharField(_("印章名称"), max_length=120)
    certificate = models.TextField(blank=True)
    from_on = models.DateField(_("有效期起"), null=True)
    to_on = models.DateField(_("有效期至"), null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def covers(self, at: datetime) -> bool:
        """Its period is one of days here: from 00:00 to 08:00 UTC still says yesterday."""
        if self.from_on is None or self.to_on is None:
            return False
        return self.from_on <= timezone.localdate(at) <= self.to_on

    def in_force_at(self, at: datetime) -> bool:
        """Within its period, and neither suspended nor revoked then: the ledger says when, and
        before its first event, for seals older than their register, the period alone."""
        if not self.covers(at):
            return False
        events = Event.objects.filter(matter=self.matter_id, at__lte=at).order_by("-seq")
        return events.values_list("to_state", flat=True).first() in (None, "in_force")


class SealAuthorisation(models.Model):
    """Who may have what sealed. document_kind: code of a statutory document, empty for all;
    person: who takes the step that makes it, empty for anybody with the post; document: this one
    paper alone. given_at: number of the event that gave it."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="authorisations")
    document_kind = models.CharField(_("文书种类"), max_length=40, blank=True)
    person = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey("SealedDocument", models.PROTECT, null=True, related_name="+")
    from_on = models.DateField(_("从"))
    to_on = models.DateField(_("到"), null=True)
    given_at = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]


class TemplateVersion(models.Model):
    """The words of a template as they were when a paper was first made by them. digest: SHA-256."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("模板"), max_length=40)
    words = models.TextField()
    at = models.DateTimeField(auto_now_add=True)


class SealedDocument(models.Model):
    """A statutory document 文书 of one event. The number is given before the paper is made, so
    a job tried again makes the same paper; a row without a file is one still being made, or one
    that waits for its seal. Without a seal it is to be stamped on paper. sm2_signature: over the
    whole file, by the seal's SM2 key (GM/T 0009)."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="documents")
    event = models.OneToOneField(Event, models.PROTECT, related_name="document")
    kind = models.CharField(max_length=40)
    title = models.CharField(_("文书"), max_length=60)
    number = models.CharField(_("文号"), max_length=60, unique=True)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, related_name="documents")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    ofd = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    sm2_signature = models.BinaryField(default=bytes)
    made_at = models.DateTimeField(null=True)
    template = models.ForeignKey(
        TemplateVersion, models.PROTECT, null=True, related_name="papers", editable=False
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


def waiting_in(unit: int) -> models.QuerySet[SealedDocument]:
    """Papers of a unit that have a number and wait for their seal."""
    return SealedDocument.objects.filter(file=None, matter__unit=unit)


seen_through(Seal, "matter")
seen_through(SealedDocument, "matter")
