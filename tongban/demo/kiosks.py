"""The village kiosks of the reference: devices, where they stand, what they offer."""

from tongban.kernel.devices.models import Device
from tongban.kernel.units.models import Unit, Village
from tongban.services.catalogue.models import ServiceItem
from tongban.services.kiosks.models import Kiosk, KioskItem

from .rows import rows


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
        )
        for row in rows("kiosk_items")
    )
