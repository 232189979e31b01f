"""Reminders on the desk: at yellow to the one who handles the case, at red to the head of the unit
and to the bureau too.
"""

from django.db.models import Count, Q
from django.utils.translation import ngettext

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.roles import Role
from tongban.kernel.screens.bulletins import Bulletin, on_the_desk

from .models import Level, Reminder

OWN, LATE = "/desk/?who=me", "/desk/case/?light=red"


@on_the_desk
def reminded(person: Actor) -> list[Bulletin]:
    """One statement."""
    own = Q(to=person.account_id)
    theirs = Q(matter__unit__in=person.units_as(Role.UNIT_ADMIN))
    if Role.OPERATOR in person.roles:
        theirs = Q()
    elif not person.units_as(Role.UNIT_ADMIN):
        theirs = Q(pk__in=())
    late, due = Q(level=Level.RED), Q(level=Level.YELLOW)
    found = Reminder.objects.filter(matter__closed_at=None, matter__ended_on=None).aggregate(
        yellow=Count("matter", filter=own & due, distinct=True),
        red=Count("matter", filter=own & late, distinct=True),
        escalated=Count("matter", filter=theirs & late, distinct=True),
    )
    made = []
    if n := found["escalated"]:
        words = ngettext("%d 件逾期，请督办", "%d 件逾期，请督办", n) % n
        made.append(Bulletin(words, LATE, urgent=True))
    if n := found["red"]:
        words = ngettext("您经办的 %d 件已逾期", "您经办的 %d 件已逾期", n) % n
        made.append(Bulletin(words, OWN, urgent=True))
    if (n := found["yellow"] - found["red"]) > 0:  # who was red was yellow before
        words = ngettext("您经办的 %d 件即将到期", "您经办的 %d 件即将到期", n) % n
        made.append(Bulletin(words, OWN))
    return made
