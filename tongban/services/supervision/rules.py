"""The rules that are watched: each says its law, and finds its breaches by one query.

The core refuses most of them where a case moves here; they are watched all the same, because
cases also come from departments' own systems and from imports.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.kernel.ledger.models import Event
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.services.cases.models import CaseMaterial
from tongban.services.cases.procedure import Handling
from tongban.services.seals.models import SealedDocument

ACCEPTED = ("accept", "accept_short", "deem_accepted")
DECIDED = ("grant", "refuse")
PAPER_HOURS = 24  # in which the paper of a step must have been made
FINAL = [state.name for state in Handling.states.values() if state.final]


@dataclass(frozen=True)
class Breach:
    """event: number of the step that broke the rule, 0 where none did."""

    matter_id: int
    event: int
    evidence: dict[str, str]


Finder = Callable[[datetime], Iterator[Breach]]


@dataclass(frozen=True)
class Rule:
    key: str
    title: Any
    law: str
    find: Finder


def _overdue(now: datetime) -> Iterator[Breach]:
    today = timezone.localdate(now)
    late = Q(closed_at=None, paused_since=None, ended_on=None, due_on__lt=today)
    rows = Matter.objects.filter(late | Q(ended_on__gt=F("due_on")), kind=Handling.code)
    rows = rows.filter(case__old_number="")  # what was late before the platform is history
    for pk, due, ended in rows.values_list("pk", "due_on", "ended_on"):
        yield Breach(pk, 0, {"due_on": str(due), "ended_on": str(ended or "")})


def _no_answer(now: datetime) -> Iterator[Breach]:
    for event in _events("deem_accepted"):
        yield Breach(event.matter_id, event.seq, {"at": _at(event)})


def _corrections_twice(now: datetime) -> Iterator[Breach]:
    asked = _events("request_corrections").values("matter")
    for row in asked.annotate(n=Count("pk")).filter(n__gt=1):
        yield Breach(row["matter"], 0, {"times": str(row["n"])})


def _pause_without_paper(now: datetime) -> Iterator[Breach]:
    made = SealedDocument.objects.filter(event=OuterRef("pk"), file__isnull=False)
    old = _events("pause").filter(at__lt=now - timedelta(hours=PAPER_HOURS))
    for event in old.filter(~Exists(made)):
        yield Breach(event.matter_id, event.seq, {"at": _at(event)})


def _decided_before_accepted(now: datetime) -> Iterator[Breach]:
    before = Event.objects.filter(
        matter=OuterRef("matter"), step__in=ACCEPTED, seq__lt=OuterRef("seq")
    )
    for event in _events(*DECIDED).filter(~Exists(before)):
        yield Breach(event.matter_id, event.seq, {"at": _at(event), "step": event.step})


def _reopened(now: datetime) -> Iterator[Breach]:
    rows = Event.objects.filter(matter__kind=Handling.code, from_state__in=FINAL)
    for event in rows.exclude(to_state=F("from_state")):
        states = {"from": event.from_state, "to": event.to_state}
        yield Breach(event.matter_id, event.seq, {"at": _at(event), **states})


def _more_than_the_guide(now: datetime) -> Iterator[Breach]:
    rows = CaseMaterial.objects.exclude(material__version=F("case__version"))
    found: dict[int, list[str]] = {}
    for case, name in rows.values_list("case", "material__name").order_by("case", "pk"):
        found.setdefault(case, []).append(name)
    for case, names in found.items():
        yield Breach(case, 0, {"materials": "、".join(names)})


def _judged_by_staff(now: datetime) -> Iterator[Breach]:
    staff = Account.objects.filter(
        code=OuterRef("actor"), assignments__unit=OuterRef("matter__unit")
    )
    for event in _events("evaluate").filter(Exists(staff)):
        yield Breach(event.matter_id, event.seq, {"at": _at(event)})


def _events(*steps: str) -> Any:
    return Event.objects.filter(matter__kind=Handling.code, step__in=steps)


def _at(event: Event) -> str:
    return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}"


LICENSING = "行政许可法"
RULES = {
    rule.key: rule
    for rule in (
        Rule("overdue", _("超过承诺时限"), f"{LICENSING} 第四十二条", _overdue),
        Rule("no_answer", _("五日内没有告知是否受理"), f"{LICENSING} 第三十二条", _no_answer),
        Rule(
            *("corrections_twice", _("不止一次要求补正")),
            *(f"{LICENSING} 第三十二条", _corrections_twice),
        ),
        Rule(
            *("pause_without_paper", _("进入特别程序没有书面告知")),
            *(f"{LICENSING} 第四十五条", _pause_without_paper),
        ),
        Rule(
            *("decided_before_accepted", _("没有受理就作出决定")),
            *(f"{LICENSING} 第三十四条", _decided_before_accepted),
        ),
        Rule("reopened", _("办结后又重新打开"), f"{LICENSING} 第八条", _reopened),
        Rule(
            *("more_than_the_guide", _("要求了指南以外的材料")),
            *(f"{LICENSING} 第三十一条", _more_than_the_guide),
        ),
        Rule(
            *("judged_by_staff", _("工作人员代替群众评价")),
            *("国办发〔2019〕51号", _judged_by_staff),
        ),
    )
}
EVIDENCE = {
    "due_on": _("承诺时限"),
    "ended_on": _("办结日期"),
    "at": _("时间"),
    "times": _("次数"),
    "step": _("环节"),
    "from": _("从"),
    "to": _("到"),
    "materials": _("材料"),
}
