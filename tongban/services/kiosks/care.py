"""How the kiosks are: health, silence, coverage of villages, the month of each."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tongban.kernel.clock import published
from tongban.kernel.devices.models import Silence
from tongban.kernel.devices.silence import SILENT
from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.units.models import Village

from .models import Kiosk, Use

POINTS = (
    ("power", gettext_lazy("电源和线路完好")),
    ("network", gettext_lazy("网络正常，没有私接设备")),
    ("lock", gettext_lazy("机柜上锁，封条完整")),
    ("camera", gettext_lazy("摄像头没有被遮挡")),
    ("software", gettext_lazy("只运行登记的软件")),
    ("trace", gettext_lazy("屏幕和抽屉里没有群众的证件或纸张")),
)
IDLE_DAYS = 30


@dataclass(frozen=True)
class Month:
    """uptime: percent of the opening minutes of working days in which it was heard of."""

    kiosk: Kiosk
    uptime: float
    uses: int
    seconds: float
    helped: int
    silences: int

    @property
    def is_idle(self) -> bool:
        return self.uses == 0


def all_kiosks() -> QuerySet[Kiosk]:
    return Kiosk.objects.select_related("device__unit", "village__town")


def month_of(first: date, today: date) -> list[Month]:
    """Every kiosk's month, three statements whatever their number."""
    last = min(first.replace(day=monthrange(first.year, first.month)[1]), today)
    begins = datetime.combine(first, datetime.min.time(), CHINA)
    ends = datetime.combine(last + timedelta(1), datetime.min.time(), CHINA)
    within = Q(device__uptimes__day__gte=first, device__uptimes__day__lte=last)
    heard = dict(
        Kiosk.objects.annotate(n=Sum("device__uptimes__minutes", filter=within)).values_list(
            "pk", "n"
        )
    )
    uses = {
        row["kiosk"]: row
        for row in Use.objects.filter(at__gte=begins, at__lt=ends)
        .values("kiosk")
        .annotate(n=Count("pk"), mean=Avg("seconds"), helped=Count("pk", filter=Q(helped=True)))
    }
    silences = dict(
        Silence.objects.filter(since__gte=begins, since__lt=ends)
        .values_list("device")
        .annotate(n=Count("pk"))
    )
    calendar = published()
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    working = sum(1 for day in days if calendar.is_working(day))
    return [_month(kiosk, working, heard, uses.get(kiosk.pk), silences) for kiosk in all_kiosks()]


def _month(
    kiosk: Kiosk,
    working: int,
    heard: dict[int, int | None],
    used: Any,
    silences: dict[int, int],
) -> Month:
    device = kiosk.device
    daily = (device.closes.hour - device.opens.hour) * 60
    daily += device.closes.minute - device.opens.minute
    wanted = max(working * daily, 1)
    return Month(
        kiosk=kiosk,
        uptime=min(100 * (heard.get(kiosk.pk) or 0) / wanted, 100.0),
        uses=int(used["n"]) if used else 0,
        seconds=float(used["mean"] or 0) if used else 0.0,
        helped=int(used["helped"]) if used else 0,
        silences=silences.get(kiosk.pk, 0),
    )


def uncovered() -> QuerySet[Village]:
    """Administrative villages without a kiosk that is enrolled or waits to be."""
    return Village.objects.filter(kind=Village.Kind.VILLAGE, kiosks=None).select_related("town")


def is_silent(kiosk: Kiosk, now: datetime) -> bool:
    """In its opening hours and not heard of."""
    device, here = kiosk.device, timezone.localtime(now).time()
    if not device.token or not device.opens <= here < device.closes:
        return False
    return device.seen_at is None or now - device.seen_at > SILENT
