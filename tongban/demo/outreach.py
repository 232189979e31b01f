"""A few of each kind of service that goes to people, and a few companies being started."""

from datetime import datetime, timedelta
from typing import Any

from tongban.kernel.clock import published
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account, EnterpriseRecord
from tongban.kernel.procedures.taking import CHINA, take
from tongban.services.outreach.helping import Helping
from tongban.services.outreach.home import GoingHome
from tongban.services.outreach.reflecting import Reflecting
from tongban.services.startup.carving import Engraving
from tongban.services.startup.models import StartupStage
from tongban.services.startup.starting import AtUnit, Starting

from . import enterprise
from .bulk import simple_items
from .people import Staff, with_credit_check

HOURS = 18  # before now


def load(now: datetime, staff: Staff) -> None:
    at, today = now - timedelta(hours=HOURS), now.astimezone(CHINA).date()
    accounts = Account.objects.filter(applicant__identity_level__gte=2).order_by("-pk")[:4]
    people = [actor_of(account, today) for account in accounts]
    items = list(simple_items().filter(unit__code="SC").order_by("pk")[:3])
    visits = [
        take(GoingHome.request, None, person, _home(item, n), key=f"demo-home-{n}", at=at).matter
        for n, (person, item) in enumerate(zip(people, items, strict=False))
    ]
    chen, luo = (Account.objects.get(username=name).code for name in ("chen", "luo"))
    day = published().add(today, 2)
    two = {"day": day, "half": "am", "first": chen, "second": luo}
    take(GoingHome.arrange, visits[0], staff["chen"], two, key="demo-arrange", at=now)
    wish = {"item": items[0].implementation_code, "wish": "不会在手机上填表，想请人陪着办"}
    help_ = take(Helping.wish, None, people[1], wish, key="demo-help", at=at).matter
    take(Helping.assign, help_, staff["chen"], {"helper": luo}, key="demo-helper", at=now)
    told = {"words": "去了两次都说缺一份证明，指南上没有写", "about": ""}
    take(Reflecting.tell, None, people[2], told, key="demo-reflection", at=at)
    _companies(people, at)
    firms = list(EnterpriseRecord.objects.order_by("-pk")[:2])
    for firm, needs in zip(firms, ([], [enterprise.NEEDS[0]]), strict=True):
        enterprise.visit(firm, today - timedelta(days=6), needs, staff)


def _home(item: Any, n: int) -> dict[str, Any]:
    return {
        "item": item.implementation_code,
        "need": ("elderly", "disabled", "ill")[n],
        "address": f"东简街道调文村 {n + 3} 号",
        "phone": f"1390013900{n}",
    }


def _companies(people: list[Any], at: datetime) -> None:
    """Three at different stages, and two sets of seals ordered by themselves."""
    for n, name in enumerate(("海味鲜食品", "东岛物流", "硇洲渔业")):
        data = {"company": f"湛江{name}有限公司"}
        take(Starting.apply, None, people[n], data, key=f"demo-startup-{n}", at=at)
    stage = StartupStage.objects.select_related("matter").order_by("pk").first()
    assert stage is not None
    chen = actor_of(Account.objects.get(username="chen"), at.date())
    result = {"result": with_credit_check("91440800MA7000001")}
    take(AtUnit.finish, stage.matter, chen, result, key="demo-registered", at=at)
    for n, firm in enumerate(EnterpriseRecord.objects.order_by("pk")[100:102]):
        data = {"company": firm.name, "uscc": firm.uscc}
        take(Engraving.order, None, people[n], data, key=f"demo-carving-{n}", at=at)
