"""The campaign of 2022 that cut limits and visits: changes taken through the real procedure.

Each unit proposes for its licences, its head and the bureau pass it, and on the day the new
versions are in force. What the figures say follows from these versions.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.taking import take
from tongban.services.catalogue.elements import Commitment, ItemKind, OnlineDepth
from tongban.services.catalogue.models import ServiceItem, Status
from tongban.services.catalogue.procedure import Publishing

from .people import Staff

IN_FORCE = date(2022, 11, 1)
BACK_IN_PERSON = date(2022, 12, 20)
FACE_TO_FACE = 5  # services for which the rules of the year's end ask for presence again
LEAD = timedelta(days=22)
STEP = timedelta(hours=26)
QUICKER = "落实“减时限、减跑动、即来即办”要求"
LAW = "国务院关于加快推进政务服务标准化规范化便利化的指导意见（国发〔2022〕5号）"
SLOW = ("环境影响评价审批-报告书", "危险化学品建设项目安全条件审查", "非煤矿山安全生产许可")
SLOW_ALSO = ("食品生产许可-新办", "药品零售许可-新办", "取水许可-新办", "食品经营许可-新办")
SLOWER = ("医疗机构执业登记-设置审批", "道路旅客运输经营许可-新办")
KEEPS_PROMISE = (*SLOW, *SLOW_ALSO, *SLOWER)
ON_THE_SPOT = ("注销", "补证", "变更", "补发", "换发")
IN_PERSON = 6  # licences that stay short of fully online


def load(staff: Staff) -> int:
    """Returns how many lists got a new version."""
    licences = list(
        ServiceItem.objects.filter(kind=ItemKind.LICENCE, status=Status.PUBLISHED)
        .select_related("unit")
        .order_by("implementation_code")
    )
    short = [item for item in licences if item.online_depth != OnlineDepth.FOUR]
    stays = {item.pk for item in short[:IN_PERSON]}
    lines: dict[str, dict[str, Any]] = {}
    for item in licences:
        if elements := _better(item, stays=item.pk in stays):
            of_unit = lines.setdefault(item.unit.code, {})
            of_unit[item.implementation_code] = {"elements": elements}
    for unit, of_unit in lines.items():
        _walk(unit, of_unit, QUICKER, IN_FORCE, staff)
    _presence_again(staff)
    return sum(len(of_unit) for of_unit in lines.values())


def _presence_again(staff: Staff) -> None:
    """Why the report's online share falls between its first section and the end of the period."""
    services = ServiceItem.objects.filter(kind=ItemKind.PUBLIC_SERVICE, unit__code="RS")
    elements = {"online_depth": OnlineDepth.ONE.value, "visits": 1}
    codes = services.order_by("implementation_code").values_list("implementation_code", flat=True)
    lines = {code: {"elements": elements} for code in codes[:FACE_TO_FACE]}
    _walk("RS", lines, "领取待遇的资格要当面核验", BACK_IN_PERSON, staff)


def _better(item: ServiceItem, *, stays: bool) -> dict[str, Any]:
    wanted: dict[str, Any] = {"visits": 0}
    if not stays:
        wanted["online_depth"] = OnlineDepth.FOUR.value
    if not item.name.startswith(KEEPS_PROMISE):
        wanted["commitment"] = Commitment.INSTANT.value
        wanted["promised_days"] = 0 if item.name.endswith(ON_THE_SPOT) else 1
    return {name: value for name, value in wanted.items() if getattr(item, name) != value}


def _walk(unit: str, lines: dict[str, Any], reason: str, on: date, staff: Staff) -> None:
    proposer, head = staff["zhou"], staff.head(unit)
    data = {
        "kind": "adjust",
        "reason": reason,
        "legal_basis": LAW,
        "effective_on": on,
        "lines": lines,
    }
    noon = datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC)
    at, key = noon - LEAD, f"{on}:{unit}"
    matter = take(Publishing.propose, None, proposer, data, key=key, at=at).matter
    for step, actor in (
        (Publishing.submit, proposer),
        (Publishing.unit_approve, head),
        (Publishing.approve, staff["zhao"]),
    ):
        at += STEP
        take(step, matter, actor, key=f"{key}:{step.name}", at=at)
    take(Publishing.take_effect, matter, the_system(), key=f"effect:{matter.number}", at=noon)
