"""Seals of units, and the sealed documents that steps of matters have made."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.kernel.files.models import StoredFile
from tongban.kernel.ledger.models import Event
from tongban.kernel.people.models import new_code
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through
from tongban.kernel.units.models import Unit


class Seal(models.Model):
    """An electronic seal 电子印章; its private key lies in the key folder under its code."""

    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="seals")
    name = models.CharField(_("印章名称"), max_length=120)
    certificate = models.TextField()
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def covers(self, at: datetime) -> bool:
        """Its period is one of days here: from 00:00 to 08:00 UTC still says yesterday."""
        return self.from_on <= timezone.localdate(at) <= self.to_on


class SealedDocument(models.Model):
    """A statutory document 文书 of one event. The number is given before the paper is made, so
    a job tried again makes the same paper; a row without a file is one still being made. Without
    a seal it is to be stamped on paper."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="documents")
    event = models.OneToOneField(Event, models.PROTECT, related_name="document")
    kind = models.CharField(max_length=40)
    title = models.CharField(_("文书"), max_length=60)
    number = models.CharField(_("文号"), max_length=60, unique=True)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, related_name="uses")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


seen_through(SealedDocument, "matter")
