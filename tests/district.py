"""The reference district inside the tests' database."""

from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from tongban.demo import people, reference
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account, Applicant, Assignment
from tongban.kernel.procedures.taking import CHINA, take
from tongban.kernel.units.models import Unit
from tongban.services.booking.models import Group, Slot
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue.models import ServiceItem

ITEM = "11440800MB2C1018564440105004001"  # 食品经营许可-新办
PLAIN_ITEM = "11440800MB2C1018564440105007003"
NOON = datetime(2026, 9, 28, 4, 0, tzinfo=UTC)
TODAY = date(2026, 9, 28)
PASSWORD = "a-long-enough-password"


def address():
    """Of the tests' database, for what speaks to it without Django."""
    told = connection.settings_dict
    return (
        f"postgresql://{told['USER']}:{told['PASSWORD']}@/{told['NAME']}?host={told['HOST']}"
        f"&port={told['PORT']}"
    )


def load():
    """Nothing when it is there already: it is loaded once for all tests that roll back."""
    if Unit.objects.filter(code="SC").exists():
        return
    reference.load(date(2026, 1, 1))
    people.load(PASSWORD, TODAY)


def person(username):
    return actor_of(Account.objects.get(username=username), TODAY)


def moved(username, unit, role):
    """An account of the reference whose only post is now this one."""
    account = Account.objects.get(username=username)
    Assignment.objects.filter(account=account).delete()
    Assignment.objects.create(account=account, unit=unit, role=role, from_on=date(2026, 1, 1))


def shopkeeper(name="李小明", number=None, phone="13900139001", level=2):
    applicant = Applicant(kind=Applicant.Kind.NATURAL, identity_level=level)
    applicant.set_name(name)
    applicant.set_id(number or people.with_check(people.SHOPKEEPER[1][:17]))
    applicant.set_phone(phone)
    applicant.save()
    return Account.objects.create_user_named(f"p-{applicant.code}", applicant=applicant)


def application(item=PLAIN_ITEM, **changes):
    return {
        "item": item,
        "subject": "东简阿明海味饭店",
        "address": "东简街道东海大道 12 号",
        "town": "T2",
        "contact": "李小明",
        "answers": {},
        "uploads": {},
        **changes,
    }


def applied(account, key="apply", at=NOON, **changes):
    """A case just handed in."""
    actor = actor_of(account, TODAY)
    return take(Handling.apply, None, actor, application(**changes), key=key, at=at).matter


def item(code=PLAIN_ITEM):
    return ServiceItem.objects.get(implementation_code=code)


def tomorrow(hour):
    """A moment in China's tomorrow: what is told it never crosses midnight."""
    day = timezone.localtime(timezone.now(), CHINA) + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def slot(capacity=1, at=None, unit="SC", **more):
    """A slot at the unit's counters, an hour from now where no time is said."""
    begins = at or timezone.now() + timedelta(hours=1, seconds=7)
    return Slot.objects.create(
        **{"released_at": timezone.now() - timedelta(days=900), **more},
        group=Group.objects.get(code=unit),
        begins_at=begins,
        capacity=capacity,
    )
