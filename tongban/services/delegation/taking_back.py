"""Taking powers back from towns 收回: proposed, the towns and departments heard, decided."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.people.acting import unit_as
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.clockwork import until
from tongban.kernel.procedures.declare import NEW, THE_SYSTEM, Opening, State, Step, posted
from tongban.kernel.procedures.forms import ReasonForm
from tongban.kernel.procedures.procedure import Procedure
from tongban.kernel.procedures.refusals import NotNow, wrong
from tongban.kernel.procedures.taking import Taking
from tongban.services.catalogue.models import ChangeKind
from tongban.services.consultation import asking

from . import batches
from .forms import TakeBackForm
from .models import DelegatedItem, TakingBack
from .panels import taking_back_panel

bureau, leader = posted(Role.OPERATOR, anywhere=True), posted(Role.LEADER, anywhere=True)
LAW = "行政处罚法 第二十四条"


def open_taking_back(taking: Taking) -> Opening:
    data = taking.data
    if data["effective_on"] < taking.today:
        raise wrong("effective_on", _("收回日期不能早于今天"))
    rows = DelegatedItem.objects.select_for_update(of=("self",), no_key=True).filter(
        town_item__implementation_code__in=data["lines"],
        in_force_on__isnull=False,
        taken_back_on=None,
    )
    lines = list(rows.select_related("item__unit", "town", "town_item"))
    if len(lines) < len(data["lines"]):
        found = {line.town_item.implementation_code for line in lines if line.town_item}
        raise wrong(
            "lines", _("镇街事项 %s 不在实施中，请核对编码") % min(set(data["lines"]) - found)
        )
    if busy := next((line for line in lines if line.taking_back_id), None):
        raise wrong("lines", _("“%s”正在办理收回，请等它办完") % busy.item.name)
    detail = TakingBack(**{name: data[name] for name in ("reason", "legal_basis", "effective_on")})

    def keep() -> None:
        chosen = DelegatedItem.objects.filter(pk__in=[line.pk for line in lines])
        chosen.update(taking_back=detail)

    taking.after_saving.append(keep)
    asking.ask(
        taking,
        _asked(lines),
        _("拟收回下列事项：%s") % data["reason"][:200],
        batches.DAYS_TO_ANSWER,
    )
    title = _("收回：%(first)s 等 %(count)d 项") % {
        "first": lines[0].item.name,
        "count": len(lines),
    }
    return Opening(unit=unit_as(taking.actor, Role.OPERATOR), title=title[:200], detail=detail)


def _asked(lines: list[DelegatedItem]) -> dict[str, asking.Points]:
    """Both sides are heard: the town that has the power and the department that gave it."""
    found: dict[str, asking.Points] = {}
    for line in lines:
        assert line.town_item is not None
        point = {"key": line.town_item.implementation_code, "title": str(line)}
        for unit in (line.town, line.item.unit):
            found.setdefault(unit.code, []).append(point)
    return found


def let_go(taking: Taking) -> None:
    taking.detail.lines.update(taking_back=None)


def end_town_lists(taking: Taking) -> None:
    """The towns' lists are abolished; cases already running keep their version."""
    if taking.today < taking.detail.effective_on:
        raise NotNow(_("%s 起收回，还没有到") % taking.detail.effective_on)
    towns: dict[int, list[str]] = {}
    for line in taking.detail.lines.select_related("town_item"):
        towns.setdefault(line.town_id, []).append(line.town_item.implementation_code)
    why = {"reason": taking.detail.reason, "legal_basis": taking.detail.legal_basis}
    for codes in towns.values():
        change = {**why, "kind": ChangeKind.ABOLISH.value, "lines": {code: {} for code in codes}}
        taking.after_saving.append(partial(batches.decide, taking, change))
    taking.detail.lines.update(taken_back_on=taking.today)


class Recovering(Procedure):
    code, title = "take_back", gettext_lazy("收回事项")
    detail, detail_name = TakingBack, "taking_back"
    panel = staticmethod(taking_back_panel)
    panel_template = "delegation/taking_back.html"

    consulting = State(gettext_lazy("征求意见"))
    decided = State(
        gettext_lazy("待收回"), within=until("effective_on", LAW), otherwise="take_back"
    )
    taken_back = State(gettext_lazy("已收回"), final=True)
    kept = State(gettext_lazy("不收回"), final=True, side=True)

    propose = Step(
        gettext_lazy("提出收回"),
        NEW >> consulting,
        by=(bureau,),
        form=TakeBackForm,
        opens=open_taking_back,
        page="delegated_use",
    )
    decide = Step(
        gettext_lazy("决定收回"),
        consulting >> decided,
        by=(leader,),
        guard=asking.opinions_are_in,
        law=LAW,
        key="A",
    )
    keep = Step(
        gettext_lazy("不收回"),
        consulting >> kept,
        by=(leader, bureau),
        form=ReasonForm,
        effect=let_go,
        key="N",
    )
    take_back = Step(
        gettext_lazy("收回生效"),
        decided >> taken_back,
        by=(THE_SYSTEM,),
        effect=end_town_lists,
        law=LAW,
    )
