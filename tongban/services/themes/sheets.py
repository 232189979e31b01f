"""The spreadsheet of themes by batch: one row an item, checked as a whole before anything is
drafted."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.files.spreadsheets import Table
from tongban.kernel.screens.sheets import Column, Fault, Row, Sheet, one_of, read_rows, text, whole
from tongban.services.catalogue import joint
from tongban.services.catalogue.elements import Audience, LifeEvent, Rest
from tongban.services.catalogue.models import Theme

from .plan import TEXTS, Plan, faults

THEMES = Sheet(
    "themes",
    gettext_lazy("一件事主题"),
    (
        Column("theme_code", gettext_lazy("主题编号"), text(16), required=True),
        Column("name", gettext_lazy("主题名称"), text(120)),
        Column("audience", gettext_lazy("服务对象"), one_of(Audience, empty="")),
        Column("life_event", gettext_lazy("主题分类"), one_of(LifeEvent, empty="")),
        Column("lead_unit", gettext_lazy("牵头单位"), text(16)),
        Column("batch", gettext_lazy("批次文号"), text(60)),
        Column("rest", gettext_lazy("一项未办成时"), one_of(Rest, empty="")),
        Column("position", gettext_lazy("顺序"), whole),
        Column("implementation_code", gettext_lazy("实施编码"), text(31), required=True),
        Column("order", gettext_lazy("先后"), text(10)),
        Column("after", gettext_lazy("要等的实施编码"), text(400)),
    ),
)


@dataclass
class Found:
    plans: dict[str, Plan] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def found_in(table: Table) -> Found:
    """One plan a theme. `after` names codes; without it `order` serial|parallel is understood.
    A file that says nothing of the rest leaves the rule that a theme has."""
    rows, bad = read_rows(THEMES, table)
    rules = dict(Theme.objects.values_list("code", "rest"))
    found = Found(faults=bad)
    grouped: dict[str, list[tuple[int, Row]]] = {}
    for number, values in rows:
        if values.get("theme_code") and values.get("implementation_code"):
            grouped.setdefault(values["theme_code"], []).append((number, values))
    for code, of_theme in grouped.items():
        plan = found.plans[code] = _plan(of_theme, rules.get(code, ""))
        first = of_theme[0][0]
        if len(plan.parts) < len(of_theme):
            found.faults.append(Fault(first, "", _("主题 %s 里有事项列了两次") % code))
        found.faults += [Fault(first, "", f"{code}: {told}") for told in faults(plan)]
    return found


def _plan(rows: list[tuple[int, Row]], rule: str) -> Plan:
    ordered = sorted(rows, key=lambda row: (row[1].get("position") or 0, row[0]))
    waits = joint.waits((v["implementation_code"], _order(v)) for _, v in ordered)
    texts = {name: next((v[name] for _, v in ordered if v.get(name)), "") for name in TEXTS}
    parts = {
        v["implementation_code"]: v["after"].split()
        if v.get("after")
        else list(waits[v["implementation_code"]])
        for _, v in ordered
    }
    return Plan(**{**texts, "rest": texts["rest"] or rule}, parts=parts)


def _order(values: Row) -> str:
    order = str(values.get("order", ""))
    return {"串联": "serial", "并联": "parallel"}.get(order, order)
