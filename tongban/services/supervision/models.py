"""Live supervision 电子监察: reminders before and after a limit, and findings by rule."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through


class Level(models.TextChoices):
    YELLOW = "yellow", _("即将到期")
    RED = "red", _("逾期")


class Reminder(models.Model):
    """催办: once for each matter, level and deadline. to: its handler; at red the head of the unit
    and the bureau read it too."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="reminders")
    level = models.CharField(max_length=6, choices=Level)
    due_on = models.DateField()
    to = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "level", "due_on"], name="reminder_once")
        ]


class Finding(models.Model):
    """A breach of a rule found by itself. evidence: what shows it, in the reader's words: label →
    value. event: the step of the matter that broke it, where one did."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="finding")
    rule = models.CharField(_("规则"), max_length=24)
    about = models.ForeignKey(Matter, models.PROTECT, related_name="findings")
    event = models.PositiveIntegerField(default=0)
    evidence = models.JSONField(default=dict)
    reason = models.TextField(_("说明"), blank=True)
    appeals = models.BooleanField(_("申诉"), default=False)
    remark = models.TextField(_("认定意见"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "about", "event"], name="finding_once")
        ]


seen_through(Reminder, "matter")
seen_through(Finding, "matter")
