"""How a theme comes and changes: drafted, the units of its items heard, reviewed, published."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.acting import unit_as
from tongban.kernel.people.actor import Actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import NEW, Opening, State, Step, posted, staying
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.guards import four_eyes
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.units.models import Unit
from tongban.services.catalogue import joint
from tongban.services.catalogue.models import Theme, ThemeBatch, ThemeItem
from tongban.services.consultation import asking

from .forms import PlanForm, ProposeForm
from .models import Kind, ThemeChange
from .panel import panel_of
from .plan import Plan, faults

bureau, leading = posted(Role.OPERATOR, anywhere=True), posted(Role.UNIT_ADMIN)
DAYS_TO_ANSWER = 5
LAW = "行政许可法 第二十六条、第四十二条"
BY_ANOTHER = four_eyes("proposed_by", gettext_lazy("自己起草的主题要由别人审核"))


def open_change(taking: Taking) -> Opening:
    data = taking.data
    theme = Theme.objects.filter(code=data["code"]).first()
    if data["kind"] == Kind.WITHDRAW and (theme is None or theme.withdrawn_on):
        raise wrong("code", _("没有正在发布的主题 %s") % data["code"])
    open_changes = ThemeChange.objects.filter(code=data["code"], matter__closed_at=None)
    if busy := open_changes.select_related("matter").first():
        raise wrong("code", _("这个主题已有正在办理的变更 %s，请先办完") % busy.matter.number)
    plan = Plan.of(data["plan"])
    change = ThemeChange(
        **{name: data[name] for name in ("code", "kind", "plan", "reason")},
        proposed_by=taking.actor.code,
    )
    name = plan.name or (theme.name if theme else "")
    kind = Kind(data["kind"]).label
    return Opening(
        unit=unit_as(taking.actor, Role.OPERATOR, Role.UNIT_ADMIN),
        title=f"{kind}主题：{name}"[:200],
        detail=change,
    )


def keep_plan(taking: Taking) -> None:
    taking.detail.plan = taking.data["plan"]


def ask_units(taking: Taking) -> None:
    """Every unit but the proposing one is asked about its own items and their place."""
    plan = _plan(taking.detail)
    placed = {one.part.code: one for one in plan.placed()}
    points: dict[str, asking.Points] = {}
    for code, item in plan.items().items():
        words = _("%(item)s，第 %(first)d 至 %(last)d 个工作日") % {
            "item": item.name,
            "first": placed[code].begins,
            "last": placed[code].ends,
        }
        points.setdefault(item.unit.code, []).append({"key": code, "title": words})
    points.pop(taking.matter.unit.code, None)
    question = _(
        "“%(name)s”一件事拟由这些事项联合办理，共 %(days)d 个工作日，可否按此先后和时限办理"
    ) % {
        "name": plan.name,
        "days": joint.limit(list(placed.values())),
    }
    asking.ask(taking, points, question, DAYS_TO_ANSWER)


def _plan(change: ThemeChange) -> Plan:
    """What the change is about: the plan, or the theme that goes."""
    if change.kind == Kind.WITHDRAW:
        return Plan.of_theme(Theme.objects.get(code=change.code))
    return Plan.of(change.plan)


def still_good(matter: Matter, actor: Actor) -> str:
    """Items may have changed since the draft: looked at again before it is published."""
    if matter.detail.kind == Kind.PUBLISH and (found := faults(Plan.of(matter.detail.plan))):
        return _("方案要先改正：%s") % found[0]
    return BY_ANOTHER(matter, actor)


def put_in_place(taking: Taking) -> None:
    change: ThemeChange = taking.detail
    if change.kind == Kind.WITHDRAW:
        Theme.objects.filter(code=change.code).update(withdrawn_on=taking.today)
        return
    place(change.code, Plan.of(change.plan), from_on=taking.today)


def place(code: str, plan: Plan, **more: Any) -> Theme:
    """The theme as the plan says; its parts replaced."""
    theme, _made = Theme.objects.update_or_create(
        code=code,
        defaults={
            "name": plan.name,
            "audience": plan.audience,
            "life_event": plan.life_event,
            "lead_unit": Unit.objects.get(code=plan.lead_unit),
            "batch": ThemeBatch.objects.filter(document_number=plan.batch).first(),
            "rest": plan.rest,
            "withdrawn_on": None,
            **more,
        },
    )
    theme.parts.all().delete()
    ThemeItem.objects.bulk_create(
        ThemeItem(theme=theme, item=item, position=position, after=plan.parts[part])
        for position, (part, item) in enumerate(plan.items().items(), start=1)
    )
    return theme


class ThemeChanging(Procedure):
    code, title = "theme_change", gettext_lazy("一件事主题变更")
    detail, detail_name = ThemeChange, "theme_change"
    panel = staticmethod(panel_of)
    panel_template = "themes/change.html"

    draft = State(gettext_lazy("草稿"))
    consulting = State(gettext_lazy("征求单位意见"))
    review = State(gettext_lazy("政数局审核"))
    published = State(gettext_lazy("已生效"), final=True)
    withdrawn = State(gettext_lazy("已撤回"), final=True, side=True)

    propose = Step(
        gettext_lazy("起草主题"),
        NEW >> draft,
        by=(bureau, leading),
        form=ProposeForm,
        opens=open_change,
        page="theme_new",
    )
    amend = Step(
        gettext_lazy("修改方案"),
        staying(draft),
        by=(bureau, leading),
        form=PlanForm,
        effect=keep_plan,
        page="theme_amend",
        key="E",
    )
    consult = Step(
        gettext_lazy("征求各单位意见"),
        draft >> consulting,
        by=(bureau, leading),
        effect=ask_units,
        key="C",
    )
    conclude = Step(
        gettext_lazy("提交审核"),
        consulting >> review,
        by=(bureau, leading),
        guard=asking.opinions_are_in,
        key="S",
    )
    publish = Step(
        gettext_lazy("审核通过并发布"),
        review >> published,
        by=(bureau,),
        guard=still_good,
        effect=put_in_place,
        law=LAW,
        key="A",
    )
    send_back = Step(
        gettext_lazy("退回修改"),
        (consulting | review) >> draft,
        by=(bureau, leading),
        form=ReasonForm,
        key="B",
    )
    withdraw = Step(
        gettext_lazy("撤回变更"),
        (draft | consulting | review) >> withdrawn,
        by=(bureau, leading),
        form=ReasonForm,
        tone="danger",
        key="W",
    )
