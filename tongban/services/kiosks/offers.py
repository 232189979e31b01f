"""What stands behind each tile of a kiosk: pages of ours that work on our own data."""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from tongban.services.catalogue.models import Status

from .models import KioskItem

Service = KioskItem.Service
ADDRESSES: dict[str, Callable[[KioskItem], str]] = {
    Service.GUIDE: lambda item: (
        f"/items/{item.item.implementation_code}/" if item.item else "/search/"
    ),
    Service.MATTERS: lambda item: "/my/",
    Service.PROGRESS: lambda item: f"/kiosk/progress/{item.unit.code}/",
    Service.SEARCH: lambda item: "/search/",
    Service.BOOKING: lambda item: "/book/",
    Service.COUNTERS: lambda item: f"/book/?group={item.unit.code}",
    Service.CERTIFICATES: lambda item: "/my/certificates/",
    Service.LICENCES: lambda item: f"/kiosk/licences/{item.unit.code}/",
    Service.FIRMS: lambda item: "/kiosk/firms/",
    Service.JUDGING: lambda item: "/kiosk/judging/",
    Service.REFLECTION: lambda item: "/my/new/reflection/tell/",
    Service.HELP: lambda item: "/my/new/help/wish/",
}
WORKING = Q(offered=True) & ~Q(service=Service.NONE)
WORKING &= ~Q(service=Service.GUIDE) | Q(item__status=Status.PUBLISHED)


def offered() -> QuerySet[KioskItem]:
    """What a kiosk shows: only what works."""
    return KioskItem.objects.filter(WORKING).select_related("unit", "item")


def address_of(item: KioskItem) -> str:
    return ADDRESSES[item.service](item)
