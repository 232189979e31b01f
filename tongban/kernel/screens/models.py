"""Phrases 常用语: what people write again and again, kept once for a unit or for all."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..units.models import Unit


class Phrase(models.Model):
    """unit: whose it is, None for all. kind, step: where it is offered; step empty: at all steps
    of the kind."""

    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(_("办件种类"), max_length=40)
    step = models.CharField(_("用在哪一步"), max_length=40, blank=True)
    words = models.CharField(_("常用语"), max_length=500)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "step", "words"],
                name="phrase_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.words
