"""A town getting ready for the powers of a batch: five checks an item, confirmed by the bureau."""

from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, Opening, State, Step, posted, staying
from tongban.kernel.procedures.forms import ReasonForm, StepForm
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import wrong
from tongban.kernel.procedures.taking import Taking, take
from tongban.kernel.units.models import Unit

from .forms import DropForm, RecordForm
from .models import Check, DelegatedItem, DelegationBatch, Preparation
from .panels import preparation_panel

TOWN = (posted(Role.TOWN_CLERK), posted(Role.UNIT_ADMIN))
bureau = posted(Role.OPERATOR, anywhere=True)
ADMIT_READY = "delegation_admit_ready"


class BeginForm(StepForm):
    batch = forms.CharField(max_length=40)
    town = forms.CharField(max_length=16)


def begin_all(taking: Taking) -> None:
    """Each town of the batch gets its own preparation, with the step that issues the document."""
    for code in sorted(set(taking.detail.open_lines().values_list("town__code", flat=True))):
        data = {"batch": taking.matter.number, "town": code}
        taking.after_saving.append(partial(_begin, taking, data))


def _begin(taking: Taking, data: dict[str, Any]) -> None:
    key = f"prepare:{taking.matter.number}:{data['town']}"
    take(Preparing.begin, None, the_system(), data, key=key, at=taking.at)


def open_preparation(taking: Taking) -> Opening:
    batch = DelegationBatch.objects.filter(matter__number=taking.data["batch"]).first()
    town = Unit.objects.filter(code=taking.data["town"], kind=Unit.Kind.TOWN).first()
    if batch is None or town is None:
        raise wrong("batch", _("没有这个批次或镇街"))
    title = _("%(town)s承接%(batch)s") % {"town": town.short_name, "batch": batch.name}
    return Opening(unit=town, title=title, detail=Preparation(batch=batch))


def record(taking: Taking) -> None:
    lines = list(taking.data["lines"] or taking.detail.open_lines())
    for line in lines:
        line.checks = [c for c in Check.values if c in {*line.checks, *taking.data["checks"]}]
    DelegatedItem.objects.bulk_update(lines, ["checks"], batch_size=500)


def drop_chosen(taking: Taking) -> None:
    drop(taking.data["lines"], taking.data["reason"])
    if not taking.detail.open_lines().exists():
        raise wrong("lines", _("不能移出全部事项；整批不办请由政数局终止"))


def drop(lines: QuerySet[DelegatedItem], reason: str) -> None:
    lines.filter(in_force_on=None).update(dropped=reason[:200])


def not_ready(matter: Matter, actor: Actor) -> str:
    """Which checks are still open, and for how many items."""
    missing = dict.fromkeys(Check.values, 0)
    for checks in matter.detail.open_lines().values_list("checks", flat=True):
        for name in set(Check.values) - set(checks):
            missing[name] += 1
    words = [f"{Check(name).label} {count}" for name, count in missing.items() if count]
    if not words:
        return ""
    return _("还有检查项没有落实：%s；请先登记，接不住的事项请移出") % "、".join(words)


def note_ready(taking: Taking) -> None:
    taking.detail.open_lines().filter(ready_on=None).update(ready_on=taking.today)


class Preparing(Procedure):
    code, title = "preparation", gettext_lazy("镇街承接准备")
    detail, detail_name = Preparation, "preparation"
    related = ("preparation__batch",)
    panel = staticmethod(preparation_panel)
    panel_template = "delegation/preparation.html"

    preparing = State(gettext_lazy("准备"))
    verifying = State(gettext_lazy("待核验"))
    ready = State(gettext_lazy("已就绪"), final=True)

    begin = Step(
        gettext_lazy("开始准备"),
        NEW >> preparing,
        by=(THE_SYSTEM,),
        form=BeginForm,
        opens=open_preparation,
    )
    record = Step(
        gettext_lazy("登记落实情况"),
        staying(preparing),
        by=TOWN,
        form=RecordForm,
        effect=record,
        key="R",
    )
    drop = Step(
        gettext_lazy("接不住，移出"),
        staying(preparing, verifying),
        by=(*TOWN, bureau),
        form=DropForm,
        effect=drop_chosen,
        tone="danger",
    )
    submit = Step(
        gettext_lazy("提交核验"), preparing >> verifying, by=TOWN, guard=not_ready, key="S"
    )
    confirm = Step(
        gettext_lazy("核验通过"),
        verifying >> ready,
        by=(bureau,),
        guard=not_ready,
        effect=note_ready,
        after=(ADMIT_READY,),
        key="A",
    )
    send_back = Step(
        gettext_lazy("退回准备"),
        verifying >> preparing,
        by=(bureau,),
        form=ReasonForm,
        key="B",
    )
