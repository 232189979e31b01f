"""The spreadsheet of the city's powers, in the columns of the reference file."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.files.spreadsheets import Table
from tongban.kernel.screens.sheets import Column, Fault, Row, Sheet, one_of, read_rows, text
from tongban.kernel.units.models import Unit

from .forms import TEXTS, Asked
from .models import Answer

POWERS = Sheet(
    "municipal_powers",
    gettext_lazy("市级权限"),
    (
        Column("code", gettext_lazy("编号"), text(16), required=True),
        Column("name", gettext_lazy("权限名称"), text(120), required=True),
        Column("municipal_unit", gettext_lazy("市级单位"), text(60), required=True),
        Column("district_unit", gettext_lazy("区单位"), text(60), required=True),
        Column("answer", gettext_lazy("答复"), one_of(Answer, empty="")),
        Column("reason", gettext_lazy("理由"), text(300)),
        Column("arrangements", gettext_lazy("管理体制优化安排"), text(2000)),
    ),
)


@dataclass
class Found:
    """powers: what the city asks. answers: what departments have said on paper to them, by code.
    requests: what the district asks for of itself."""

    powers: Asked = field(default_factory=list)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def found_in(table: Table) -> Found:
    rows, faults = read_rows(POWERS, table)
    found = Found(faults=faults)
    units = {
        name: unit.code
        for unit in Unit.objects.filter(kind=Unit.Kind.DEPARTMENT)
        for name in (unit.code, unit.name, unit.short_name)
    }
    seen: dict[str, int] = {}
    for number, values in rows:
        code, unit = values.get("code", ""), values.get("district_unit", "")
        if unit and unit not in units:
            told = _("“%s”不是本区部门的代码或名称，请看单位名录") % unit
            found.faults.append(Fault(number, "", told))
        elif first := seen.get(code):
            told = _("编号与第 %d 行相同，请改正") % first
            found.faults.append(Fault(number, "", told))
        elif values.get("answer") == Answer.DISAGREE and not values.get("reason"):
            found.faults.append(Fault(number, "", _("不同意承接要写明理由")))
        elif values.get("answer") == Answer.URGENT and not values.get("arrangements"):
            found.faults.append(Fault(number, "", _("迫切需要的权限要写明管理体制优化安排")))
        elif values:
            seen[code] = number
            _sort(found, {**values, "district_unit": units.get(unit, "")})
    return found


def _sort(found: Found, row: Row) -> None:
    answer = {n: row.get(n, "") for n in ("answer", "reason", "arrangements")}
    if answer["answer"] in (Answer.REQUEST, Answer.URGENT):
        texts = {n: row.get(n, "") for n in ("code", "name", "municipal_unit")}
        found.requests.append({**texts, **answer, "unit": row["district_unit"]})
        return
    found.powers.append({n: row.get(n, "") for n in TEXTS})
    if answer["answer"]:
        found.answers[row["code"]] = answer
