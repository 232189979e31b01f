"""Evaluations 好差评: one judgement of one matter by its applicant (国办发〔2019〕51号)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through


class Level(models.IntegerChoices):
    VERY_SATISFIED = 5, _("非常满意")
    SATISFIED = 4, _("满意")
    BASIC = 3, _("基本满意")
    DISSATISFIED = 2, _("不满意")
    VERY_DISSATISFIED = 1, _("非常不满意")


class Evaluation(models.Model):
    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="evaluation"
    )
    level = models.PositiveSmallIntegerField(choices=Level)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(db_index=True)


seen_through(Evaluation, "matter")
