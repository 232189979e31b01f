"""Figures of the kiosks."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tongban.kernel.metrics.metric import COUNT, Metric, register, share
from tongban.kernel.procedures.scope import seen_by_all
from tongban.kernel.units.models import Village

from .care import IDLE_DAYS
from .models import Kiosk, KioskItem, Use
from .offers import WORKING

SOURCE = "粤智助建设要求"
BY_TOWN = ("town", _("镇街"), "village__town__code", "village__town__short_name")
BY_UNIT = ("unit", _("部门"), "unit__code", "unit__short_name")
USE_BY = (
    ("town", _("镇街"), "kiosk__village__town__code", "kiosk__village__town__short_name"),
    ("kiosk", _("自助机"), "kiosk__device__code", "kiosk__place"),
    ("item", _("事项"), "item__code", "item__name"),
)
seen_by_all(Village)


def stock(key: str, title: Any, basis: Any, rows: Any, **more: Any) -> Metric:
    """A figure over what is there now."""
    told = {"unit": _("台"), "value": COUNT, "by": (BY_TOWN,), "source": SOURCE}
    return register(
        Metric(
            key=key,
            title=title,
            basis=basis,
            rows=rows,
            **{"as_of": lambda day: Q(), **told, **more},
        )
    )


def covered() -> Any:
    """Administrative villages, each with whether a kiosk stands in it."""
    here = Exists(Kiosk.objects.filter(village=OuterRef("pk")))
    return Village.objects.filter(kind=Village.Kind.VILLAGE).annotate(has_kiosk=here)


def _used_before(day: date) -> Any:
    """Uses of a kiosk in the 30 days up to a day."""
    since = day - timedelta(days=IDLE_DAYS)
    return Use.objects.filter(kiosk=OuterRef("pk"), at__date__gt=since, at__date__lte=day)


standard = stock(
    "kiosks_standard",
    _("自助机"),
    _("登记的标准型自助机"),
    lambda: Kiosk.objects.filter(model=Kiosk.Model.STANDARD),
)
enhanced = stock(
    "kiosks_enhanced",
    _("增强型自助机"),
    _("登记的增强型自助机"),
    lambda: Kiosk.objects.filter(model=Kiosk.Model.ENHANCED),
)
coverage = stock(
    "kiosk_village_coverage",
    _("自助机行政村覆盖率"),
    _("有自助机的行政村 ÷ 全部行政村"),
    covered,
    unit="%",
    value=share(Q(has_kiosk=True)),
    by=(("town", _("镇街"), "town__code", "town__short_name"),),
    columns=((_("村"), "name"), (_("镇街"), "town__short_name")),
)
items = stock(
    "kiosk_items",
    _("自助机事项"),
    _("自助机上可办的事项"),
    lambda: KioskItem.objects.all(),
    unit=_("项"),
    by=(BY_UNIT,),
    columns=((_("编号"), "code"), (_("名称"), "name"), (_("部门"), "unit__short_name")),
)
working = stock(
    "kiosk_items_working",
    _("自助机接通事项"),
    _("在自助机上提供、能办到底的事项"),
    lambda: KioskItem.objects.filter(WORKING),
    unit=_("项"),
    by=(BY_UNIT, ("service", _("服务"), "service", "service")),
    columns=((_("编号"), "code"), (_("名称"), "name"), (_("部门"), "unit__short_name")),
)
idle = stock(
    "kiosks_idle",
    _("闲置自助机"),
    _("30 天内没有人用过的自助机"),
    lambda: Kiosk.objects.all(),
    as_of=lambda day: Q(~Exists(_used_before(day))),
    columns=((_("编号"), "device__code"), (_("地点"), "place")),
    higher_is_better=False,
)
departments = stock(
    "kiosk_departments",
    _("自助机接入部门"),
    _("有自助机事项的部门"),
    lambda: KioskItem.objects.all(),
    unit=_("个"),
    value=Count("unit", distinct=True),
    by=(("kind", _("类别"), "kind", "kind"),),
    columns=((_("编号"), "code"), (_("名称"), "name"), (_("部门"), "unit__short_name")),
)
uses = register(
    Metric(
        key="kiosk_uses",
        title=_("自助机使用"),
        unit=_("次"),
        basis=_("期间在自助机上开始的服务"),
        source=SOURCE,
        rows=lambda: Use.objects.all(),
        value=COUNT,
        period="at",
        by=USE_BY,
        columns=(
            (_("自助机"), "kiosk__device__code"),
            (_("事项"), "item__name"),
            (_("时间"), "at"),
        ),
    )
)
