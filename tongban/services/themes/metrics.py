"""Figures of themes: over those published on the day."""

import json
from datetime import date

from django.db.models import F, IntegerField, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from tongban.kernel.metrics.metric import COUNT, Metric, register
from tongban.services.catalogue.form_fields import DEFAULT_FORM
from tongban.services.catalogue.models import Theme

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


# the parts of a theme with the fields each asks; a list that names none asks the common form
ASKED_BY = """
(select {what} from catalogue_themeitem part
 join catalogue_serviceitem item on item.id = part.item_id
 cross join lateral jsonb_array_elements(
   case when jsonb_array_length(item.form_fields) = 0 then %s::jsonb else item.form_fields end
 ) as row
 where part.theme_id = catalogue_theme.id)
"""
COMMON = json.dumps([{"field": key} for key in DEFAULT_FORM])


def _fields(what: str) -> RawSQL:
    return RawSQL(ASKED_BY.format(what=what), [COMMON], output_field=IntegerField())  # noqa: S611


def with_fields() -> QuerySet[Theme]:
    """Each theme with the fields its one form asks, and those its items would ask one by one."""
    rows = Theme.objects.annotate(
        asked=_fields("count(distinct row->>'field')"), needed=_fields("count(row)")
    )
    return rows.filter(needed__gt=0)


theme_fields = register(
    Metric(
        key="theme_fields",
        title=_("一件事填表比"),
        unit="%",
        basis=_("一张表要填的项之和 ÷ 逐件办要填的项之和；已发布的主题"),
        source="国发〔2024〕3号 一表申请",
        rows=with_fields,
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
