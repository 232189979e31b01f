"""Facts of a case 办件 beside its matter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.kernel.files.models import Upload
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import seen_through
from tongban.kernel.units.models import Unit
from tongban.services.catalogue.models import ImplementationList, Material, ServiceItem, Theme
from tongban.services.certificates.models import Certificate


class Channel(models.TextChoices):
    ONLINE = "online", _("网上")
    COUNTER = "counter", _("窗口")
    AGENT = "agent", _("代办")
    POST = "post", _("邮寄")
    KIOSK = "kiosk", _("自助机")


class Keeping(models.TextChoices):
    """How long a file is kept (归档文件整理规则 DA/T 22)."""

    TEN = "10", _("10 年")
    THIRTY = "30", _("30 年")
    FOR_EVER = "forever", _("永久")


class Case(models.Model):
    """An application for an item, under the version and the days that applied when it was made.

    facts: key of a form field → what was filled in, without what is personal. missing: required
    pieces that may follow later (容缺) and have not come. further: how many
    reviews, checks on the spot and consultations it has, so that pages need not look for none.
    checked: material → what is wrong with it, empty when nothing is. paper_with: who holds what
    was handed in on paper. old_number: of a case from before the platform, behind the code of
    its unit.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="case")
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="cases")
    version = models.ForeignKey(ImplementationList, models.PROTECT, related_name="cases")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE)
    subject = models.CharField(_("经营者名称"), max_length=120, blank=True)
    address = models.CharField(_("经营场所"), max_length=200, blank=True)
    town = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    promised_days = models.PositiveSmallIntegerField(null=True)
    statutory_days = models.PositiveSmallIntegerField(null=True)
    asked_for_corrections = models.BooleanField(default=False)
    corrections = models.TextField(blank=True)
    extended = models.BooleanField(default=False)
    certificate_number = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True)
    urgent = models.BooleanField(_("加急"), default=False)
    correct_days = models.PositiveSmallIntegerField(_("补正期限（工作日）"), default=0)
    missing = models.JSONField(_("容缺材料"), default=list)
    missing_by = models.DateField(_("容缺材料补交期限"), null=True)
    further = models.PositiveSmallIntegerField(default=0)
    delivered_on = models.DateField(_("送达日期"), null=True)
    waybill = models.CharField(_("运单号"), max_length=20, blank=True)
    sent_to = models.CharField(_("转报单位"), max_length=60, blank=True)
    pre_reviewed = models.BooleanField(_("已预审"), default=False)
    fee = models.DecimalField(_("应缴金额（元）"), max_digits=10, decimal_places=2, null=True)
    fee_days = models.PositiveSmallIntegerField(_("缴费期限（工作日）"), default=0)
    checked = models.JSONField(_("材料核对"), default=dict)
    paper_with = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="papers_held"
    )
    paper_at = models.DateTimeField(_("接收时间"), null=True)
    paper_place = models.CharField(_("存放处"), max_length=40, blank=True)
    archive_number = models.CharField(_("档号"), max_length=40, blank=True, editable=False)
    old_number = models.CharField(_("原编号"), max_length=60, blank=True, editable=False)
    fee_receipt = models.CharField(_("缴费票据号"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["old_number"],
                name="old_number_once",
                condition=~models.Q(old_number=""),
            )
        ]


class CaseMaterial(models.Model):
    """A material as handed in; a newer one replaces it and both stay. certificate: the electronic
    certificate that stands in for it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="+")
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Review(models.Model):
    """The opinion of one reviewer: one for each further step that the item's road names."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reviews")
    name = models.CharField(_("环节"), max_length=40)
    reviewer = models.CharField(max_length=12)
    agrees = models.BooleanField(_("同意"))
    opinion = models.TextField(_("审查意见"))
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "name"], name="review_once")]


class JointReview(models.Model):
    """A review of the road that a post of another unit makes. agrees: None until it has."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="joint_review"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="joint_reviews")
    name = models.CharField(_("环节"), max_length=40)
    post = models.CharField(_("岗位"), max_length=20)
    days = models.PositiveSmallIntegerField(_("期限（工作日）"))
    agrees = models.BooleanField(_("同意"), null=True)
    opinion = models.TextField(_("审查意见"), blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "name"], name="joint_review_once")]


class SiteCheck(models.Model):
    """A check on the spot by two officers (行政许可法 第三十四条第三款)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="site_checks")
    officers = models.JSONField(_("核查人员"), default=list)
    on = models.DateField(_("核查日期"))
    found = models.TextField(_("核查情况"))
    passed = models.BooleanField(_("符合要求"))
    photos = models.ManyToManyField(Upload, related_name="+")

    class Meta:
        ordering = ["id"]


class Draft(models.Model):
    """An application being filled in, for an item or for a theme as one thing: kept until it is
    sent, on any device."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="drafts")
    item = models.ForeignKey(ServiceItem, models.CASCADE, null=True, related_name="+")
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    fields = models.JSONField(default=dict)
    uploads = models.JSONField(default=dict)
    consent = models.BooleanField(default=False)
    key = models.CharField(max_length=40)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "item"], name="draft_once"),
            models.UniqueConstraint(fields=["account", "theme"], name="draft_of_theme_once"),
        ]


seen_through(Case, "matter")
seen_through(JointReview, "matter")
seen_through(CaseMaterial, "case__matter")
