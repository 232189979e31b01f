"""The outbox: what must be told, written in the same transaction as the step."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..ledger.models import Event
from ..people.models import Applicant


class Notice(models.Model):
    """One message to one applicant over one channel. `words` is translated when shown."""

    class Channel(models.TextChoices):
        IN_APP = "in_app", _("站内")
        SMS = "sms", _("短信")
        EMAIL = "email", _("邮件")

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")

    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    applicant = models.ForeignKey(Applicant, models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=8, choices=Channel)
    words = models.CharField(max_length=300)
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="notice_waiting", condition=models.Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return str(gettext(self.words) % self.context)
