"""Service that goes to people: home visits, visits to companies, help with an application, and
the counter for what could not be done."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through
from tongban.services.catalogue.models import ServiceItem


class Half(models.TextChoices):
    MORNING = "am", _("上午")
    AFTERNOON = "pm", _("下午")


class Need(models.TextChoices):
    """Why somebody cannot come."""

    ELDERLY = "elderly", _("高龄")
    DISABLED = "disabled", _("残疾")
    ILL = "ill", _("重病卧床")
    FAR = "far", _("路远不便")
    OTHER = "other", _("其他")


class HomeVisit(models.Model):
    """上门服务: two of the unit's staff go where somebody lives. checked: points of the list that
    were done there. about: the case that was taken in on the spot."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="home_visit"
    )
    item = models.ForeignKey(ServiceItem, models.PROTECT, verbose_name=_("事项"))
    need = models.CharField(_("原因"), max_length=8, choices=Need)
    day = models.DateField(_("上门日期"), null=True)
    half = models.CharField(_("时段"), max_length=2, choices=Half, blank=True)
    missed = models.PositiveSmallIntegerField(default=0)
    checked = models.JSONField(default=list)
    outcome = models.CharField(_("办理情况"), max_length=300, blank=True)
    about = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="home_visits")


class Going(models.Model):
    """One of the two who go. Nobody can be at two homes in the same half day."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="going")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half)
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "day", "half"],
                name="going_to_one_home",
                condition=Q(live=True),
            )
        ]


class CompanyVisit(models.Model):
    """走访企业: somebody goes and listens. company: as it is called; uscc: its credit code."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="company_visit"
    )
    company = models.CharField(_("企业"), max_length=120)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    topic = models.CharField(_("走访内容"), max_length=120)
    day = models.DateField(_("走访日期"))
    visitors = models.CharField(_("走访人员"), max_length=120)
    said = models.TextField(_("走访记录"), blank=True)


class CompanyNeed(models.Model):
    """What a company asked for, given to the unit that can answer."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="company_need"
    )
    visit = models.ForeignKey(CompanyVisit, models.PROTECT, related_name="needs")
    words = models.CharField(_("诉求"), max_length=300)
    answer = models.TextField(_("答复"), blank=True)
    solved = models.BooleanField(_("已解决"), null=True)


class Help(models.Model):
    """帮办代办: a helper at the side of an applicant until the matter is done. done: what the
    helper did, line by line, stands in the events."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="help")
    item = models.ForeignKey(ServiceItem, models.PROTECT, null=True, verbose_name=_("事项"))
    wish = models.CharField(_("要帮办的事"), max_length=300)
    about = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="helps")


class Reflection(models.Model):
    """办不成事反映: something that could not be done, looked into by the bureau. cause: found."""

    class Cause(models.TextChoices):
        MATERIALS = "materials", _("材料不清楚或重复要")
        REFUSED = "refused", _("应受理未受理")
        SHUNTED = "shunted", _("推诿、来回跑")
        SLOW = "slow", _("拖延超期")
        SYSTEM = "system", _("系统故障")
        RULES = "rules", _("政策不允许")
        OTHER = "other", _("其他")

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="reflection"
    )
    words = models.CharField(_("没办成的事"), max_length=500)
    about = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="reflections")
    cause = models.CharField(_("原因"), max_length=10, choices=Cause, blank=True)
    answer = models.CharField(_("处理结果"), max_length=500, blank=True)


for _model in (HomeVisit, CompanyVisit, CompanyNeed, Help, Reflection):
    seen_through(_model, "matter")
