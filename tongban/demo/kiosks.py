"""The village kiosks of the reference: devices, where they stand, what they offer."""

from tongban.kernel.devices.models import Device
from tongban.kernel.units.models import Unit, Village
from tongban.services.catalogue.models import ServiceItem
from tongban.services.kiosks.models import Kiosk, KioskItem

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
