"""The plan of a theme: its items, what waits for what; what it must satisfy, and what it gives.

A plan is the JSON that forms, imports and the ledger carry:
{name, audience, life_event, lead_unit, batch, rest, parts: [{code, after: [codes]}]}
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tongban.services.catalogue import joint
from tongban.services.catalogue.elements import Audience, LifeEvent, Rest
from tongban.services.catalogue.models import ServiceItem, Status, Theme, ThemeBatch

FEWEST, MOST = 1, 40
TEXTS = ("name", "audience", "life_event", "lead_unit", "batch", "rest")
Json = dict[str, Any]


@dataclass
class Plan:
    name: str = ""
    audience: str = ""
    life_event: str = ""
    lead_unit: str = ""
    batch: str = ""
    rest: str = ""
    parts: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Plans from before there was a choice, and files without the column."""
        self.rest = self.rest or Rest.DEPENDENTS.value

    @classmethod
    def of(cls, data: Any) -> "Plan":
        """From JSON of any shape: what does not fit is left out, and missed by `faults`."""
        data = data if isinstance(data, dict) else {}
        rows = data.get("parts") if isinstance(data.get("parts"), list) else []
        parts = {}
        for row in rows or []:
            if isinstance(row, dict) and isinstance(row.get("code"), str):
                after = row.get("after") if isinstance(row.get("after"), list) else []
                parts[row["code"]] = [str(code) for code in after or []]
        return cls(**{name: str(data.get(name) or "") for name in TEXTS}, parts=parts)

    @classmethod
    def of_theme(cls, theme: Theme) -> "Plan":
        rows = theme.parts.select_related("item")
        return cls(
            name=theme.name,
            audience=theme.audience,
            life_event=theme.life_event,
            lead_unit=theme.lead_unit.code if theme.lead_unit else "",
            batch=theme.batch.document_number if theme.batch else "",
            rest=theme.rest,
            parts={row.item.implementation_code: row.after for row in rows},
        )

    def as_json(self) -> Json:
        texts = {name: getattr(self, name) for name in TEXTS}
        rows = [{"code": code, "after": after} for code, after in self.parts.items()]
        return {**texts, "parts": rows}

    def items(self) -> dict[str, ServiceItem]:
        """In the order of the plan; unknown codes are left out."""
        found = ServiceItem.objects.filter(implementation_code__in=self.parts)
        by_code = {i.implementation_code: i for i in found.select_related("unit", "current")}
        return {code: by_code[code] for code in self.parts if code in by_code}

    def placed(self) -> list[joint.Placed]:
        """Raises joint.Circular."""
        return self.placing(self.items())

    def placing(self, items: dict[str, ServiceItem]) -> list[joint.Placed]:
        """The same, of items that have been read already."""
        return joint.place(part(item, self.parts[code]) for code, item in items.items())


def part(item: ServiceItem, after: list[str]) -> joint.Part:
    return joint.Part(item.implementation_code, item.name, item.promised_days or 0, tuple(after))


def faults(plan: Plan) -> list[str]:
    """Everything that forbids publishing, each with its cure."""
    found = []
    if not 2 <= len(plan.name) <= 120:
        found.append(_("请填写主题名称，2 到 120 个字"))
    if plan.audience not in Audience.values:
        found.append(_("请选择服务对象"))
    if plan.life_event not in LifeEvent.values:
        found.append(_("请选择主题分类"))
    if plan.rest not in Rest.values:
        found.append(_("请选择一项未办成时其余事项怎么办"))
    if plan.batch and not ThemeBatch.objects.filter(document_number=plan.batch).exists():
        found.append(_("没有批次文件“%s”，请先登记批次或留空") % plan.batch)
    if not FEWEST <= len(plan.parts) <= MOST:
        found.append(
            _("一个主题要有 %(least)d 到 %(most)d 个事项") % {"least": FEWEST, "most": MOST}
        )
    return found + _of_parts(plan)


def _of_parts(plan: Plan) -> list[str]:
    found, items = [], plan.items()
    for code, after in plan.parts.items():
        item = items.get(code)
        if item is None:
            found.append(_("没有实施编码 %s 的事项，请核对") % code)
        elif item.status != Status.PUBLISHED or not item.by_application:
            found.append(_("“%s”不是已发布的依申请事项，请换一个") % item.name)
        if lost := [c for c in after if c not in plan.parts]:
            found.append(
                _("%(code)s 要等的 %(lost)s 不在本主题里") % {"code": code, "lost": lost[0]}
            )
    units = {item.unit.code for item in items.values()}
    if plan.lead_unit not in units:
        found.append(_("牵头单位要是主题里有事项的单位"))
    try:
        plan.placing(items)
    except joint.Circular as circle:
        found.append(circular(circle))
    return found


def circular(circle: joint.Circular) -> str:
    return _("先后顺序绕成了圈：%s，请去掉其中一处等待") % circle
