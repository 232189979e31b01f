"""Figures of themes: over those published on the day."""

from datetime import date

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from tongban.kernel.metrics.metric import COUNT, Metric, register
from tongban.services.catalogue.models import Theme, ThemeItem

BY = (
    ("batch", _("批次"), "batch__document_number", "batch__document_number"),
    ("unit", _("牵头单位"), "lead_unit__code", "lead_unit__short_name"),
)
COLUMNS = (
    *((_("主题"), "name"), (_("牵头单位"), "lead_unit__short_name")),
    (_("批次"), "batch__document_number"),
)


def published_on(day: date) -> Q:
    return Q(from_on__lte=day) & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))


def with_fields(fields: int) -> QuerySet[Theme]:
    """Each theme with the fields its one form asks, and those its items would ask one by one."""
    parts = ThemeItem.objects.filter(theme=OuterRef("pk")).order_by().values("theme")
    count = Subquery(parts.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    rows = Theme.objects.annotate(asked=Value(fields), needed=Coalesce(count, 0) * fields)
    return rows.filter(needed__gt=0)


def fields_asked(fields: int) -> Metric:
    """Registered by the app that owns the form; `fields`: how many one application asks."""
    return register(
        Metric(
            key="theme_fields",
            title=_("一件事填表比"),
            unit="%",
            basis=_("一张表要填的项之和 ÷ 逐件办要填的项之和;已发布的主题"),
            source="国发〔2024〕3号 一表申请",
            rows=lambda: with_fields(fields),
            value=100.0 * Sum("asked") / NullIf(Sum("needed"), 0),
            by=BY,
            as_of=published_on,
            columns=(*COLUMNS, (_("要填"), "asked"), (_("逐件办要填"), "needed")),
            address=lambda row: f"/themes/{row.code}/",
            higher_is_better=False,
            pulls=((F("asked") * 1.0 / F("needed")).desc(), "code"),
        )
    )


themes = register(
    Metric(
        key="themes_published",
        title=_("一件事主题套餐"),
        unit=_("个"),
        basis=_("已发布、没有下线的一件事主题"),
        source="年度总结 主题套餐",
        rows=lambda: Theme.objects.all(),
        value=COUNT,
        by=BY,
        as_of=published_on,
        columns=COLUMNS,
        address=lambda row: f"/themes/{row.code}/",
        pulls=("code",),
    )
)
