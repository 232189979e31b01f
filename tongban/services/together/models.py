"""One thing as one case 一件事一次办: a parent, and a case for each of its parts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through
from tongban.services.catalogue.elements import Rest
from tongban.services.catalogue.models import ServiceItem, Theme


class Ended(models.TextChoices):
    """How a part stands. CANNOT: it waits for one that was not granted, so it never begins."""

    WAITING = "waiting", _("等前面的事项")
    BEGUN = "begun", _("办理中")
    GRANTED = "granted", _("已办结")
    FAILED = "failed", _("未办成")
    CANNOT = "cannot", _("不再办理")


class OneThing(models.Model):
    """answers, uploads, facts: the one form, shared by all parts as far as each asks for it.

    uploads: name of a material → id of an upload of `account`, who sent the form.
    rest: the rule of the theme as it was told when the form was sent.
    """

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="one_thing"
    )
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    uploads = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    consent = models.BooleanField(default=False)
    rest = models.CharField(max_length=10, choices=Rest, default=Rest.DEPENDENTS)
    limit_days = models.PositiveSmallIntegerField(_("联合办结时限（工作日）"))
    delivered_on = models.DateField(_("送达日期"), null=True)
    waybill = models.CharField(_("运单号"), max_length=20, blank=True)


class Part(models.Model):
    """One item of the thing. after: implementation codes of the parts it waits for."""

    whole = models.ForeignKey(OneThing, models.PROTECT, related_name="parts")
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    after = models.JSONField(default=list)
    standing = models.CharField(max_length=8, choices=Ended, default=Ended.WAITING)
    case = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["whole", "item"], name="part_once")]


seen_through(OneThing, "matter")
