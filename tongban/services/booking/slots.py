"""Opening the slots of the coming working days from the sessions of each group."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from tongban.kernel.clock import published
from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.units.models import Unit

from .models import Closure, Group, Pace, Session, Slot

ONLINE = 4  # places a slot where nothing is measured yet
DEFAULT_SESSIONS = ((time(9, 0), time(12, 0)), (time(14, 30), time(17, 30)))


def group_of(unit: Unit, letter: str) -> Group:
    """The one group of a unit that has not set up its own, open in the hall's hours."""
    group, made = Group.objects.get_or_create(
        code=unit.code, defaults={"name": unit.short_name, "unit": unit, "letter": letter}
    )
    if made:
        Session.objects.bulk_create(
            Session(group=group, opens=opens, closes=closes, online=ONLINE)
            for opens, closes in DEFAULT_SESSIONS
        )
    return group


def open_slots(groups: Iterable[Group], today: date) -> int:
    """Slots of the groups for the next working days; those that exist stay as they are."""
    rows = [
        slot
        for group in groups
        for day in (today + timedelta(n) for n in range(group.release_days + 1))
        for slot in _of_day(group, day)
    ]
    return len(Slot.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000))


def sessions_on(group: Group, day: date) -> list[Session]:
    """Those of a day: on one on which nobody works, extended hours of that weekday alone."""
    works = published().is_working(day)
    return [
        session
        for session in group.sessions.all()
        if session.weekday == day.weekday() or (session.weekday is None and works)
        if works or session.extended
    ]


def _of_day(group: Group, day: date) -> Iterator[Slot]:
    sessions = sessions_on(group, day)
    if not sessions or is_closed(group, day):
        return
    released = datetime.combine(day - timedelta(group.release_days), group.release_at, CHINA)
    for session in sessions:
        for begins in _beginnings(session, day):
            yield Slot(
                group=group,
                begins_at=begins,
                released_at=released,
                minutes=session.minutes,
                capacity=_online(session),
                phone=session.phone,
                wave=session.wave,
                reserved=session.reserved,
                extended=session.extended,
            )


def is_closed(group: Group, day: date) -> bool:
    """Whether the group or the whole hall is closed on a day."""
    return Closure.objects.filter(Q(group=None) | Q(group=group), day=day).exists()


def _beginnings(session: Session, day: date) -> Iterator[datetime]:
    at = datetime.combine(day, session.opens, CHINA)
    length = timedelta(minutes=session.minutes)
    while at + length <= datetime.combine(day, session.closes, CHINA):
        yield at
        at += length


def _online(session: Session) -> int:
    """As set, or by the measured pace: what the counters can serve less what is kept."""
    if session.online is not None:
        return session.online
    pace = Pace.objects.filter(group=session.group, item=None).first()
    if pace is None or not pace.minutes:
        return ONLINE
    served = int(pace.counters * session.minutes / pace.minutes)
    return max(served - session.phone - session.reserved, 1)
