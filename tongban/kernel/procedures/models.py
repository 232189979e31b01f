"""Matter: everything that moves under a procedure, in one table for the whole district."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..clock import Clock, Deadline, Light, light
from ..people.models import Applicant
from ..units.models import Unit
from .declare import State
from .procedure import Procedure, procedure

URGENT = Coalesce("due_on", "act_on")  # the day by which something must happen
AT_WORK = models.Q(closed_at__isnull=True, paused_since__isnull=True)


class Matter(models.Model):
    """head_seq counts its events and is its version for optimistic reading (ETag).

    part_of: the matter of which this is one part, and which hears when it ends. handler: on whose
    desk it lies: who first took a step of it in its unit, until it is handed on.
    """

    number = models.CharField(_("编号"), max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    procedure_version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("状态"), max_length=40)
    entered_on = models.DateField()
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("单位"), db_index=False)
    applicant = models.ForeignKey(
        Applicant, models.PROTECT, null=True, verbose_name=_("申请人"), db_index=False
    )
    title = models.CharField(_("事项"), max_length=200)
    opened_at = models.DateTimeField(_("收到"))
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(_("办结"), null=True)
    clock = models.JSONField(null=True)
    limit_days = models.PositiveSmallIntegerField(null=True)
    used_days = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(_("承诺时限"), null=True)
    yellow_on = models.DateField(null=True)
    statutory_due_on = models.DateField(_("法定时限"), null=True)
    paused_since = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    act_on = models.DateField(null=True)
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="parts"
    )
    handler = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    query_code = models.CharField(max_length=12, unique=True)
    head_seq = models.PositiveIntegerField()
    head_hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "state", "unit"], name="matter_counts"),
            models.Index(fields=["kind", "-id"], name="matter_newest"),
            models.Index(fields=["unit", "kind", "-id"], name="matter_unit_newest"),
            models.Index(fields=["unit", "state", "-id"], name="matter_unit_state"),
            models.Index(fields=["applicant", "-id"], name="matter_applicant"),
            models.Index(
                fields=["unit", "due_on", "id"],
                name="matter_due",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index("unit", URGENT, "id", name="matter_urgent_unit", condition=AT_WORK),
            models.Index(URGENT, "id", name="matter_urgent", condition=AT_WORK),
            models.Index(
                fields=["act_on"], name="matter_act", condition=models.Q(act_on__isnull=False)
            ),
            models.Index(fields=["closed_at"], name="matter_closed"),
            models.Index(
                fields=["part_of"],
                name="matter_parts",
                condition=models.Q(part_of__isnull=False),
            ),
            models.Index(
                fields=["unit", "handler"],
                name="matter_handler",
                condition=models.Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def procedure(self) -> type[Procedure]:
        return procedure(self.kind, self.procedure_version)

    @property
    def stands_in(self) -> State:
        return self.procedure.states[self.state]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def detail(self) -> Any:
        return getattr(self, self.procedure.detail_name) if self.procedure.detail_name else None

    @property
    def last_move(self) -> str:
        """Rule and article that last moved the deadline: shown wherever the deadline is."""
        moves = (self.clock or {}).get("moves", ())
        return f"{moves[-1]['rule']} {moves[-1]['law']}" if moves else ""

    def running_clock(self) -> Clock | None:
        return Clock.from_json(self.clock)

    @property
    def deadline(self) -> Deadline:
        return Deadline(
            due_on=self.due_on,
            statutory_due_on=self.statutory_due_on,
            yellow_on=self.yellow_on,
            limit_days=self.limit_days,
            used_days=self.used_days,
            paused_since=self.paused_since,
            ended_on=self.ended_on,
            provisional=self.provisional,
        )

    def keep_deadline(self, found: Deadline) -> None:
        self.limit_days, self.used_days = found.limit_days, found.used_days
        self.due_on, self.yellow_on = found.due_on, found.yellow_on
        self.statutory_due_on, self.paused_since = found.statutory_due_on, found.paused_since
        self.ended_on, self.provisional = found.ended_on, found.provisional

    def light(self, today: date, local_closed: date | None = None) -> Light:
        return light(today, self.deadline, local_closed)


class NumberCounter(models.Model):
    """The last number given by a unit on a day. Its row lock makes numbers gapless: a number
    whose transaction is rolled back was never given."""

    prefix = models.CharField(max_length=24)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix", "day"], name="number_counter_once")
        ]


class Tally(models.Model):
    """How many matters stand where: the sum of `n` over the rows of a place.

    A trigger adds a row for each move, so that no step waits for another at a counter; a job
    folds the rows together. Counting half a million matters reads a few hundred rows.
    """

    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_index=False, related_name="+")
    n = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["kind", "unit"], name="tally_place")]


class CalendarInForce(models.Model):
    """A calendar by which all open deadlines were computed, and how many it moved."""

    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    moved = models.PositiveIntegerField()
