"""Who is told of events, what was sent to them, and by what numbers they know our matters."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..people.models import Account
from ..procedures.models import Matter
from ..trust import vault


class Webhook(models.Model):
    """An address that is told of every event of the matters its account may see, in order.

    kinds: of matters; empty for all. position: place in the ledger's log of the next event to
    look at; put back, everything behind it is told again. tries: failures since the last success.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="webhooks")
    purpose = models.CharField(_("用途"), max_length=120)
    address = models.URLField(_("接收地址"), max_length=300)
    kinds = models.JSONField(_("办件种类"), default=list)
    secret_sealed = models.BinaryField()
    running = models.BooleanField(_("运行"), default=True)
    position = models.BigIntegerField(_("下一个事件"))
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.purpose

    @property
    def secret(self) -> str:
        return vault.decrypt(self.secret_sealed)


class Delivery(models.Model):
    """One attempt. status: of the answer, 0 when there was none."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    index = models.BigIntegerField(_("事件"))
    at = models.DateTimeField(_("时间"), db_index=True)
    status = models.PositiveSmallIntegerField(_("应答"))
    milliseconds = models.PositiveIntegerField(_("毫秒"))
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]


class ForeignNumber(models.Model):
    """What another system calls a matter of ours: it need not keep our numbers."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="foreign_numbers")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="foreign_number_once")
        ]
