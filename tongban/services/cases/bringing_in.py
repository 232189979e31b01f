"""The spreadsheet of cases from before the platform: read, judged, brought in once."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.files.spreadsheets import Table
from tongban.kernel.people.actor import Actor, actor_of, the_system
from tongban.kernel.people.models import Applicant
from tongban.kernel.people.reception import MOBILE, fault_of_applicant
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.taking import CHINA, take
from tongban.kernel.screens.sheets import (
    BadCell,
    Column,
    Fault,
    Row,
    Sheet,
    one_of,
    read_rows,
    text,
    whole,
)
from tongban.kernel.trust import vault
from tongban.services.catalogue.importing import Importer, Told, can_import, telling
from tongban.services.catalogue.models import ImportRun, ServiceItem

from .history import old_number
from .models import Case, Channel
from .procedure import Handling

SHARE = 50  # rows between two tellings of progress
OPENS, CLOSES = time(9), time(17)  # the hours of a day of which the file gives only the date
RESULTS = {
    "准予": Handling.bring_in_granted,
    "不予": Handling.bring_in_refused,
    "撤回": Handling.bring_in_ended,
    "终止": Handling.bring_in_ended,
}


def day(value: str) -> date | None:
    """2021-03-04, 2021/3/4, 2021.3.4, 20210304, or what Excel keeps of a date."""
    if not value:
        return None
    plain = value.split("T")[0].split(" ")[0].replace("/", "-").replace(".", "-")
    if len(plain) == 8 and plain.isdecimal():
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    parts = plain.split("-")
    try:
        return date(*(int(part) for part in parts))
    except (ValueError, TypeError) as error:
        raise BadCell(_("“%s”不是日期，请写成 2021-03-04 的样子") % value) from error


def result(value: str) -> str:
    if value not in RESULTS:
        known = {"given": value, "known": "、".join(RESULTS)}
        raise BadCell(_("“%(given)s”不在可选值里，应为 %(known)s 之一") % known)
    return value


result.words = tuple(RESULTS)  # type: ignore[attr-defined]


def id_number(value: str) -> str:
    number = value.upper()
    if fault := fault_of_applicant(number):
        raise BadCell(fault)
    return number


def mobile(value: str) -> str:
    if value and not MOBILE.fullmatch(value):
        raise BadCell(_("请填 11 位手机号"))
    return value


HISTORY = Sheet(
    "cases",
    gettext_lazy("历史办件"),
    (
        Column("old_number", gettext_lazy("原编号"), text(40), required=True),
        Column("item", gettext_lazy("实施编码"), text(31), required=True),
        Column("applicant_name", gettext_lazy("申请人"), text(120), required=True),
        Column("applicant_id", gettext_lazy("证件号码"), id_number, required=True),
        Column("applicant_phone", gettext_lazy("手机号"), mobile),
        Column("channel", gettext_lazy("来件方式"), one_of(Channel, empty="counter")),
        Column("accepted_on", gettext_lazy("受理日期"), day, required=True),
        Column("ended_on", gettext_lazy("办结日期"), day, required=True),
        Column("promised_days", gettext_lazy("承诺办结时限"), whole),
        Column("statutory_days", gettext_lazy("法定办结时限"), whole),
        Column("result", gettext_lazy("办理结果"), result, required=True),
        Column("certificate_number", gettext_lazy("证照编号"), text(60)),
        Column("valid_until", gettext_lazy("有效期至"), day),
    ),
)


@dataclass
class Planned:
    """rows: to be brought in. same: already here by their old number."""

    rows: list[Row] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {"create": len(self.rows), "same": self.same}


def plan(run: ImportRun, table: Table, told: Told) -> Planned:
    """Three statements for the whole file."""
    rows, faults = read_rows(HISTORY, table)
    found, here = (
        Planned(faults=faults),
        {column.name: str(column.title) for column in HISTORY.columns},
    )
    own = _items(actor_of(run.account, timezone.localdate()), {v.get("item", "") for _n, v in rows})
    known = _names({v["applicant_id"] for _n, v in rows if "applicant_id" in v})
    olds = {
        old_number(own[v["item"]], v.get("old_number", ""))
        for _n, v in rows
        if v.get("item") in own
    }
    brought = set(Case.objects.filter(old_number__in=olds).values_list("old_number", flat=True))
    seen: dict[str, int] = {}
    faulty = {fault.row for fault in faults}
    for number, values in rows:
        if number % SHARE == 0:
            told(number)
        if number in faulty:
            continue
        wrong = _wrong(values, own, known)
        key = old_number(own.get(values["item"], ""), values["old_number"])
        if not wrong and key in seen:
            wrong = ("old_number", _("原编号与第 %d 行相同，请删去一行") % seen[key])
        seen.setdefault(key, number)
        if wrong:
            found.faults.append(Fault(number, here[wrong[0]], wrong[1]))
        elif key in brought:
            found.same += 1
        else:
            found.rows.append(values)
    return found


def _items(person: Actor, codes: set[str]) -> dict[str, str]:
    """Unit codes by item, of the items the person may bring in cases for."""
    rows = ServiceItem.objects.filter(implementation_code__in=codes, current__isnull=False)
    if Role.OPERATOR not in person.roles:
        rows = rows.filter(unit__in=person.units_as(Role.CLERK, Role.UNIT_ADMIN, Role.TOWN_CLERK))
    return dict(rows.values_list("implementation_code", "unit__code"))


def _names(numbers: set[str]) -> dict[str, str]:
    """Names that are already kept, by ID number."""
    indexes = {vault.index("id", number): number for number in numbers}
    found = Applicant.objects.filter(id_index__in=list(indexes))
    return {indexes[bytes(person.id_index or b"")]: person.name for person in found}


def _wrong(values: Row, own: dict[str, str], known: dict[str, str]) -> tuple[str, str] | None:
    """Column and message of the first thing that cannot be."""
    name = known.setdefault(values["applicant_id"], values["applicant_name"])
    if values["item"] not in own:
        return "item", _("没有这个事项，或不是本单位的事项，请对照事项目录")
    if values["ended_on"] < values["accepted_on"]:
        return "ended_on", _("办结日期早于受理日期，请改正")
    if values["ended_on"] > timezone.localdate():
        return "ended_on", _("办结日期还没有到；没有办结的请在平台上办理")
    if name != values["applicant_name"]:
        return "applicant_name", _("这个证件号码登记的是别的名字，请对照证件核对")
    return None


def carry(run: ImportRun, found: Planned, why: dict[str, Any], by: Actor) -> None:
    """Row by row, each whole: what was brought in before a stop is known the next time."""
    told = telling(run)
    for place, row in enumerate(found.rows, start=1):
        bring_in(row, by)
        if place % SHARE == 0 or place == len(found.rows):
            told(place)


@transaction.atomic
def bring_in(row: Row, by: Actor) -> str:
    """Returns the number it has here."""
    key = f"history:{row['item']}:{row['old_number']}"[:78]
    began = datetime.combine(row["accepted_on"], OPENS, CHINA)
    ended = datetime.combine(row["ended_on"], CLOSES, CHINA)
    data = {**{n: v for n, v in row.items() if v is not None}, "by": by.code}
    event = take(Handling.bring_in, None, the_system(), data, key=key, at=began)
    number = event.matter.number
    take(RESULTS[row["result"]], number, the_system(), key=f"{key}.", at=ended)
    return number


class Confirm(forms.Form):
    """Nothing more is asked."""


can_import(
    Importer(
        sheet=HISTORY,
        plan=plan,
        carry=carry,
        counted={"create": gettext_lazy("要补录的办件"), "same": gettext_lazy("已经补录过")},
        act=gettext_lazy("补录办件"),
        why=Confirm,
        ends=ImportRun.Phase.DONE,
    )
)
