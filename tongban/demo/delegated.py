"""The three batches of 2022 by which powers went to towns, walked through the real procedures, and
what the towns have reported since."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product

from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.services.catalogue.elements import ItemKind
from tongban.services.catalogue.models import ServiceItem
from tongban.services.consultation.procedure import Consulting
from tongban.services.delegation.after_care import Reporting
from tongban.services.delegation.models import Check, DelegatedItem
from tongban.services.delegation.preparing import Preparing
from tongban.services.delegation.procedure import Delegating

from .people import Staff
from .rows import rows

DELEGATED = 1216  # what the district's report of 2022 counts
ENFORCING = ("CG", "ST", "SC", "ZJ", "JT")
TOWNS = ("T1", "T2", "T3", "T4", "T5", "T6")
LAW = "行政处罚法 第二十四条"
LEAD = timedelta(days=40)  # from the first draft to the effective day
STEP = timedelta(days=3)
REPORTS = ("2025Q4", "2026Q1", "2026Q2", "2026Q3")
Line = dict[str, str]


def load(staff: Staff) -> int:
    """Returns how many powers are with towns."""
    batches = _batches()
    for name, lines in batches.items():
        _walk(name, lines, staff)
    _report(staff)
    return sum(len(lines) for lines in batches.values())


def _batches() -> dict[str, list[Line]]:
    """The lines of the reference, and as many like them as the report counts."""
    batches: dict[str, list[Line]] = {}
    for row in rows("delegations"):
        batches.setdefault(row["batch"], []).append(row)
    given = {(r["implementation_code"], r["to_town"]) for of in batches.values() for r in of}
    more = (pair for pair in _like_them() if pair not in given)
    missing = DELEGATED - len(given)
    for number, lines in enumerate(batches.values()):
        of_this = missing * (number + 1) // len(batches) - missing * number // len(batches)
        for code, town in islice(more, of_this):
            lines.append({**lines[0], "implementation_code": code, "to_town": town})
    return batches


def _like_them() -> Iterator[tuple[str, str]]:
    items = ServiceItem.objects.filter(unit__code__in=ENFORCING)
    kinds = (ItemKind.PENALTY, ItemKind.INSPECTION)
    codes = items.filter(kind__in=kinds).order_by("basic_code", "implementation_code")
    return product(codes.values_list("implementation_code", flat=True), TOWNS)


def _walk(name: str, lines: list[Line], staff: Staff) -> None:
    effective = date.fromisoformat(lines[0]["effective_date"])
    noon = datetime(effective.year, effective.month, effective.day, 4, tzinfo=UTC)
    bureau, second, at = staff["zhou"], staff["zhao"], noon - LEAD
    about = {"name": name, "kind": lines[0]["kind"], "legal_basis": LAW}
    data = {**about, "effective_on": effective, "lines": lines}
    batch = take(Delegating.prepare, None, bureau, data, key=f"demo:{name}", at=at).matter
    steps: list[tuple[str, Actor, dict[str, object]]] = [
        ("consult", bureau, {}),
        ("conclude", bureau, {}),
        ("pass_review", second, {"opinion": "事项、层级和程序合法"}),
        (
            "issue",
            staff["leader"],
            {"document_number": lines[0]["document_number"], "effective_on": effective},
        ),
    ]
    for step, actor, given in steps:
        at += STEP
        take(Delegating.steps[step], batch, actor, given, key=f"demo:{name}:{step}", at=at)
        if step == "consult":
            _answer(batch, staff, at + STEP / 2)
    _get_ready(batch, staff, at)
    take(Delegating.come_into_force, batch, the_system(), key=f"demo:{name}:effect", at=noon)
    take(Delegating.settle, batch, bureau, key=f"demo:{name}:settle", at=noon + STEP)


def _answer(batch: Matter, staff: Staff, at: datetime) -> None:
    for asked in Matter.objects.filter(consultation__about=batch).select_related("unit"):
        head = staff.head(asked.unit.code)
        take(Consulting.answer, asked, head, {"answer": "agree"}, key=f"demo:{asked.pk}", at=at)


def _get_ready(batch: Matter, staff: Staff, at: datetime) -> None:
    found = Matter.objects.filter(preparation__batch=batch.pk).select_related("unit")
    for matter in found.order_by("pk"):
        town, when = staff.head(matter.unit.code), at
        for step, actor, data in (
            (Preparing.record, town, {"checks": [Check.PEOPLE, Check.ACCOUNT, Check.SEAL]}),
            (Preparing.record, town, {"checks": [Check.TRAINING, Check.SUPERVISION]}),
            (Preparing.submit, town, {}),
            (Preparing.confirm, staff["zhou"], {}),
        ):
            when += STEP
            key = f"demo:{matter.pk}:{when:%m%d}"
            take(step, matter, actor, data, key=key, at=when)


def _report(staff: Staff) -> None:
    """Four quarters of every town: most powers are used and stand, some are idle or reversed."""
    source = random.Random("after-care")  # noqa: S311 - demonstration
    for town in TOWNS:
        lines = DelegatedItem.objects.filter(town__code=town, taken_back_on=None)
        codes = list(lines.order_by("pk").values_list("town_item__implementation_code", flat=True))
        habits = {code: source.random() for code in codes}
        for quarter in REPORTS:
            numbers = {code: _used(habit, source) for code, habit in habits.items()}
            year, place = int(quarter[:4]), int(quarter[-1])
            at = datetime(year + place // 4, place % 4 * 3 + 1, 8, 2, tzinfo=UTC)
            data = {"quarter": quarter, "rows": numbers}
            key = f"demo:{town}:{quarter}"
            take(Reporting.report, None, staff.head(town), data, key=key, at=at)


def _used(habit: float, source: random.Random) -> list[int]:
    if habit < 0.02:
        return [0, 0, 0]
    cases = source.randrange(1, 12)
    badly = habit > 0.99
    return [cases, min(cases // 4, 2) if badly else 0, 0]
