"""Who starts companies, carves seals, exchanges matters; a year of companies started, visited."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from tongban.kernel.clock import published
from tongban.kernel.exchange.signing import new_secret
from tongban.kernel.people.actor import Actor, the_system
from tongban.kernel.people.models import EnterpriseRecord
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import CHINA, take
from tongban.kernel.trust import vault
from tongban.kernel.units.models import Unit
from tongban.services.crosscity.models import Agreement, AgreementItem, Place
from tongban.services.outreach.companies import Answering, Visiting
from tongban.services.outreach.models import CompanyNeed
from tongban.services.startup.carving import Engraving
from tongban.services.startup.models import Office, Startup, Vendor
from tongban.services.startup.starting import Starting

from .people import FAMILY, FIRM_NAMES, TRADES, Staff, with_credit_check

STARTUPS, CARVINGS, VISITS, DAYS = 7_112, 3_124, 79, 365
OFFICES = (("register", "SC"), ("seal", "ZS"), ("tax", "SW"), ("insurance", "RS"), ("bank", "ZS"))
VENDORS = (("民安印章店", "0759-2980001", 18000), ("东海刻章社", "0759-2980002", 17500))
PLACES = (("haikou", "海口市"), ("beihai", "北海市"), ("nanning", "南宁市"))
ITEMS = (
    ("442008012000", "企业登记档案查询", ("营业执照", "查询申请书")),
    ("442003023000", "参保证明查询打印", ("居民身份证",)),
    ("442001022000", "开具临时身份证明", ("居民身份证", "近期照片")),
)
NEEDS = (
    ("RS", "招熟练工难，希望组织专场招聘"),
    ("ZR", "厂房扩建的用地手续要多久"),
    ("SW", "留抵退税的办理进度"),
    ("KJ", "技改补贴申报材料怎么准备"),
)


def load_register(units: dict[str, Unit]) -> None:
    Office.objects.bulk_create(Office(stage=stage, unit=units[code]) for stage, code in OFFICES)
    Vendor.objects.bulk_create(Vendor(name=n, phone=p, fen=fen) for n, p, fen in VENDORS)
    for code, name in PLACES:
        sealed = vault.encrypt(new_secret())
        place = Place.objects.create(code=code, name=name, secret_sealed=sealed)
        agreement = Agreement.objects.create(
            place=place,
            number=f"湛开政数协〔2022〕{len(code)}{code[:1].upper()}号",
            from_on=date(2022, 3, 1),
        )
        AgreementItem.objects.bulk_create(
            AgreementItem(agreement=agreement, basic_code=code, name=what, materials=list(papers))
            for code, what, papers in ITEMS
        )


def load_year(today: date, staff: Staff) -> Iterator[int]:
    """How many are there after each; what an earlier run brought in is left as it is."""
    source = random.Random(3124)  # noqa: S311 - demonstration data
    calendar = published()
    days = [today - timedelta(n + 3) for n in range(DAYS)]
    days = [day for day in days if calendar.is_working(day)]
    vendors = list(Vendor.objects.values_list("name", flat=True))
    known = set(Startup.objects.values_list("uscc", flat=True))
    for n in range(STARTUPS):
        company, day = _company(source, n), source.choice(days)
        if company["uscc"] not in known:
            _started(company, day, vendors[n % len(vendors)] if n < CARVINGS else "")
        yield n + 1
    visited = Matter.objects.filter(kind=Visiting.code).count()
    firms = list(EnterpriseRecord.objects.order_by("pk")[:VISITS])
    for n, firm in enumerate(firms):
        day, need = days[n * len(days) // VISITS], NEEDS[n % len(NEEDS)]
        if n >= visited:
            visit(firm, day, [need] if n % 2 else [], staff)


def _company(source: random.Random, n: int) -> dict[str, str]:
    name = f"湛江{source.choice(FAMILY)}{source.choice(FIRM_NAMES)}{n:04d}{source.choice(TRADES)}"
    return {"company": f"{name}有限公司", "uscc": with_credit_check(f"91440800MA6{n:06d}")}


def _started(company: dict[str, str], day: date, vendor: str) -> None:
    at = datetime.combine(day, time(10), CHINA)
    data = {**company, "vendor": vendor}
    key = f"history:startup:{company['uscc']}"
    take(Starting.bring_in, None, the_system(), data, key=key, at=at)
    if vendor:
        key = f"history:carving:{company['uscc']}"
        take(Engraving.bring_in, None, the_system(), data, key=key, at=at)


def visit(firm: EnterpriseRecord, day: date, needs: list[tuple[str, str]], staff: Staff) -> None:
    """Planned, held on the day, and what was asked for answered some days later."""
    zhou: Actor = staff["zhou"]
    at = datetime.combine(day, time(9), CHINA)
    plan: dict[str, Any] = {
        "company": firm.name,
        "uscc": firm.uscc,
        "topic": "生产经营和政策落实情况",
        "day": day,
        "visitors": "周平、赵敏",
    }
    event = take(Visiting.plan, None, zhou, plan, key=f"visit:{firm.uscc}", at=at)
    number = event.matter.number
    names = dict(Unit.objects.values_list("code", "short_name"))
    lines = "\n".join(f"{names[unit]}:{words}" for unit, words in needs)
    said = {"said": "企业生产正常，订单稳定。", "needs": lines}
    at += timedelta(hours=4)
    held = Visiting.hold if needs else Visiting.hold_quiet
    take(held, number, zhou, said, key=f"held:{firm.uscc}", at=at)
    for need in CompanyNeed.objects.filter(visit__matter__number=number).select_related("matter"):
        by = staff.head(need.matter.unit.code)
        answer = {"answer": "已与企业对接，安排专人跟进。", "solved": "yes"}
        key = f"answer:{need.matter.number}"
        take(Answering.answer, need.matter, by, answer, key=key, at=at + timedelta(days=2))
        whole = Matter.objects.get(number=number)
        told = {"part": need.matter.number, "ended_as": "answered"}
        system = the_system()
        take(
            Visiting.part_ended,
            whole,
            system,
            told,
            key=f"part:{need.matter.number}",
            at=at + timedelta(days=2, hours=1),
        )
