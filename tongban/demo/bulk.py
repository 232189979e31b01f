"""Cases in bulk: the same rows as `take` writes, made set by set.

The step itself is the very function that `take` uses; only reading and writing go by sets. A
test proves on a sample that both ways give byte-equal events.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tongban.kernel.ledger.models import Event, PersonalFact
from tongban.kernel.ledger.personal import Personal
from tongban.kernel.people.actor import Actor, actor_of
from tongban.kernel.people.models import Account, Applicant
from tongban.kernel.procedures.declare import Opening, Step
from tongban.kernel.procedures.forms import StepForm
from tongban.kernel.procedures.models import Matter, NumberCounter
from tongban.kernel.procedures.numbering import number_of
from tongban.kernel.procedures.taking import Taking, advance, begin
from tongban.kernel.units.models import Unit
from tongban.services.cases.models import Case
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue.models import ServiceItem

from . import people

BATCH = 4000
HOURS = (2, 5, 9)  # between the steps of a road


@dataclass(frozen=True)
class Part:
    """A step with what is filled in; who: an account's name, empty for the applicant."""

    step: Step
    who: str
    data: dict[str, Any] = field(default_factory=dict)


ACCEPT = Part(Handling.accept, "chen")
GRANT = Part(Handling.grant, "liang", {"opinion": "材料齐全，准予许可。", "years": 5})
REFUSE = Part(Handling.refuse, "liang", {"reason": "场所不符合条件。"})
ROADS: tuple[tuple[Part, ...], ...] = ((), (ACCEPT,), (ACCEPT, REFUSE), (ACCEPT, GRANT))


def simple_items() -> QuerySet[ServiceItem]:
    """Items that ask no question, no file, and only what every form asks."""
    rows = ServiceItem.objects.filter(by_application=True, current__situations=None, form_fields=[])
    return rows.exclude(current__materials__source="applicant", current__materials__form="copy")


class Bulk:
    """Writes cases of one unit. `roads` are walked in turn, one case each. accounts: the citizens
    who apply; invented when none are given."""

    def __init__(self, unit: str, today: date, accounts: list[Account] | None = None):
        items = simple_items().filter(unit__code=unit).select_related("unit", "current")
        self.items = list(items)
        self.accounts = accounts or people.citizens(20)
        self.applicants = [account.applicant for account in self.accounts]
        self.actors = {
            a.username: actor_of(a, today) for a in Account.objects.filter(applicant=None)
        }
        self.citizens = [actor_of(account, today) for account in self.accounts]
        self.sequence: dict[date, int] = {}
        self.prefix, self.town = unit, Unit.objects.get(code="T2")

    def write(
        self, count: int, at: datetime, roads: Sequence[tuple[Part, ...]] = ROADS, days: int = 1
    ) -> list[str]:
        """`count` cases handed in over the `days` before `at`. Returns their numbers."""
        numbers: list[str] = []
        for first in range(0, count, BATCH):
            batch = _Batch()
            for place in range(first, min(first + BATCH, count)):
                opened = at - timedelta(days=place % days)
                numbers.append(self._case(batch, place, opened, roads[place % len(roads)]))
            batch.save()
        self._keep_counters()
        return numbers

    def _case(self, batch: "_Batch", place: int, at: datetime, road: tuple[Part, ...]) -> str:
        item = self.items[place % len(self.items)]
        who = place % len(self.citizens)
        applicant = self.applicants[who]
        assert applicant is not None
        data: dict[str, Any] = {
            "item": item.implementation_code,
            "subject": "东简阿明海味饭店",
            "address": "东简街道东海大道 12 号",
            "town": "T2",
            "contact": "李小明",
            "answers": {},
            "uploads": {},
        }
        matter = Matter()
        opening = _opening(item, applicant, self.town, data)
        batch.add(matter, opening.detail)
        self._step(batch, matter, Part(Handling.apply, "", data), self.citizens[who], at, opening)
        for hours, part in zip(HOURS, road, strict=False):
            actor = self.actors[part.who]
            self._step(batch, matter, part, actor, at + timedelta(hours=hours), None)
        return matter.number

    def _step(
        self,
        batch: "_Batch",
        matter: Matter,
        part: Part,
        actor: Actor,
        at: datetime,
        opening: Opening | None,
    ) -> None:
        form = _validated(part)
        taking = Taking(part.step, actor, at, form.cleaned_data, matter, form)
        if opening:
            taking.facts["materials"] = []
            begin(taking, opening, self._next_number(taking.today))
        role = part.step.admits(actor, None if opening else matter)
        assert role is not None
        personal = Personal(form.personal_values())
        key = f"bulk:{matter.number}:{part.step.name}"
        event = advance(taking, form, personal, role, key)
        matter.changed_at, matter.head_seq, matter.head_hash = at, event.seq, event.hash
        batch.events.append((matter, event, personal))

    def _next_number(self, day: date) -> str:
        if day not in self.sequence:
            counter = NumberCounter.objects.filter(prefix=self.prefix, day=day).first()
            self.sequence[day] = counter.last if counter else 0
        self.sequence[day] += 1
        return number_of(self.prefix, day, self.sequence[day])

    def _keep_counters(self) -> None:
        for day, last in self.sequence.items():
            NumberCounter.objects.update_or_create(
                prefix=self.prefix, day=day, defaults={"last": last}
            )


class _Batch:
    def __init__(self) -> None:
        self.matters: list[Matter] = []
        self.details: list[Case] = []
        self.events: list[tuple[Matter, Event, Personal]] = []

    def add(self, matter: Matter, detail: Case) -> None:
        self.matters.append(matter)
        self.details.append(detail)

    def save(self) -> None:
        with transaction.atomic():
            Matter.objects.bulk_create(self.matters)
            for detail in self.details:
                detail.matter_id = detail.matter.pk
            Case.objects.bulk_create(self.details)
            for matter, event, _ in self.events:
                event.matter = matter
            Event.objects.bulk_create([event for _, event, _ in self.events])
            PersonalFact.objects.bulk_create(
                fact for _, event, personal in self.events for fact in personal.rows(event)
            )


_forms: dict[tuple[str, str], StepForm] = {}


def _validated(part: Part) -> StepForm:
    """The same words are filled in for every case of an item: validated once."""
    key = (part.step.name, str(part.data))
    if key not in _forms:
        form = part.step.form(part.data)
        assert form.is_valid(), form.errors
        _forms[key] = form
    return _forms[key]


def _opening(item: ServiceItem, applicant: Applicant, town: Unit, data: dict[str, Any]) -> Opening:
    case = Case(
        item=item,
        version=item.current,
        town=town,
        subject=data["subject"],
        address=data["address"],
        answers={},
        facts={name: data[name] for name in ("subject", "address", "town")},
        promised_days=item.promised_days,
        statutory_days=item.statutory_days,
    )
    return Opening(unit=item.unit, title=item.name, applicant=applicant, detail=case)
