"""The village kiosks of the reference: devices, where they stand, what they offer."""

import random
from datetime import date, datetime, time, timedelta

from tongban.kernel.clock import published
from tongban.kernel.devices.models import Device, Uptime
from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.units.models import Unit, Village
from tongban.services.catalogue.models import ServiceItem
from tongban.services.kiosks.models import Kiosk, KioskItem, Use
from tongban.services.kiosks.offers import offered

from .rows import rows

BY_NAME = {
    "办件进度查询": "matters",
    "办事指南查询打印": "search",
    "大厅预约": "booking",
    "婚姻登记预约": "counters",
    "好差评": "judging",
    "12345诉求": "reflection",
    "电子证照打印": "certificates",
    "营业执照打印": "certificates",
    "企业信用查询": "firms",
    "食品许可查询": "licences",
    "排污许可查询": "licences",
    "预售许可查询": "licences",
    "道路运输证查询": "licences",
    "捕捞许可查询": "licences",
}


def service_of(row: dict[str, str]) -> str:
    """What of ours stands behind an item of the reference; nothing where we have no such data."""
    if row["implementation_code"]:
        return "guide"
    if row["name"] in BY_NAME:
        return BY_NAME[row["name"]]
    return "progress" if row["name"].endswith(("进度查询", "申请进度")) else ""


def load() -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    villages = {village.code: village for village in Village.objects.all()}
    for row in rows("kiosks"):
        device = Device.objects.create(
            code=row["code"], kind="kiosk", name=row["place"], unit=units[row["town_code"]]
        )
        Kiosk.objects.create(
            device=device,
            model=row["model"],
            village=villages[row["village_code"]],
            place=row["place"],
        )
    codes = dict(ServiceItem.objects.values_list("implementation_code", "pk"))
    KioskItem.objects.bulk_create(
        KioskItem(
            code=row["code"],
            name=row["name"],
            unit=units[row["unit_code"]],
            kind=row["kind"],
            item_id=codes.get(row["implementation_code"]),
            service=service_of(row),
        )
        for row in rows("kiosk_items")
    )


DAYS, IDLE, USES_A_DAY = 365, 2, 3.0  # the last kiosks of the list stand idle
MINUTES, BEST = (505, 540), 540


def load_year(today: date) -> int:
    """Uses and minutes on line of a year's working days; once. Returns how many uses."""
    if Use.objects.filter(at__date__lt=today).exists():
        return 0
    source = random.Random(39)  # noqa: S311 - demonstration data
    items = list(offered().order_by("code"))
    weights = [1 / (1 + n % 23) for n in range(len(items))]
    calendar, kiosks, made = published(), list(Kiosk.objects.order_by("device__code")), 0
    days = [today - timedelta(n + 1) for n in range(DAYS)]
    for day in (day for day in days if calendar.is_working(day)):
        rows = [
            _use(source, kiosk, item, day)
            for kiosk in kiosks[:-IDLE]
            for item in source.choices(items, weights, k=_some(source))
        ]
        Use.objects.bulk_create(rows)
        Uptime.objects.bulk_create(
            Uptime(device_id=k.pk, day=day, minutes=source.randint(*MINUTES), last=BEST)
            for k in kiosks
        )
        made += len(rows)
    return made


def _some(source: random.Random) -> int:
    """Few on most days, many on some."""
    return int(source.expovariate(1 / USES_A_DAY))


def _use(source: random.Random, kiosk: Kiosk, item: KioskItem, day: date) -> Use:
    at = datetime.combine(day, time(8 + source.randrange(1, 9), source.randrange(60)), CHINA)
    finished, helped = source.random() < 0.93, source.random() < 0.18
    seconds = int(source.lognormvariate(4.6, 0.6))
    return Use(kiosk=kiosk, item=item, at=at, seconds=seconds, finished=finished, helped=helped)
