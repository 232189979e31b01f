"""Versions of implementation lists: which is in force when, and putting new ones in force."""

from datetime import date

from django.db import connection
from django.db.models import Q

from .elements import ELEMENTS
from .models import Change, ImplementationList, ServiceItem, Status

NUMBERED = """
update catalogue_implementationlist l set
  number = 1 + coalesce((select max(number) from catalogue_implementationlist v
    where v.item_id = l.item_id), 0), from_on = %(on)s
where l.change_id = %(change)s and l.number is null
"""
ENDED = """
update catalogue_implementationlist l set until_on = %(on)s from catalogue_implementationlist n
where n.change_id = %(change)s and n.item_id = l.item_id and l.id <> n.id
  and l.number is not null and l.until_on is null
"""
SHOWN = """
update catalogue_serviceitem i set {columns}, status = l.status, current_id = l.id
from catalogue_implementationlist l where l.item_id = i.id and {which}
"""


def in_force(on: date) -> Q:
    """A condition over versions: published and in force on the day."""
    return Q(number__isnull=False, from_on__lte=on) & (Q(until_on=None) | Q(until_on__gt=on))


def published_on(on: date) -> Q:
    """In force on the day, and neither suspended nor abolished."""
    return in_force(on) & Q(status=Status.PUBLISHED)


def take_effect(change: Change, on: date) -> None:
    """Number the drafts of a change, end what they replace, show them on the items.

    Three statements whatever the number of lists. Call inside the step's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select i.id from catalogue_serviceitem i join catalogue_implementationlist l "
            "on l.item_id = i.id where l.change_id = %s order by i.id for no key update of i",
            [change.pk],
        )
        values = {"change": change.pk, "on": on}
        cursor.execute(ENDED, values)
        cursor.execute(NUMBERED, values)
        cursor.execute(_shown("l.change_id = %(change)s"), values)


def show_all() -> None:
    """Bring every item to the version in force, after loading versions as such."""
    with connection.cursor() as cursor:
        cursor.execute(_shown("l.number is not null and l.until_on is null"))


def _shown(which: str) -> str:
    columns = ", ".join(f"{name} = l.{name}" for name in ELEMENTS)
    return SHOWN.format(columns=columns, which=which)


def one_on(item: ServiceItem, on: date) -> ImplementationList | None:
    return item.versions.filter(in_force(on)).first()
