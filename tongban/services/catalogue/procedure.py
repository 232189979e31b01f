"""Changing implementation lists: draft → unit review → bureau review → in force.

The power and responsibility list is moved by the same procedure (权责清单动态管理).
"""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import the_system
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.after import work
from tongban.kernel.procedures.clockwork import until
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, State, Step, posted, staying
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.guards import four_eyes
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import Taking, take

from . import versions
from .drafting import amend_drafts, open_change
from .forms import LinesForm, ProposeForm
from .models import Change
from .panel import panel_of

EDITORS = (
    posted(Role.CLERK),
    posted(Role.UNIT_ADMIN),
    posted(Role.TOWN_CLERK),
    posted(Role.OPERATOR, anywhere=True),
)
head, bureau = posted(Role.UNIT_ADMIN), posted(Role.OPERATOR, anywhere=True)
RULES = "广东省权责清单管理办法"
PUT_IN_FORCE = "put_in_force"
BY_ANOTHER = four_eyes("proposed_by", gettext_lazy("自己提出的变更要由别人审核"))


def put_in_force(taking: Taking) -> None:
    change: Change = taking.detail
    if taking.today < change.effective_on:
        raise NotNow(_("%s 起生效，还没有到") % change.effective_on)
    versions.take_effect(change, taking.today)


class Publishing(Procedure):
    code, title = "item_change", gettext_lazy("事项变更")
    detail, detail_name = Change, "change"
    panel = staticmethod(panel_of)
    panel_template = "catalogue/change.html"

    draft = State(gettext_lazy("草稿"))
    unit_review = State(gettext_lazy("单位审核"))
    bureau_review = State(gettext_lazy("政数局审核"))
    approved = State(
        gettext_lazy("待生效"), within=until("effective_on", RULES), otherwise="take_effect"
    )
    published = State(gettext_lazy("已生效"), final=True)
    refused = State(gettext_lazy("不予通过"), final=True, side=True)
    withdrawn = State(gettext_lazy("已撤回"), final=True, side=True)

    propose = Step(
        gettext_lazy("起草变更"),
        NEW >> draft,
        by=EDITORS,
        form=ProposeForm,
        opens=open_change,
        page="items",
    )
    decide = Step(
        gettext_lazy("依另一决定变更"),
        NEW >> approved,
        by=(THE_SYSTEM,),
        form=ProposeForm,
        opens=open_change,
        after=(PUT_IN_FORCE,),
        law=RULES,
        hint=gettext_lazy("已由下放、收回等程序审核决定的变更，不再重复审核。"),
    )
    amend = Step(
        gettext_lazy("修改草稿"),
        staying(draft),
        by=EDITORS,
        form=LinesForm,
        effect=amend_drafts,
        page="change_lines",
        key="E",
    )
    submit = Step(gettext_lazy("提交单位审核"), draft >> unit_review, by=EDITORS, key="S")
    unit_approve = Step(
        gettext_lazy("单位审核通过"),
        unit_review >> bureau_review,
        by=(head,),
        guard=BY_ANOTHER,
        key="A",
    )
    approve = Step(
        gettext_lazy("审核通过"),
        bureau_review >> approved,
        by=(bureau,),
        guard=BY_ANOTHER,
        after=(PUT_IN_FORCE,),
        law=RULES,
        hint=gettext_lazy("到生效日期自动发布新版本，办理中的办件仍按原版本。"),
        key="A",
    )
    take_effect = Step(
        gettext_lazy("生效"),
        approved >> published,
        by=(THE_SYSTEM,),
        effect=put_in_force,
        after=("announce_powers",),
    )
    send_back = Step(
        gettext_lazy("退回修改"),
        (unit_review | bureau_review) >> draft,
        by=(head, bureau),
        form=ReasonForm,
        key="B",
    )
    refuse = Step(
        gettext_lazy("不予通过"),
        bureau_review >> refused,
        by=(bureau,),
        form=ReasonForm,
        tone="danger",
        key="R",
    )
    withdraw = Step(
        gettext_lazy("撤回变更"),
        (draft | unit_review | bureau_review | approved) >> withdrawn,
        by=EDITORS,
        form=ReasonForm,
        tone="danger",
        key="W",
    )


@work(PUT_IN_FORCE)
def take_effect_now(matter: Matter, event: object) -> None:
    """At once when the day has come; else the day itself brings it."""
    change = Change.objects.get(pk=matter.pk)
    if matter.state == "approved" and change.effective_on <= timezone.localdate():
        take(Publishing.take_effect, matter, the_system(), key=f"effect:{matter.number}")
