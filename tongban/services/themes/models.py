"""Changes of themes 一件事主题: what a theme shall be, before it is published."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through


class Kind(models.TextChoices):
    PUBLISH = "publish", _("发布")
    WITHDRAW = "withdraw", _("下线")


class ThemeChange(models.Model):
    """plan: see `plan.Plan`; empty when the theme goes."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="theme_change"
    )
    code = models.CharField(_("主题编号"), max_length=16)
    kind = models.CharField(_("变更类型"), max_length=8, choices=Kind)
    plan = models.JSONField(default=dict)
    reason = models.CharField(_("理由"), max_length=500)
    proposed_by = models.CharField(max_length=12, editable=False)

    class Meta:
        indexes = [models.Index(fields=["code"], name="theme_change_code")]


seen_through(ThemeChange, "matter")
