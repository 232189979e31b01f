"""Who sits where: counters opened, left for a reason, and what was done there today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, F, Sum
from django.utils.translation import gettext as _

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.refusals import NotNow

from .lines import start_of_day
from .models import Counter, Shift, Ticket


def shift_of(person: Actor) -> Shift | None:
    rows = Shift.objects.filter(account=person.account_id, ended_at=None)
    return rows.select_related("counter__unit").first()


def open_counter(counter: Counter, person: Actor, now: datetime) -> Shift:
    """One person at a counter, one counter of a person; the database itself refuses more."""
    try:
        with transaction.atomic():
            return Shift.objects.create(
                counter=counter, account_id=person.account_id or 0, began_at=now
            )
    except IntegrityError as error:
        raise NotNow(_said_by(counter, person)) from error


def _said_by(counter: Counter, person: Actor) -> str:
    here = Shift.objects.filter(counter=counter, ended_at=None).select_related("account").first()
    if here and here.account_id != person.account_id:
        return _("%(number)s 号窗口由 %(who)s 使用，请先请其暂停") % {
            "number": counter.number,
            "who": here.account,
        }
    if here:
        return _("这个窗口已经开着")
    return _("您在别的窗口还没有暂停，请先暂停那个窗口")


def leave_counter(counter: Counter, why: str, now: datetime) -> None:
    at_hand = Ticket.objects.filter(counter=counter, called_at__gte=start_of_day(now))
    if ticket := at_hand.filter(matter__state__in=("called", "serving")).first():
        raise NotNow(_("%s 还没有办完，请先办完、挂起或转走") % ticket.label)
    shifts = Shift.objects.filter(counter=counter, ended_at=None)
    shifts.update(ended_at=now, why=why.strip()[:60])


def must_sit(counter: Counter, person: Actor) -> None:
    if not Shift.objects.filter(counter=counter, account=person.account_id, ended_at=None).exists():
        raise NotNow(_("窗口还没有打开，请先按“开始叫号”"))


@dataclass(frozen=True)
class Day:
    """served: tickets finished today; mean: minutes of each; open: minutes the counter was open."""

    served: int
    mean: float | None
    open: float


def summary(counter: Counter, person: Actor, now: datetime) -> Day:
    today = start_of_day(now)
    done = Ticket.objects.filter(counter=counter, finished_at__gte=today)
    found = done.aggregate(n=Count("pk"), mean=Avg(F("finished_at") - F("called_at")))
    shifts = Shift.objects.filter(counter=counter, account=person.account_id, began_at__gte=today)
    past = shifts.filter(ended_at__isnull=False).aggregate(s=Sum(F("ended_at") - F("began_at")))
    spent = past["s"] or timedelta()
    for began in shifts.filter(ended_at=None).values_list("began_at", flat=True):
        spent += now - began
    mean = found["mean"].total_seconds() / 60 if found["mean"] else None
    return Day(found["n"], mean, spent.total_seconds() / 60)
