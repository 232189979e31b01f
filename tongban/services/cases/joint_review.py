"""Joint review 联合审查: a step of the road that a post of another unit makes.

A list names such a post by its unit, `WJ:approver`. When the step's turn has come the unit that
handles the case sends it; the other unit sees the application and its materials while it is asked,
and its opinion comes back as a review of the case. Silence is no consent here (unlike consulting):
the case cannot be decided without it.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.after import work
from tongban.kernel.procedures.clockwork import Limits, Start, Stop
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, Opening, State, Step, posted
from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.scope import SEES_UNIT
from tongban.kernel.procedures.taking import Taking, take
from tongban.kernel.units.models import Unit
from tongban.services.catalogue.posts import REVIEWERS

from .models import Case, JointReview
from .panel import facts_of, handed_in

LAW = "行政许可法 第二十六条、第三十四条"
DROP_REVIEWS = "drop_reviews"  # the case has ended without them


class AskForm(StepForm):
    case = forms.CharField(max_length=40)
    unit = forms.CharField(max_length=16)
    post = forms.ChoiceField(choices=[(role.value, role.label) for role in REVIEWERS])
    name = forms.CharField(max_length=40)
    days = forms.IntegerField(min_value=1, max_value=60)


class Verdict(forms.ChoiceField):
    """One of two conclusions: "1" for the good one, "0" for the other."""

    def __init__(self, good: Any, other: Any):
        choices = [("1", good), ("0", other)]
        super().__init__(label=gettext_lazy("结论"), choices=choices, widget=forms.RadioSelect)


class OpinionForm(StepForm):
    agrees = Verdict(gettext_lazy("同意"), gettext_lazy("不同意"))
    opinion = forms.CharField(
        label=gettext_lazy("审查意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


def open_review(taking: Taking) -> Opening:
    data = taking.data
    case = Case.objects.select_related("matter").filter(matter__number=data["case"]).first()
    unit = Unit.objects.filter(code=data["unit"]).first()
    if case is None or unit is None:
        raise wrong("case", _("没有这个办件或单位"))
    asked = {name: data[name] for name in ("name", "post", "days")}
    return Opening(
        unit=unit,
        title=f"{case.matter.title}：{data['name']}"[:200],
        detail=JointReview(case=case, **asked),
        part_of=case.matter,
    )


def keep_opinion(taking: Taking) -> None:
    taking.detail.agrees = taking.data["agrees"] == "1"
    taking.detail.opinion = taking.data["opinion"]


def in_its_post(matter: Matter, actor: Actor) -> str:
    post = matter.detail.post
    if actor.holds(post, matter.unit_id):
        return ""
    return _("这个环节由本单位的“%s”审查") % Role(post).label


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    review: JointReview = matter.detail
    lent = review.case if matter.is_open else None
    return {
        "review": review,
        "post": Role(review.post).label,
        "materials": list(handed_in(lent)) if lent else [],
        "facts": facts_of(lent) if lent else [],
    }


def is_lent(case: Case, actor: Actor) -> bool:
    """Whether the actor's unit is asked to review the case just now."""
    asked = case.joint_reviews.filter(matter__closed_at=None)
    return asked.filter(matter__unit__in=actor.units_as(*SEES_UNIT)).exists()


class JointReviewing(Procedure):
    code, title = "joint_review", gettext_lazy("联合审查")
    detail, detail_name = JointReview, "joint_review"
    related = ("joint_review__case__matter", "joint_review__case__version")
    panel = staticmethod(panel_of)
    panel_template = "cases/joint_review.html"

    waiting = State(gettext_lazy("待审查"))
    given = State(gettext_lazy("已审查"), final=True)
    dropped = State(gettext_lazy("不再审查"), final=True, side=True)

    ask = Step(
        gettext_lazy("送审"),
        NEW >> waiting,
        by=(THE_SYSTEM,),
        form=AskForm,
        opens=open_review,
        clock=Start(lambda taking: Limits(taking.detail.days, None), LAW),
        law=LAW,
    )
    give = Step(
        gettext_lazy("出具审查意见"),
        waiting >> given,
        by=tuple(posted(role) for role in REVIEWERS),
        form=OpinionForm,
        guard=in_its_post,
        effect=keep_opinion,
        clock=Stop(),
        law=LAW,
        key="V",
    )
    drop = Step(gettext_lazy("办件已结束"), waiting >> dropped, by=(THE_SYSTEM,), clock=Stop())


@work(DROP_REVIEWS)
def drop_reviews(matter: Matter, event: Event) -> None:
    asked = Matter.objects.filter(joint_review__case=matter.pk, closed_at=None)
    for review in asked:
        take(JointReviewing.drop, review, the_system(), key=f"drop:{review.number}")
