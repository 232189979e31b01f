"""Opinions asked of units about a matter of another unit 征求意见."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through


class Answer(models.TextChoices):
    AGREE = "agree", _("同意")
    PARTLY = "partly", _("部分同意")
    DISAGREE = "disagree", _("不同意")


class Consultation(models.Model):
    """One unit asked about one matter. points: [{key, title}], what the unit may object to one by
    one; against: keys of those it objects to."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="consultation"
    )
    about = models.ForeignKey(Matter, models.PROTECT, related_name="consultations")
    question = models.CharField(_("征求意见的内容"), max_length=300)
    days = models.PositiveSmallIntegerField(_("答复期限（工作日）"))
    points = models.JSONField(default=list)
    answer = models.CharField(_("意见"), max_length=8, choices=Answer, default="", blank=True)
    against = models.JSONField(default=list)
    opinion = models.TextField(_("理由和建议"), blank=True)

    def objections(self) -> list[str]:
        """Titles of what the unit objects to; all of them when it disagrees altogether."""
        return [p["title"] for p in self.points if p["key"] in self.objected()]

    def objected(self) -> set[str]:
        if self.answer == Answer.DISAGREE:
            return {point["key"] for point in self.points}
        return set(self.against)


seen_through(Consultation, "matter")
