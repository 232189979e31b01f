"""Examining a case: reviewers in the order of the item's road, checks on the spot, other units
asked, missing pieces that follow later, corrections that never come."""

from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.clock import Limit, published
from tongban.kernel.files.models import Upload
from tongban.kernel.people.actor import Actor, colleagues, the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.forms import DayInput, StepForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotNow, wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.kernel.units.models import Unit
from tongban.services.catalogue import posts
from tongban.services.consultation import asking

from . import roads
from .joint_review import JointReviewing, OpinionForm, Verdict
from .models import Case, Review, SiteCheck

LAW = "行政许可法"
DAYS_TO_CORRECT = 15  # working days, when none were told
MOST_PHOTOS = 20


class ReviewForm(OpinionForm):
    name = forms.ChoiceField(label=gettext_lazy("环节"), choices=())
    field_order = ("name", "agrees", "opinion")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = roads.own_reviews(self.matter.detail.version.steps) if self.matter else []
        field = self.fields["name"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in names]


class SiteCheckForm(StepForm):
    """photos: ids of uploads of the person who records the check."""

    shapes = {"photos": list[int]}
    second = forms.ModelChoiceField(
        label=gettext_lazy("另一名核查人员"),
        queryset=Account.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("请选择"),
        help_text=gettext_lazy("现场核查应当由两名以上工作人员进行（行政许可法 第三十四条）"),
    )
    on = forms.DateField(label=gettext_lazy("核查日期"), widget=DayInput())
    passed = Verdict(gettext_lazy("符合要求"), gettext_lazy("不符合要求"))
    found = forms.CharField(
        label=gettext_lazy("核查情况"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["second"]
        assert isinstance(field, forms.ModelChoiceField)
        if self.matter:
            field.queryset = colleagues(self.matter.unit_id, timezone.localdate())

    def clean_photos(self) -> list[int]:
        photos = self.cleaned_data.get("photos") or []
        good = isinstance(photos, list) and len(photos) <= MOST_PHOTOS
        if not good or not all(type(pk) is int and 0 < pk < 2**63 for pk in photos):
            raise forms.ValidationError(_("照片应为文件编号的列表，最多 %d 张") % MOST_PHOTOS)
        return photos


class ConsultForm(StepForm):
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("征求哪些单位的意见"),
        queryset=Unit.objects.filter(kind__in=(Unit.Kind.DEPARTMENT, Unit.Kind.TOWN)),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    question = forms.CharField(label=gettext_lazy("征求意见的内容"), max_length=300)
    days = forms.IntegerField(
        label=gettext_lazy("答复期限（工作日）"), min_value=1, max_value=10, initial=3
    )


class AcceptShortForm(StepForm):
    days = forms.IntegerField(
        label=gettext_lazy("补交期限（工作日）"), min_value=1, max_value=20, initial=5
    )


def none_to_review(matter: Matter, actor: Actor) -> str:
    """The road names no further review that this person could make now."""
    steps = matter.detail.version.steps
    if not roads.own_reviews(steps):
        return _("这个事项没有另外的审查环节")
    return "" if _ready(matter, actor, done_in(matter.detail)) else _("现在没有轮到您审的环节")


def _ready(matter: Matter, actor: Actor, done: set[str]) -> set[str]:
    posts = {post.role for post in actor.posts if post.unit_id == matter.unit_id}
    steps = matter.detail.version.steps
    return {name for post in posts for name in roads.open_now(steps, done, post)}


def note_review(taking: Taking) -> None:
    case, data, actor = taking.detail, taking.data, taking.actor
    done = done_in(case)
    ready = _ready(taking.matter, actor, done)
    if data["name"] in done:
        raise wrong("name", _("“%s”已经审过了") % data["name"])
    if data["name"] not in ready:
        raise wrong("name", _("“%s”还轮不到您：前面的环节没有办完，或由别的岗位审") % data["name"])
    review = Review(
        case=case,
        name=data["name"],
        reviewer=actor.code,
        agrees=data["agrees"] == "1",
        opinion=data["opinion"],
        at=taking.at,
    )
    case.further += 1
    taking.after_saving.append(review.save)


def none_elsewhere(matter: Matter, actor: Actor) -> str:
    """The road names no review by another unit that could be sent now."""
    return "" if _to_send(matter.detail) else _("现在没有要送其他单位审查的环节")


def _to_send(case: Case) -> roads.Steps:
    steps = case.version.steps
    if not any(posts.is_elsewhere(step["post"]) for step in steps):
        return []
    sent = set(case.joint_reviews.values_list("name", flat=True))
    return [s for s in roads.elsewhere_now(steps, done_in(case)) if s["name"] not in sent]


def send_elsewhere(taking: Taking) -> None:
    """Each review whose turn it is becomes a matter of the unit that makes it."""
    case, to_send = taking.detail, _to_send(taking.detail)
    units = set(Unit.objects.values_list("code", flat=True))
    for step in to_send:
        unit, post = posts.parted(step["post"])
        if unit not in units or post not in posts.REVIEWERS:
            told = {"name": step["name"], "post": step["post"]}
            raise NotNow(_("“%(name)s”的岗位“%(post)s”没有对应单位，请先改实施清单") % told)
        data = {"case": taking.matter.number, "unit": unit, "post": post, "name": step["name"]}
        data["days"] = max(step["days"], 1)
        key = f"review:{taking.matter.number}:{step['name']}"
        ask = partial(take, JointReviewing.ask, None, the_system(), data, key=key[:60])
        taking.after_saving.append(partial(ask, at=taking.at))
    case.further += len(to_send)
    taking.facts["sent"] = [step["name"] for step in to_send]


def note_joint_review(taking: Taking) -> None:
    """What another unit found becomes a review of the case."""
    case, number = taking.detail, taking.data["part"]
    asked = case.joint_reviews.filter(matter__number=number).select_related("matter").first()
    if asked is None or asked.agrees is None:
        raise wrong("part", _("没有这次联合审查的意见"))
    given = asked.matter.events.get(step=JointReviewing.give.name)
    review = Review(case=case, name=asked.name, reviewer=given.actor, at=given.at)
    review.agrees, review.opinion = asked.agrees, asked.opinion
    taking.after_saving.append(review.save)


def done_in(case: Case) -> set[str]:
    """Further steps of the road that have been made."""
    names = set(case.reviews.values_list("name", flat=True))
    if case.site_checks.exists():
        names |= set(roads.checks(case.version.steps))
    return names


def note_site_check(taking: Taking) -> None:
    data, actor = taking.data, taking.actor
    if data["second"].code == actor.code:
        raise wrong("second", _("请选择另一名核查人员，不能都是自己"))
    if data["on"] > taking.today:
        raise wrong("on", _("核查日期不能晚于今天"))
    own = Upload.objects.filter(account=actor.account_id or 0).select_related("file")
    photos = list(own.filter(pk__in=data["photos"]))
    if len(photos) < len(set(data["photos"])):
        raise wrong("photos", _("有照片没有找到，请重新上传"))
    digests = [upload.file.digest for upload in photos]
    taking.facts["photos"] = digests
    check = SiteCheck(
        case=taking.detail,
        officers=[actor.code, data["second"].code],
        on=data["on"],
        found=data["found"],
        passed=data["passed"] == "1",
    )

    def keep() -> None:
        check.save()
        check.photos.set(photos)

    taking.detail.further += 1
    taking.after_saving.append(keep)


def consult_units(taking: Taking) -> None:
    own = taking.matter.unit
    units = [unit for unit in taking.data["units"] if unit != own]
    if not units:
        raise wrong("units", _("请选择别的单位"))
    question, days = taking.data["question"], taking.data["days"]
    taking.detail.further += 1
    asking.ask(taking, {unit.code: [] for unit in units}, question, days)


def ready_to_decide(matter: Matter, actor: Actor) -> str:
    """Why it cannot be decided yet: opinions, reviews, a check on the spot, a missing piece."""
    case: Case = matter.detail
    if case.further and (waiting := asking.opinions_are_in(matter, actor)):
        return waiting
    if case.missing:
        return _("容缺的材料还没有补齐：%s") % "、".join(case.missing)
    if roads.left(case.version.steps, set()):  # most roads name nothing further
        missing = roads.left(case.version.steps, done_in(case))
        return _("还有环节没有办：%s") % "、".join(missing) if missing else ""
    return ""


def something_is_missing(matter: Matter, actor: Actor) -> str:
    return "" if matter.detail.missing else _("没有缺可容缺的材料，请直接受理")


def nothing_is_missing(matter: Matter, actor: Actor) -> str:
    names = matter.detail.missing
    return _("还缺可容缺的材料（%s），请用“容缺受理”") % "、".join(names) if names else ""


def note_missing(taking: Taking) -> None:
    """Told to the applicant: what is missing and until when."""
    case = taking.detail
    limit = Limit(taking.data["days"], f"{LAW} 第三十二条")
    case.missing_by = limit.ends(taking.today, published())
    told = {"missing": "、".join(case.missing), "until": case.missing_by.isoformat()}
    taking.facts["told"] = told


def still_missing(matter: Matter, actor: Actor) -> str:
    case = matter.detail
    return "" if case.missing and case.missing_by else _("没有要补交的材料")


def within_told(taking: Taking) -> Limit:
    """The time told for corrections; after it the case ends by itself."""
    return Limit(taking.detail.correct_days or DAYS_TO_CORRECT, f"{LAW} 第三十二条")
