"""The named acts of the hall over the procedure: draw, check in, call, move up, end the day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import Actor, Post
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotNow, Refusal
from tongban.kernel.procedures.taking import CHINA, take
from tongban.services.booking.models import Booking, Channel, Group, Rules, Slot
from tongban.services.booking.procedure import Visit

from . import lines
from .models import Counter, Priority, Reason, Source, Ticket
from .procedure import Queueing

HALL_MACHINE = Actor(code="hall-machine", name="取号机", is_system=True)
BOARD_ROWS = 6
AT_HAND = ("called", "serving")


def on_duty(clerk: Actor, counter: Counter) -> Actor:
    """A clerk at a counter serves its lines, whichever units they are of (综合窗)."""
    units = {group.unit_id: group.unit for group in counter.groups.select_related("unit")}
    lent = [
        Post(Role.CLERK.value, unit.pk, unit.code, unit.short_name)
        for unit in units.values()
        if not clerk.holds(Role.CLERK.value, unit.pk)
    ]
    return replace(clerk, posts=(*clerk.posts, *lent)) if lent else clerk


def waiting(groups: Iterable[Group], now: datetime) -> QuerySet[Ticket]:
    """Who waits in some lines today, in the order of the lines."""
    rows = lines.in_line(now).filter(group__in=list(groups))
    return rows.order_by("priority", "queued_at", "pk")


def call_next(
    counter: Counter, clerk: Actor, key: str, at: datetime | None = None
) -> Matter | None:
    """The next ticket to this counter; None when nobody waits. The lines are locked while it is
    chosen, so no ticket is called twice and none is overtaken once too often. Pressed again with
    the same key, because the answer was lost, it is the ticket of the first time."""
    now = at or timezone.now()
    before = Event.objects.filter(actor=clerk.code, key=key).select_related("matter")
    try:
        found = _called(counter, clerk, key, now, at)
    except Invalid:
        if not before.exists():
            raise
        found = None  # the key has called another ticket before
    if found is None:
        earlier = before.first()
        return earlier.matter if earlier else None
    return found


def _called(
    counter: Counter, clerk: Actor, key: str, now: datetime, at: datetime | None
) -> Matter | None:
    with transaction.atomic():
        lines.lock(counter)
        found = lines.next_ticket(counter, now)
        if found is None:
            return None
        matter = Matter.objects.only("number").get(pk=found.matter)
        data = {"counter": counter.number, "why": found.why()}
        event = take(Queueing.call, matter.number, on_duty(clerk, counter), data, key=key, at=at)
    return event.matter


def check_in(code: str, now: datetime) -> Matter:
    """A booking's code at the hall becomes a ticket; asked twice, it is the same ticket."""
    rows = Booking.objects.select_related("matter__unit", "slot", "about", "group", "applicant")
    booking = rows.filter(matter__query_code=code).first()
    if booking is None:
        raise NotNow(_("没有找到这个预约，请核对预约码，或到咨询台取号"))
    return arrive(booking, now)


def arrive(booking: Booking, now: datetime) -> Matter:
    matter = booking.matter
    if booking.slot is None:
        raise NotNow(_("您还在候补，没有排上时段；可以现场取号"))
    with transaction.atomic():
        on_time = _on_time(booking.slot, now)
        take(Visit.check_in, matter.number, HALL_MACHINE, key=f"check-in:{matter.number}", at=now)
        wave = booking.channel == Channel.WAVE
        data = {
            "group": booking.group.code,
            "about": booking.about.number if booking.about else "",
            "person": booking.applicant.code,
            "item": booking.item.implementation_code if booking.item else "",
            "reason": Reason.BOOKED.value if on_time and not wave else "",
            "source": Source.BOOKING.value,
            "slot": booking.slot.pk,
            "wave": wave,
        }
        key = f"draw:{matter.number}"
        return take(Queueing.draw, None, HALL_MACHINE, data, key=key, at=now).matter


def _on_time(slot: Slot, now: datetime) -> bool:
    """Within the window the booking goes first; later it is an ordinary ticket."""
    rules, begins = Rules.now(), slot.begins_at
    early, late = timedelta(minutes=rules.early_minutes), timedelta(minutes=rules.late_minutes)
    local = timezone.localtime(begins, CHINA)
    if timezone.localtime(now, CHINA).date() != local.date():
        raise NotNow(_("您预约的是 %s，请在当天签到") % f"{local:%m-%d %H:%M}")
    return begins - early <= now <= begins + late


def move_up_waves(now: datetime) -> int:
    """Somebody booked stayed away: who came on a wave place goes first, in the order they came.
    Returns how many moved up."""
    late = now - timedelta(minutes=Rules.now().late_minutes)
    begun = Slot.objects.filter(begins_at__gte=lines.start_of_day(now), begins_at__lt=late)
    waves = lines.in_line(now).filter(wave=True, priority=Priority.ORDINARY)
    moved = 0
    for slot in begun.filter(Exists(waves.filter(slot=OuterRef("pk")))):
        away = Booking.objects.filter(slot=slot, live=True).exclude(channel=Channel.WAVE).count()
        up = Ticket.objects.filter(slot=slot, wave=True, reason=Reason.WAVE).count()
        line = waves.filter(slot=slot).order_by("queued_at", "pk")
        for ticket in line.select_related("matter")[: max(away - up, 0)]:
            try:
                key = f"up:{ticket.matter.number}"
                take(Queueing.move_up, ticket.matter.number, HALL_MACHINE, key=key, at=now)
                moved += 1
            except Refusal:
                continue  # called meanwhile
    return moved


def end_day(now: datetime, reason: str) -> int:
    """Nobody is left in a line overnight: each leaves it with the reason."""
    ended = 0
    standing = Matter.objects.filter(kind=Queueing.code, closed_at=None, opened_at__lte=now)
    for matter in standing.order_by("pk"):
        step = Queueing.miss if matter.state == "absent" else Queueing.end_of_day
        try:
            key = f"end:{matter.number}:{now:%Y%m%d}"
            take(step, matter, HALL_MACHINE, {"reason": reason}, key=key, at=now)
            ended += 1
        except Refusal:
            continue
    return ended


def at_hand(now: datetime) -> QuerySet[Ticket]:
    """Who stands at a counter now, the latest call first."""
    called = Ticket.objects.filter(
        called_at__gte=lines.start_of_day(now), matter__state__in=AT_HAND
    )
    return called.select_related("counter__unit", "matter").order_by("-called_at")


def served_at(counter: Counter | None, now: datetime) -> Ticket | None:
    """Who stands at this counter."""
    return at_hand(now).filter(counter=counter).first() if counter else None


def on_the_board(now: datetime) -> dict[str, Any]:
    """What every board shows: the latest calls, how many wait, and when that was."""
    return {
        "rows": list(at_hand(now)[:BOARD_ROWS]),
        "waiting": lines.in_line(now).count(),
        "now": now,
    }
