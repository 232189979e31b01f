"""Places in slots: taken and given back by one statement each, so nothing is ever oversold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.procedures.refusals import NotNow
from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.queries.once import Ask, Once, OnceUpdated

from .models import Booking, Channel, Group, Pace, Rules, Slot

POOLS = {
    Channel.ONLINE: ("taken", "capacity"),
    Channel.PHONE: ("phone_taken", "phone"),
    Channel.WAVE: ("wave_taken", "wave"),
}
STAYED_AWAY = ("missed", "appealed", "no_show")


def free(channel: str, places: Any, now: Any) -> Q:
    """Slots that still have so many places of a channel."""
    took, most = POOLS[Channel(channel)]
    room = Q(**{f"{took}__lte": F(most) - places})
    return room & Q(closed=False, begins_at__gt=now, released_at__lte=now)


def _taking(channel: str) -> OnceUpdated:
    took, places = POOLS[Channel(channel)][0], Ask("places")
    room = free(channel, places, Ask("now"))
    return OnceUpdated(
        lambda: Slot.objects.filter(room, pk=Ask("slot")), **{took: F(took) + places}
    )


TAKEN = {channel: _taking(channel) for channel in POOLS}


def free_slots(group_id: int, now: datetime, places: int = 1) -> QuerySet[Slot]:
    return Slot.objects.filter(free(Channel.ONLINE, places, now), group=group_id)


def no_place() -> NotNow:
    return NotNow(_("这个时段刚刚约满或已经开始，请换一个时段"))


def take_places(slot: Slot, channel: str, places: int, now: datetime) -> None:
    """One statement counts and takes: of two for the last place one gets it. Raises NotNow."""
    if not TAKEN[Channel(channel)](slot=slot.pk, places=places, now=now):
        raise no_place()


def take_for_all(bookings: Sequence[Booking], now: datetime) -> list[bool]:
    """Whether each got its places: those of one slot by one statement while all fit. Slots in
    their order, so that two sets never wait for each other."""
    pools: dict[tuple[int, str], list[int]] = {}
    for n, booking in enumerate(bookings):
        pools.setdefault((booking.slot_id or 0, booking.channel), []).append(n)
    got = [False] * len(bookings)
    for (slot, channel), places in sorted(pools.items()):
        taken, wanted = TAKEN[Channel(channel)], [bookings[n].places for n in places]
        fit = taken(slot=slot, places=sum(wanted), now=now)
        for n, own in zip(places, wanted, strict=True):
            got[n] = bool(fit or taken(slot=slot, places=own, now=now))
    return got


def give_back(booking: Booking) -> None:
    took, _most = POOLS[Channel(booking.channel)]
    Slot.objects.filter(pk=booking.slot_id or 0).update(**{took: F(took) - booking.places})


@dataclass(frozen=True)
class Record:
    """Bookings that count: visits still to come as (group, day), days somebody stayed away."""

    live: list[tuple[int, date]]
    away: list[date]


VISITS = Once(
    lambda: Booking.objects.filter(
        Q(live=True) | Q(matter__state__in=STAYED_AWAY, day__gte=Ask("since")),
        applicant=Ask("applicant"),
    ).values_list("live", "group", "day")
)


def record_of(applicant: int, rules: Rules, today: date) -> Record:
    """By one statement; the applicant must be locked for it to hold."""
    found = VISITS.all(applicant=applicant, since=today - timedelta(rules.misses_in_days))
    return Record(
        [(group, day) for live, group, day in found if live],
        [day for live, _group, day in found if not live],
    )


def refuse_by_record(record: Record, rules: Rules, today: date) -> None:
    """The rules on a person: so many at once; who stays away often is not let in for a while.
    Raises NotNow with the cure."""
    if len(record.live) >= rules.live_at_once:
        raise NotNow(_("您已有 %d 个有效预约，到厅或取消后才能再约") % len(record.live))
    if len(record.away) < rules.misses:
        return
    until = max(record.away) + timedelta(rules.banned_days)
    if until > today:
        told = {"days": rules.misses_in_days, "n": len(record.away), "until": f"{until:%Y-%m-%d}"}
        raise NotNow(
            _("近 %(days)d 天爽约 %(n)d 次，%(until)s 前不能预约；有正当理由可在该预约里申诉")
            % told
        )


PACES = Once(
    lambda: Pace.objects.filter(Q(item=Ask("item")) | Q(item=None), group=Ask("group")).values_list(
        "item", "minutes"
    )
)


def places_for(group: Group, item_id: int | None, people: int) -> int:
    """How many places a visit takes: a long matter takes more, by what was measured."""
    if item_id is None:
        return people
    paces: dict[int | None, float] = dict(PACES.all(group=group.pk, item=item_id))
    common = paces.get(None)
    if not common or item_id not in paces:
        return people
    return people * max(1, round(paces[item_id] / common))


def day_of(slot: Slot) -> date:
    return timezone.localtime(slot.begins_at, CHINA).date()


def _groups(**conditions: Any) -> "QuerySet[Group]":
    return Group.objects.select_related("unit").filter(**conditions)[:1]


OF_ITEM = {"unit__items__implementation_code": Ask("code")}
NAMED = Once(lambda: _groups(items__implementation_code=Ask("code")))
GENERAL = Once(lambda: _groups(items=None, **OF_ITEM))
ANY = Once(lambda: _groups(**OF_ITEM))


def group_of_item(code: str) -> Group | None:
    """Where an item is done: the group that names it, else the first of its unit."""
    return NAMED.first(code=code) or GENERAL.first(code=code) or ANY.first(code=code)
